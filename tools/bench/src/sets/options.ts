import { InputError } from '@glyphlab/core';
import { parseValues, wholeNumber } from '../train/parse-values.ts';

const parts = ['loss', 'overhead', 'side-by-side', 'many'] as const;
type Comparison = (typeof parts)[number];

export interface SetBenchOptions {
  parts: readonly Comparison[];
  members: number;
  rounds: number;
  precision: 'fp32' | 'bf16';
  json: boolean;
  help: boolean;
}

export const help = `Sets of experiments on a real Ray cluster that is started for it on this machine, tracked by a real MLflow server.

  npx nx run python:ray               once: installs Ray
  npx nx run bench:sets               everything (12 minutes)
  npx nx run bench:sets --part loss   8 members on two nodes of one CPU, one of which is killed in the middle

Parts
  loss           results, lost and doubled ones, as RESULTS.md and as MLflow has them; with shared storage and without
  overhead       a member through Ray beside the same run by hand, seconds
  side-by-side   two members of one CPU beside one of two CPUs, images per second (Linux: leave the machine alone meanwhile)
  many           memory and time of the process that submits 1,000 members and tracks them, to a server that answers as Ray
                 2.60 did; they are not trained

Options
  --part loss,overhead,side-by-side,many
  --members 1000   of the part many
  --rounds 3       of the parts overhead and side-by-side
  --precision fp32 of the part side-by-side: fp32 or bf16
  --json           results for programs, on standard output
  --help           this text
`;

const definitions = {
  part: { type: 'string', default: parts.join() },
  members: { type: 'string', default: '1000' },
  rounds: { type: 'string', default: '3' },
  precision: { type: 'string', default: 'fp32' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** @throws InputError BENCH_UNKNOWN_OPTION, BENCH_BAD_NUMBER, BENCH_UNKNOWN_PART, BENCH_UNKNOWN_PRECISION */
export function parseOptions(args: readonly string[]): SetBenchOptions {
  const { part, members, rounds, precision, json, help } = parseValues(args, definitions);
  return {
    parts: [...new Set(part.split(',').map(partOf))],
    members: wholeNumber('--members', members),
    rounds: wholeNumber('--rounds', rounds),
    precision: precisionOf(precision),
    json,
    help,
  };
}

function precisionOf(text: string): SetBenchOptions['precision'] {
  if (text === 'fp32' || text === 'bf16') return text;
  throw new InputError('BENCH_UNKNOWN_PRECISION', `Expected fp32 or bf16. Received: ${text}.`, {
    where: '--precision',
  });
}

function partOf(text: string): Comparison {
  const known = parts.find((part) => part === text.trim());
  if (known) return known;
  throw new InputError('BENCH_UNKNOWN_PART', `There is no part "${text}". Known: ${parts.join(', ')}.`, {
    where: '--part',
  });
}
