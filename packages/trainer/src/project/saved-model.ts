import { findModel, type ModelCard, readModel } from '@glyphlab/saved-model';
import { createNetwork, type Network } from '@glyphlab/training';
import { models } from './registry.ts';
import { terminal } from './terminal.ts';
import { runsDir, workspaceDir } from './workspace.ts';

/** The folder of a MODEL, as a person names it: see `findModel`. */
export const modelFolder = (model: string): Promise<string> =>
  findModel(model, { workspaceDir: workspaceDir(), runsDir: runsDir(), ...terminal });

/** Finds and reads a MODEL. @throws what `findModel` and `readModel` do */
export async function openModel(name: string): Promise<{ network: Network; card: ModelCard }> {
  const { model, card } = await readModel(await modelFolder(name), models);
  return { network: createNetwork(model), card };
}
