import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The model that was trained last in this workspace; undefined if none was.
 *
 * @param runs folder that holds one folder a run
 */
export function newestModel(runs: string): string | undefined {
  const modified = (model: string) => statSync(join(model, 'model.json'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const models = runFolders(runs).map((run) => join(runs, run, 'model'));
  const newest = models.reduce((best, model) => (modified(model) > modified(best) ? model : best), '');
  return newest === '' ? undefined : newest;
}

function runFolders(runs: string): string[] {
  try {
    return readdirSync(runs);
  } catch {
    return [];
  }
}
