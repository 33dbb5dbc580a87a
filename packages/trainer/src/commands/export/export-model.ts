import { selectBackend } from '@glyphlab/nn';
import { exportModel as writeFormat, type ExportOptions as FormatOptions } from '@glyphlab/saved-model';
import { locateTensorFlow } from '@glyphlab/tensorflow';
import { loadProject } from '../../project/project.ts';
import { modelFolder } from '../../project/model-folder.ts';
import { terminal } from '../../project/terminal.ts';

export interface ExportOptions extends FormatOptions {
  model: string;
}

/** Writes a saved model in another format, and prints where. @throws what `exportModel` and `findModel` do */
export async function exportModel({ model, ...options }: ExportOptions): Promise<void> {
  // Nothing is computed here: TensorFlow is not worth installing for it.
  const backend = locateTensorFlow() ? 'auto' : 'wasm';
  await selectBackend({ backend, threads: 1, towers: 1, ...terminal });
  const folder = await modelFolder(model);
  const { kinds } = await loadProject(folder, process.cwd());
  process.stdout.write(`${await writeFormat(folder, kinds.models, options)}\n`);
}
