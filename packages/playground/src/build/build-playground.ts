import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InputError } from '@glyphlab/core';
import { selectBackend } from '@glyphlab/nn';
import { modelFolder, runsDir } from '@glyphlab/trainer';
import { build, type Plugin } from 'vite';
import { type Choice, FILES, folderOf, type PageData } from '../page-data.ts';
import { newestModel } from './newest-model.ts';
import { openNetwork, writeNetwork } from './write-network.ts';

export interface PlaygroundOptions {
  /** Folders of models, or their names in MLflow or the zoo; default: the one trained last in this workspace, else the zoo's digits. */
  models?: readonly string[] | undefined;
  /** Names of the zoo that the page offers besides, without images of their data, which might have to be fetched. */
  others?: readonly string[] | undefined;
  /** Folder to write; may exist if it is empty or holds an earlier playground. */
  out: string;
  /** Folder that pictures are kept in, by whoever serves the page. */
  keep?: string | undefined;
}

/**
 * Makes the page of one model or of several: a static folder that any web server can publish.
 *
 * @returns what the page knows of the first
 * @throws InputError if there is no such model, or the folder holds something else; DataError if the model is damaged
 */
export async function buildPlayground({ models = [], others = [], out, keep }: PlaygroundOptions): Promise<PageData> {
  const named = models.length > 0 ? [...new Set(models)] : [newestModel(runsDir()) ?? 'digits'];
  const besides = others.filter((name) => !named.includes(name));
  const directories = await Promise.all([...named, ...besides].map((model) => modelFolder(model)));
  await refuseOthers(out);
  // Fast enough for a thousand images, and the very arithmetic that the page will use.
  await selectBackend({ backend: 'wasm', threads: 1, towers: 1 });
  const networks = await Promise.all(directories.map((directory) => openNetwork(directory)));
  await bundlePage(out);
  const choices = choicesOf(networks.map(({ card }) => card.name));
  const pages: PageData[] = [];
  for (const [k, network] of networks.entries()) {
    const folder = join(out, folderOf(choices, choices[k]!.id));
    pages.push(await writeNetwork(network, folder, { examples: k < named.length }));
  }
  const first: PageData = {
    ...pages[0]!,
    ...(choices.length > 1 && { choices }),
    ...(keep !== undefined && { keep }),
  };
  await writeFile(join(out, FILES.page), JSON.stringify(first));
  return first;
}

/** Networks by their names, as an address may hold them; one of two of the same name gets a number. */
function choicesOf(names: readonly string[]): Choice[] {
  const ids = new Set<string>();
  return names.map((name, k) => {
    const id = name.toLowerCase().replace(/[^a-z0-9]+/g, '-');
    const own = ids.has(id) ? `${id}-${k + 1}` : id;
    ids.add(own);
    return { id: own, name };
  });
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
