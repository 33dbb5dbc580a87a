import { createHash } from 'node:crypto';
import { fetchValues } from '@glyphlab/nn';
import type { Network } from '@glyphlab/training';

/** SHA-256 of all weights in their order, so that two runs can be said to end alike to the last bit. */
export async function weightsDigest({ variables }: Pick<Network, 'variables'>): Promise<string> {
  await fetchValues(variables);
  const hash = createHash('sha256');
  for (const variable of variables) {
    const values = variable.dataSync();
    hash.update(JSON.stringify(variable.shape));
    hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }
  return hash.digest('hex');
}
