import { useFastLayers } from '@glyphlab/nn';
import { type ModelCard, readModel } from '@glyphlab/saved-model';
import { createNetwork, type Network } from '@glyphlab/training';
import { modelFolder } from './model-folder.ts';
import { loadProject } from './project.ts';

/** Finds and reads a MODEL. @throws what `modelFolder` and `readModel` do */
export async function openModel(name: string): Promise<{ network: Network; card: ModelCard }> {
  const folder = await modelFolder(name);
  const { kinds } = await loadProject(folder, process.cwd());
  const { model, card } = await readModel(folder, kinds.models);
  useFastLayers(model);
  return { network: createNetwork(model), card };
}
