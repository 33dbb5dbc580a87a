import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { io } from '@tensorflow/tfjs';

/** What a model's folder lacks of that which its `model.json` names, as a sentence; undefined if all is there. */
export async function lackOf(directory: string): Promise<string | undefined> {
  const text = await readFile(join(directory, 'model.json'), 'utf8').catch(() => undefined);
  if (text === undefined) return 'model.json is missing.';
  const manifest = readManifest(text);
  if (!manifest) return 'model.json is none of TensorFlow.js.';
  for (const { paths, weights } of manifest) {
    let found = 0;
    for (const path of paths) {
      const file = await stat(join(directory, path)).catch(() => undefined);
      if (!file?.isFile()) return `${path} is missing.`;
      found += file.size;
    }
    const expected = weights.reduce((sum, weight) => sum + bytesOf(weight), 0);
    if (found < expected) return `${paths.join(', ')} has ${found} bytes of ${expected}.`;
  }
  return undefined;
}

function readManifest(text: string): io.WeightsManifestConfig | undefined {
  try {
    return (JSON.parse(text) as io.ModelJSON).weightsManifest;
  } catch {
    return undefined;
  }
}

/** At least: of quantised weights and of texts nothing is known. */
function bytesOf({ shape, dtype, quantization }: io.WeightsManifestEntry): number {
  const size = shape.reduce((product, side) => product * side, 1);
  if (quantization) return 0;
  return dtype === 'float32' || dtype === 'int32' ? 4 * size : dtype === 'bool' ? size : 0;
}
