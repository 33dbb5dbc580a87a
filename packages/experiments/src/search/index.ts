export { proposesTrials } from '../file/search-schema.ts';
export { goesOn } from './asha.ts';
export { drawnOf } from './dimension.ts';
export { drawTrials, fraction, labelsOf } from './draw.ts';
export { JsonLines } from './json-lines.ts';
export { fitsBudget, type SearchPlan, searchPlan } from './search-plan.ts';
export { type Observation, proposeTrial, STARTUP_TRIALS } from './tpe.ts';
