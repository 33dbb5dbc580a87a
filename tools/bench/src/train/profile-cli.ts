import { InputError } from '@glyphlab/core';
import { runCommand } from './cli-frame.ts';
import { parseValues, wholeNumber } from './parse-values.ts';
import { describeProfile, profileStep } from './profile.ts';

const help = `Where the time of a training step goes, op by op, by TensorFlow's own statistics.

  npx nx run bench:profile

Options
  --batch 64
  --precision fp32             fp32 or bf16
  --towers 1
  --json                       for programs

Example
  npx nx run bench:profile --precision bf16 --batch 256
`;

const definitions = {
  batch: { type: 'string', default: '64' },
  precision: { type: 'string', default: 'fp32' },
  towers: { type: 'string', default: '1' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

await runCommand(async (args, surroundings) => {
  const { batch, precision, towers, json, help: wantsHelp } = parseValues(args, definitions);
  if (wantsHelp) return help;
  if (precision !== 'fp32' && precision !== 'bf16') {
    throw new InputError('BENCH_BAD_PRECISION', `Expected fp32 or bf16. Received: "${precision}".`, {
      where: '--precision',
    });
  }
  const step = { batch: wholeNumber('--batch', batch), precision, towers: wholeNumber('--towers', towers) } as const;
  const profile = await profileStep(step, surroundings);
  return json ? JSON.stringify(profile, null, 2) : describeProfile(profile);
});
