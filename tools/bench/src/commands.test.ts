import { Command, runCommandLine } from '@glyphlab/core/command-line';
import { expect, test, vi } from 'vitest';
import {
  autoCommand,
  fitCommand,
  layersCommand,
  profileCommand,
  runsCommand,
  setsCommand,
  trackingCommand,
  trainCommand,
} from './commands.ts';

const commands = {
  train: trainCommand,
  profile: profileCommand,
  auto: () => autoCommand(2),
  tracking: trackingCommand,
  sets: setsCommand,
  runs: runsCommand,
  fit: fitCommand,
  layers: layersCommand,
};

/** What a command makes of arguments, its exit code, and what it prints. */
async function given(make: () => Command, ...args: string[]) {
  let options: unknown;
  let said = '';
  const keep = (text: string): void => void (said += text);
  const mocks = [
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => (keep(String(text)), true)),
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => (keep(String(text)), true)),
  ];
  const program = make().action((values) => void (options = values));
  const exitCode = await runCommandLine({ program, exitCode: () => 0 }, args);
  mocks.forEach((mock) => mock.mockRestore());
  return { options, exitCode, said };
}

test.each(Object.entries(commands))(
  'bench:%s has a help with examples, and refuses what it does not know',
  async (name, make) => {
    const { exitCode, said } = await given(make, '--help');
    expect(exitCode).toBe(0);
    expect(said).toContain(`Usage: bench:${name} [options]`);
    expect(said).toMatch(new RegExp(`Examples:\n[^]*npx nx run bench:${name}`));
    for (const wrong of [['--speed', '1'], ['64'], ['--rounds']]) {
      const refused = await given(make, ...wrong);
      expect(refused, wrong.join(' ')).toMatchObject({ exitCode: 2, options: undefined });
    }
  },
);

test('without arguments all is measured', async () => {
  expect((await given(commands.train)).options).toEqual({
    batch: [32, 64, 256],
    peers: ['pytorch', 'keras', 'tfjs'],
    rounds: 5,
    images: 6400,
  });
  expect((await given(commands.auto)).options).toMatchObject({ towers: [1, 2, 4], threads: [2, 4] });
  expect((await given(commands.sets)).options).toMatchObject({
    part: ['loss', 'overhead', 'side-by-side', 'many'],
    members: 1000,
  });
  expect((await given(commands.tracking)).options).toMatchObject({
    points: 10_000,
    workers: [1, 4],
    memoryPoints: 1e6,
  });
  expect((await given(commands.runs)).options).toEqual({ runs: 10_000, rounds: 5 });
});

test('lists may be given, with an equals sign or a space, and repeat nothing', async () => {
  const args = ['--batch=64,64, 128', '--peers', 'tfjs,pytorch', '--rounds=7', '--json'];
  const wanted = { batch: [64, 128], peers: ['tfjs', 'pytorch'], rounds: 7, json: true };
  expect((await given(commands.train, ...args)).options).toMatchObject(wanted);
  expect((await given(commands.train, '--peers', 'none')).options).toMatchObject({ peers: [] });
  expect((await given(commands.auto, '--precision', 'bf16,fp32')).options).toMatchObject({
    precision: ['bf16', 'fp32'],
  });
});

test.each<[name: keyof typeof commands, args: string[], told: string]>([
  [
    'train',
    ['--batch', '32,x'],
    "'--batch <sizes>' argument '32,x' is invalid. Expected a whole number of at least 1.",
  ],
  ['train', ['--batch', ''], 'Expected a whole number'],
  ['train', ['--rounds', '2.5'], 'Expected a whole number'],
  ['train', ['--peers', 'pytorhc'], 'Expected one of pytorch, keras, tfjs. Did you mean "pytorch"?'],
  ['train', ['--batches', '32'], 'Did you mean --batch?'],
  ['profile', ['--precision', 'fp64'], 'Expected one of fp32, bf16.'],
  ['auto', ['--precision', 'fp32,fp64'], 'Expected one of fp32, bf16.'],
  ['auto', ['--towers', '0'], 'at least 1'],
  ['sets', ['--precision', 'fp64'], 'Expected one of fp32, bf16.'],
  ['sets', ['--part', 'los'], 'Did you mean "loss"?'],
  ['tracking', ['--workers', '1,-1'], 'at least 1'],
  ['tracking', ['--log-metric-points', 'x'], 'Expected a whole number.'],
  ['runs', ['--runs', '1e4'], 'at least 20'],
  ['fit', ['--network', 'unet'], 'Did you mean "u-net"?'],
])('bench:%s %j is refused, and says why', async (name, args, told) => {
  const { exitCode, said } = await given(commands[name], ...args);
  expect(said).toContain(told);
  expect(exitCode).toBe(2);
});
