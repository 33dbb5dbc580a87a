export type { ModelCard, ModelOrigin } from './model-card.ts';
export { findModel } from './find/find-model.ts';
export type { FindModelOptions } from './find/find-on-mlflow.ts';
export { type LoadableKind, readModel, type ReadModel } from './read/read-model.ts';
export { namesOf, requireAlike } from './write/ensemble.ts';
export { exportModel, type ExportOptions, type ExportSource, requireEmptyFolder } from './write/export-model.ts';
export { exportNotes } from './write/export-notes.ts';
export { type ModelFormat } from './write/formats.ts';
export { writeModel, type WriteModelOptions } from './write/write-model.ts';
