import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '@glyphlab/core';

/**
 * The model that was trained last in this workspace.
 *
 * @param runs folder that holds one folder a run
 * @throws InputError MODEL_NOT_FOUND
 */
export function newestModel(runs: string): string {
  const modified = (model: string) => statSync(join(model, 'model.json'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const models = runFolders(runs).map((run) => join(runs, run, 'model'));
  const newest = models.reduce((best, model) => (modified(model) > modified(best) ? model : best), '');
  if (newest !== '') return newest;
  throw new InputError('MODEL_NOT_FOUND', 'No model has been trained here yet.', {
    where: runs,
    hint: 'Name one with --model, or train one: npx nx run trainer:run --config configs/quickstart.yaml',
  });
}

function runFolders(runs: string): string[] {
  try {
    return readdirSync(runs);
  } catch {
    return [];
  }
}
