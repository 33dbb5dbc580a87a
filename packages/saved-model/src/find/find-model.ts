import type { FindModelOptions } from './find-on-mlflow.ts';

/**
 * The folder of a MODEL: a folder as it is, or what MLflow names `runs:/<run id>/model`, `models:/<name>@<alias>`,
 * `models:/<name>/<version>` or `models:/m-<id>`. A run of this workspace is found on the disk; everything else is asked of
 * the server that runs are sent to, and kept in the user's cache by the model's id, which stands for the same files for ever.
 *
 * @throws InputError MODEL_BAD_URI, MODEL_NOT_FOUND, MODEL_NOT_OURS; GlyphlabError TRACKING_NO_SERVER; MlflowError
 */
export async function findModel(model: string, options: FindModelOptions): Promise<string> {
  if (!/^(runs|models):/.test(model)) return model;
  // It brings MLflow's client along, which whoever has a folder would wait for in vain.
  const { findOnMlflow } = await import('./find-on-mlflow.ts');
  return findOnMlflow(model, options);
}
