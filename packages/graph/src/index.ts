export type { Bf16 } from './bf16.ts';
export { GraphError } from './graph-error.ts';
export { optimizerState, type OptimizerState } from './optimizer-state.ts';
export { type CompiledStep, Program, type ProgramOptions } from './program.ts';
export { inTowers } from './towers.ts';
export type { Named, Precision, Step } from './trace.ts';
export { compileTrainStep, type CompiledTrainStep } from './layers-model/compile-train-step.ts';
export { fitCompiled, fitDatasetCompiled } from './layers-model/fit-compiled.ts';
export type { CompiledModelOptions } from './layers-model/model-program.ts';
