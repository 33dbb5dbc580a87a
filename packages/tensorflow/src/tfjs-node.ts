import { existsSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** tfjs-node as its package exports it; the one import of it that finds the cached binding. */
export type TfjsNode = typeof import('@tensorflow/tfjs-node-gpu');

const require = createRequire(import.meta.url);

/**
 * Where tfjs-node's JavaScript and the sources of its binding lie. As published they are part of this package: its own has an install
 * script that downloads TensorFlow 2.9 and fails where that is gone.
 */
export function tfjsNodeDir(): string {
  const ours = fileURLToPath(new URL('../vendor/tfjs-node-gpu', import.meta.url));
  return existsSync(ours) ? ours : dirname(require.resolve('@tensorflow/tfjs-node-gpu/package.json'));
}

export const requireTfjsNode = (): TfjsNode => require(join(tfjsNodeDir(), 'dist', 'index.js')) as TfjsNode;

interface Loader {
  _load: (request: string, parent: { filename?: string | null } | undefined, isMain: boolean) => unknown;
}

/** Any copy of tfjs-node: ours, or one that the program has installed. */
const asksFor = /[\\/]tfjs-node(-gpu)?[\\/]dist[\\/]index\.js$/;
let find: ((variant: 'cpu' | 'gpu') => string) | undefined;

/**
 * Answers tfjs-node's question where its binding is, in this thread, from now on. It asks node-pre-gyp, which need not be there. Nothing
 * is written, so it also works in a read-only node_modules, and for two processes with different variants.
 *
 * @param answer is told which of its two packages asks
 */
export function answerTfjsNode(answer: (asking: 'cpu' | 'gpu') => string): void {
  const isFirst = find === undefined;
  find = answer;
  if (!isFirst) return;
  const loader = Module as unknown as Loader;
  const load = loader._load;
  loader._load = function (request, parent, isMain) {
    const asking = request === '@mapbox/node-pre-gyp' ? asksFor.exec(parent?.filename ?? '') : null;
    if (asking) return { find: () => find!(asking[1] === '-gpu' ? 'gpu' : 'cpu') };
    return load.call(this, request, parent, isMain);
  };
}
