import { fileURLToPath } from 'node:url';
import { type Plugin, preview } from 'vite';

export interface ServedPlayground {
  url: string;
  close: () => Promise<void>;
}

/** Serves a folder that was built, on this machine only, at the given port or the next free one (0: any). */
export async function servePlayground(
  directory: string,
  port: number,
  { open = false, plugins = [] }: { open?: boolean; plugins?: Plugin[] } = {},
): Promise<ServedPlayground> {
  const server = await preview({
    configFile: false,
    // Any folder but the one that is served: vite warns of building over its sources.
    root: fileURLToPath(new URL('.', import.meta.url)),
    logLevel: 'warn',
    plugins,
    build: { outDir: directory },
    preview: { host: '127.0.0.1', port, open },
  });
  const address = server.httpServer.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return { url: `http://127.0.0.1:${address.port}/`, close: () => server.close() };
}
