import { findModel, type ModelCard, readModel } from '@glyphlab/saved-model';
import { createNetwork, type Network } from '@glyphlab/training';
import { loadProject } from './project.ts';
import { terminal } from './terminal.ts';
import { runsDir, workspaceDir } from './workspace.ts';

/** The folder of a MODEL, as a person names it: see `findModel`. */
export const modelFolder = (model: string): Promise<string> =>
  findModel(model, { workspaceDir: workspaceDir(), runsDir: runsDir(), ...terminal });

/** Finds and reads a MODEL. @throws what `findModel` and `readModel` do */
export async function openModel(name: string): Promise<{ network: Network; card: ModelCard }> {
  const folder = await modelFolder(name);
  const { kinds } = await loadProject(folder, process.cwd());
  const { model, card } = await readModel(folder, kinds.models);
  return { network: createNetwork(model), card };
}
