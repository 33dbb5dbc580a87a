import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'vite';

const page = fileURLToPath(new URL('../page', import.meta.url));

/** Bundles the page into a folder, whatever is in there. Its addresses are relative: it can be published anywhere. */
export async function bundlePage(directory: string): Promise<void> {
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
