import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { findModel } from '@glyphlab/saved-model';
import { findRunDirectory } from '@glyphlab/tracking';
import { zooFolder } from '@glyphlab/zoo';
import { terminal } from './terminal.ts';
import { runsDir, workspaceDir } from './workspace.ts';

/**
 * The folder of a MODEL, as a person names it: a folder, a run's too; a name of the zoo; the id of a run of this workspace; what a member
 * of a set made, by `member:` and its identity; or as `findModel` takes it.
 */
export async function modelFolder(model: string): Promise<string> {
  if (existsSync(join(model, 'model.json'))) return model;
  if (existsSync(join(model, 'model', 'model.json'))) return join(model, 'model');
  if (model.startsWith('member:')) return (await import('./member-model.ts')).memberModel(model);
  const ofZoo = zooFolder(model);
  if (ofZoo !== undefined) return ofZoo;
  if (/^[0-9a-f]{4}[0-9a-f-]*$/.test(model) && !existsSync(model)) {
    return join(findRunDirectory(runsDir(), model), 'model');
  }
  return findModel(model, { workspaceDir: workspaceDir(), runsDir: runsDir(), ...terminal });
}
