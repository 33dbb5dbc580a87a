export { connectServer } from '../server/find-server.ts';
export { locateModel, type LocatedModel, mlflowRunId } from './locate-model.ts';
export { type ModelUri, parseModelUri } from './locate-model.ts';
export { moveAlias, registerVersion } from './register-version.ts';
export type { TrackingServer } from '../server/tracking-server.ts';
export { lookAtRun } from '../sync/run-outlook.ts';
