/*
 * Runs as their journals and MLflow have them, for whoever lists, compares or repeats them.
 */
export { recordOf } from './mlflow-records.ts';
export { bestEpochOf, type FoundRun, overviewOf, type RunOverview } from './run-overview.ts';
export { RunReader, type RunReaderOptions } from './run-reader.ts';
export { fieldOf, localTime, parseWhere, requireFields, type Where } from './where.ts';
