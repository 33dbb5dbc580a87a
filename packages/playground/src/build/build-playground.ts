import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InputError } from '@glyphlab/core';
import { picturesOf } from '@glyphlab/data/kinds';
import { selectBackend } from '@glyphlab/nn';
import { readModel } from '@glyphlab/saved-model';
import { loadProject, modelFolder, runsDir } from '@glyphlab/trainer';
import * as tf from '@tensorflow/tfjs';
import { build, type Plugin } from 'vite';
import { FILES, type PageData, featuresOf } from '../page-data.ts';
import { newestModel } from './newest-model.ts';
import { writeSamples } from './sample-files.ts';
import { takeSamples } from './samples.ts';

export interface PlaygroundOptions {
  /** Folder of a model, or its name in MLflow; default: the one trained last in this workspace, else the zoo's digits. */
  model?: string | undefined;
  /** Folder to write; may exist if it is empty or holds an earlier playground. */
  out: string;
  /** Folder that pictures are kept in, by whoever serves the page. */
  keep?: string | undefined;
}

/**
 * Makes the page of a model: a static folder that any web server can publish.
 *
 * @throws InputError if there is no such model, or the folder holds something else; DataError if the model is damaged
 */
export async function buildPlayground({ model, out, keep }: PlaygroundOptions): Promise<PageData> {
  const directory = await modelFolder(model ?? newestModel(runsDir()) ?? 'digits');
  await refuseOthers(out);
  // Fast enough for a thousand images, and the very arithmetic that the page will use.
  await selectBackend({ backend: 'wasm', threads: 1, towers: 1 });
  const { kinds } = await loadProject(directory, process.cwd());
  const { model: network, card, ownLayers } = await readModel(directory, kinds.models);
  requirePlainLayers(directory, ownLayers);
  const samples = await takeSamples(card, kinds.datasets);
  await bundlePage(out);
  const { name, dataset, classNames, imageShape, pictures = picturesOf(dataset, kinds.datasets), origin } = card;
  const page: PageData = { name, dataset, classNames, imageShape, preparation: pictures };
  if (keep !== undefined) page.keep = keep;
  if (origin?.test) page.accuracy = origin.test.accuracy;
  if (samples) {
    const { inputs, outputs } = network;
    const features = tf.model({ inputs, outputs: featuresOf(outputs[0]!) });
    page.samples = await writeSamples(out, samples, imageShape, features);
  }
  await mkdir(join(out, 'model'), { recursive: true });
  await copyFile(join(directory, 'model.json'), join(out, FILES.model));
  await copyFile(join(directory, 'weights.bin'), join(out, FILES.weights));
  await writeFile(join(out, FILES.page), JSON.stringify(page));
  return page;
}

/** The page has tfjs's layers alone. */
function requirePlainLayers(directory: string, ownLayers: readonly string[]): void {
  if (ownLayers.length === 0) return;
  throw new InputError(
    'PLAYGROUND_OWN_LAYERS',
    `The page cannot run this network: it has layers of its own kind, ${ownLayers.join(', ')}, and a page has only those of TensorFlow.js.`,
    { where: directory, hint: "Name another model with --model, or build the network of TensorFlow.js's own layers." },
  );
}

async function refuseOthers(out: string): Promise<void> {
  const names = await readdir(out).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return [] as string[];
    throw new InputError('OUT_NOT_A_FOLDER', `It cannot be written to: ${cause.message}`, { where: out, cause });
  });
  if (names.length === 0 || names.includes(FILES.page)) return;
  throw new InputError('OUT_NOT_EMPTY', 'The folder holds files that are not a playground and would be lost.', {
    where: out,
    hint: 'Name a new folder with --out.',
  });
}

const page = fileURLToPath(new URL('../page', import.meta.url));

/** Bundles the page into a folder, whatever is in there. Its addresses are relative: it can be published anywhere. */
async function bundlePage(directory: string): Promise<void> {
  await build({
    configFile: false,
    root: page,
    base: './',
    logLevel: 'warn',
    plugins: [withoutThreads],
    build: {
      outDir: directory,
      emptyOutDir: true,
      target: 'es2022',
      // Nothing goes into the page as text: its policy allows files of its own only.
      assetsInlineLimit: 0,
      // tfjs is one chunk of 0.6 MB, and loaded beside the page.
      chunkSizeWarningLimit: 1500,
      reportCompressedSize: false,
      rolldownOptions: {
        onLog(level, log, report) {
          // Modules of Node that @glyphlab/core names, and that the page takes nothing of.
          if (!log.message.includes('externalized for browser compatibility')) report(level, log);
        },
      },
    },
  });
}

/** tfjs holds a second copy of its WebAssembly for threads, which static pages may not start. */
const withoutThreads: Plugin = {
  name: 'without-wasm-threads',
  enforce: 'pre',
  resolveId: (source) => (/wasm-threaded-simd(\.worker)?\.js$/.test(source) ? `\0without:${source}` : undefined),
  load: (id) =>
    id.startsWith('\0without:') ? 'export default undefined; export const wasmWorkerContents = "";' : undefined,
};
