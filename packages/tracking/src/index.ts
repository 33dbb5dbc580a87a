export { openRun, type OpenRunOptions } from './run/open-run.ts';
export { startRun, type StartRunOptions } from './run/start-run.ts';
export type { ModelToLog, ParamValue, TrackedRun, RunEnd, DeliveryStatus, Table } from './run/tracked-run.ts';
export type { DatasetContext, DatasetRecord, EndStatus } from './journal/entries.ts';
export { lockFileDigest, uncommittedChanges } from './records/source-code.ts';
export { PATCH_FILE, type RunSource, SOURCE_FILE } from './records/run-source.ts';
export { imageDataset, type ImageDataset } from './records/image-dataset.ts';
export { type MlModel, type ModelSignature, type TensorSpec, writeMlModel } from './records/ml-model.ts';
export type { ServerChoice } from './server/server-choice.ts';
export { artifactFile, findRunDirectory, journalFile, listRunDirectories, systemFile } from './run/run-directory.ts';
export { JournalTail, readRun, RunFollower } from './journal/run-follower.ts';
export { type DatasetPart, epochsDone, type RunRecord, trainingSeconds } from './journal/run-record.ts';
export {
  ERROR_TAG,
  KEEP_TAG,
  NOTE_TAG,
  PARENT_TAG,
  PARENT_UUID_TAG,
  SET_TAG,
  STOPPED_TAG,
  UUID_TAG,
} from './run/tags.ts';
export { lockHolder } from './run/run-lock.ts';
export { standInRun, tagEndedRun } from './run/ended-run.ts';
export { syncRuns, type SyncedRun, type SyncOptions } from './sync/sync.ts';
export type { RefusedThing } from './drain/refused.ts';
