import { InputError, nearest } from '@glyphlab/core';
import { parseValues, wholeNumber } from './parse-values.ts';

const peerNames = ['pytorch', 'keras', 'tfjs'] as const;
export type PeerName = (typeof peerNames)[number];

export interface BenchOptions {
  batches: number[];
  peers: PeerName[];
  rounds: number;
  /** A round of each contestant. */
  images: number;
  /** Wait while other programs compute, and repeat what they disturbed. */
  undisturbed: boolean;
  json: boolean;
  extras: boolean;
  help: boolean;
}

export const help = `Speed of training the report's CNN, side by side with its peers, and what else is bounded.

  npx nx run bench:train              ours and all peers, interleaved (10 minutes or less)
  npx nx run bench:train --extras     augmentation, inference, memory, start, evaluation (3 minutes)
  npx nx run bench:profile            where the time of a step goes

Options
  --batch 32,64,256            batch sizes
  --peers pytorch,keras,tfjs   which peers; none: ours alone
  --rounds 5                   every contestant runs once a round; the table shows medians
  --images 6400                images of one contestant, batch size and round
  --undisturbed                wait while other programs compute, repeat what they disturbed (Linux)
  --json                       results for programs, on standard output
  --help                       this text

Peers are installed when first asked for, each in a Python environment of its own under the user's cache directory:
PyTorch takes 5.4 GB there, Keras 2 GB. The tfjs peer needs nothing more than the trainer.

Examples
  npx nx run bench:train --batch 64 --peers pytorch --rounds 7
  npx nx run bench:train --json > results.json
`;

const definitions = {
  batch: { type: 'string', default: '32,64,256' },
  peers: { type: 'string', default: peerNames.join() },
  rounds: { type: 'string', default: '5' },
  images: { type: 'string', default: '6400' },
  undisturbed: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  extras: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** @throws InputError BENCH_UNKNOWN_OPTION, BENCH_BAD_NUMBER, BENCH_UNKNOWN_PEER */
export function parseOptions(args: readonly string[]): BenchOptions {
  const { batch, peers, rounds, images, ...flags } = parseValues(args, definitions);
  return {
    batches: [...new Set(batch.split(',').map((text) => wholeNumber('--batch', text)))],
    peers: peers === 'none' ? [] : [...new Set(peers.split(',').map(peer))],
    rounds: wholeNumber('--rounds', rounds),
    images: wholeNumber('--images', images),
    ...flags,
  };
}

function peer(text: string): PeerName {
  const known = peerNames.find((name) => name === text.trim());
  if (known) return known;
  const close = nearest(text, peerNames);
  throw new InputError(
    'BENCH_UNKNOWN_PEER',
    `There is no peer "${text}". Known: ${peerNames.join(', ')}, or none for no peer.`,
    { where: '--peers', ...(close !== undefined && { hint: `Did you mean "${close}"?` }) },
  );
}
