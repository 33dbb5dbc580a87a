export { openRun, type OpenRunOptions } from './open-run.ts';
export type { LoggedModel, ParamValue, Run, RunEnd, RunStatus, Table } from './run.ts';
export type { DatasetContext, DatasetRecord, EndStatus } from './journal/entries.ts';
export { imageDataset, type ImageDataset } from './records/image-dataset.ts';
export { writeMlModel, type MlModel } from './records/ml-model.ts';
export type { ModelSignature, TensorSpec } from './records/signature.ts';
export type { ServerChoice } from './server-choice.ts';
export { findRunDirectory } from './run-directory.ts';
export { syncRuns, type SyncedRun, type SyncOptions } from './sync.ts';
