import { createRequire } from 'node:module';
import util from 'node:util';
import { GlyphlabError } from '@glyphlab/core';
import type { Installation } from './installation.ts';
import { loadKernels } from './kernels.ts';
import { answerTfjsNode, requireTfjsNode, type TfjsNode } from './tfjs-node.ts';

const require = createRequire(import.meta.url);

/** tfjs-node still calls two functions of `util` that Node 22 warns about and later versions lack: puts replacements there. */
export function patchNodeUtil(): void {
  Object.assign(util, {
    isNullOrUndefined: (value: unknown) => value === null || value === undefined,
    isArray: Array.isArray,
  });
}

/** Makes every tfjs-node of this thread load the binding of `installation`, from now on. */
export const linkBinding = ({ binding }: Installation): void => answerTfjsNode(() => binding);

/** Loads the binding while nothing it prints is shown, unless the user has set `TF_CPP_MIN_LOG_LEVEL`. */
export function openQuietly({ binding, stderrGate }: Installation): void {
  if (!prepareEnvironment()) return;
  const gate = require(stderrGate) as { mute(): void; restore(): void };
  gate.mute();
  try {
    require(binding);
  } finally {
    gate.restore();
  }
}

let isQuiet: boolean | undefined;

/**
 * What TensorFlow reads of the environment when its library is loaded.
 * @returns whether its start-up lines are to be hidden: unless the user has set `TF_CPP_MIN_LOG_LEVEL`
 */
export function prepareEnvironment(): boolean {
  preferOneDnn();
  isQuiet ??= process.env['TF_CPP_MIN_LOG_LEVEL'] === undefined;
  if (isQuiet) process.env['TF_CPP_MIN_LOG_LEVEL'] = '2';
  return isQuiet;
}

/**
 * oneDNN's kernels are faster on every x86 processor measured, and the only ones that compute fast in bfloat16. Left to itself,
 * TensorFlow takes them only on those with VNNI, BF16 or AMX, so not on AMD's before Zen 4.
 */
function preferOneDnn(): void {
  if (process.arch === 'x64') process.env['TF_ENABLE_ONEDNN_OPTS'] ??= '1';
}

/**
 * Loads native TensorFlow (0.5 s); afterwards its backend `tensorflow` is registered in tfjs and is the current one.
 * Its start-up lines are hidden unless the user has set `TF_CPP_MIN_LOG_LEVEL`; on x64, oneDNN is on unless the user has set
 * `TF_ENABLE_ONEDNN_OPTS`. TensorFlow reads both when it loads. (A worker thread has a copy of the
 * environment that TensorFlow does not see: there the main thread must have set it.)
 *
 * @throws GlyphlabError TENSORFLOW_LOAD_FAILED
 */
export function loadTensorFlow(installation: Installation): TfjsNode {
  patchNodeUtil();
  linkBinding(installation);
  try {
    openQuietly(installation);
    const tfjsNode = requireTfjsNode();
    loadKernels(installation);
    return tfjsNode;
  } catch (cause) {
    throw new GlyphlabError('TENSORFLOW_LOAD_FAILED', `Native TensorFlow does not load: ${(cause as Error).message}`, {
      where: installation.binding,
      hint: `Remove ${installation.dir}, then run: npx @glyphlab/tensorflow install`,
      cause,
    });
  }
}
