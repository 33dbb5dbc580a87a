export { connectServer } from '../find-server.ts';
export { locateModel, type LocatedModel } from './locate-model.ts';
export { type ModelUri, parseModelUri } from './model-uri.ts';
export { moveAlias, registerVersion } from './register-version.ts';
export { mlflowRunId } from './run-id.ts';
export type { TrackingServer } from '../tracking-server.ts';
