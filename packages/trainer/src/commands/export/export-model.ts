import { selectBackend } from '@glyphlab/nn';
import {
  exportModel as writeFormat,
  type ExportOptions as FormatOptions,
  type ExportSource,
} from '@glyphlab/saved-model';
import { locateTensorFlow } from '@glyphlab/tensorflow';
import { loadProject } from '../../project/project.ts';
import { modelFolder } from '../../project/model-folder.ts';
import { terminal } from '../../project/terminal.ts';

export interface ExportOptions extends FormatOptions {
  /** One, or the members of an ensemble. */
  model: readonly string[];
}

/** Writes saved models in another format, as one model, and prints where. @throws what `exportModel` and `findModel` do */
export async function exportModel({ model, ...options }: ExportOptions): Promise<void> {
  // Nothing is computed here: TensorFlow is not worth installing for it.
  const backend = locateTensorFlow() ? 'auto' : 'wasm';
  await selectBackend({ backend, threads: 1, towers: 1, ...terminal });
  const sources: ExportSource[] = [];
  for (const name of model) {
    const directory = await modelFolder(name);
    const { kinds } = await loadProject(directory, process.cwd());
    sources.push({ name, directory, kinds: kinds.models });
  }
  process.stdout.write(`${await writeFormat(sources, options)}\n`);
}
