import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cli, glyphlab, onlyRun, scratch } from '../testing/index.ts';

const config = new URL('../../../../configs/quickstart.yaml', import.meta.url).pathname;
const args = [
  'run',
  '--no-tracking',
  '--config',
  config,
  'dataset.limit=1000',
  'training.epochs=1',
  'augmentation=[]',
  'tracking.mistakePanels=0',
];

interface TraceEvent {
  name: string;
  ph: string;
  ts: number;
  dur: number;
  pid: number;
  tid: number;
  args: { step: number; node: string };
}

// In a process of its own: TensorFlow must not be loaded before.
test.skipIf(process.platform !== 'linux')(
  'steps of a real training are traced, op by op',
  { timeout: 120_000 },
  async () => {
    const workspace = scratch();
    const { code, stderr } = await glyphlab(workspace, [...args, '--profile', '5']);
    expect(stderr).toMatch(/Time of ops, mean of 5 steps.*\n.*\n *Conv2D/);
    expect(code).toBe(0);
    const folder = join(onlyRun(workspace), 'artifacts', 'profile');
    expect(readFileSync(join(folder, 'ops.txt'), 'utf8')).toMatch(/^MatMul +\d+ +\d+ +\d+\.\d %$/m);

    const { traceEvents } = JSON.parse(readFileSync(join(folder, 'trace.json'), 'utf8')) as {
      traceEvents: TraceEvent[];
    };
    const ops = traceEvents.filter(({ ph }) => ph === 'X');
    expect(new Set(ops.map(({ args: { step } }) => step))).toEqual(new Set([0, 1, 2, 3, 4]));
    for (const kind of ['Conv2D', 'Conv2DBackpropFilter', 'ResourceApplyMomentum'])
      expect(
        ops.some(({ name }) => name === kind),
        kind,
      ).toBe(true);
    // All steps are of one graph, each at its time, and nothing in a row overlaps.
    const nodes = (step: number): string[] =>
      ops
        .filter((op) => op.args.step === step)
        .map((op) => op.args.node)
        .toSorted();
    expect(nodes(4)).toEqual(nodes(0));
    const ends = new Map<string, number>();
    for (const { pid, tid, ts, dur } of ops) {
      const row = `${pid} ${tid}`;
      expect(ts + 0.001).toBeGreaterThanOrEqual(ends.get(row) ?? -Infinity);
      ends.set(row, ts + dur);
    }
    const starts = ops.filter(({ args: { node } }) => node === '_SOURCE').map(({ ts }) => ts);
    expect(starts).toEqual(starts.toSorted((a, b) => a - b));
  },
);

test.skipIf(process.platform !== 'linux')(
  'a training that is too short to be traced says so',
  { timeout: 120_000 },
  async () => {
    const { code, stderr } = await glyphlab(scratch(), [...args, 'dataset.limit=300', '--profile', '5']);
    expect([code, stderr]).toEqual([0, expect.stringMatching(/No step was profiled: the first 20 are left out/)]);
  },
);

test('without native TensorFlow it is refused before the training', async () => {
  const workspace = scratch();
  const { exitCode, stderr } = await cli([...args, 'training.backend=wasm', '--profile', '5'], workspace);
  expect([exitCode, stderr]).toEqual([2, expect.stringMatching(/PROFILE_NOT_POSSIBLE.*--profile/s)]);
  expect(readFileSync(join(onlyRun(workspace), 'journal.jsonl'), 'utf8')).toContain('"status":"FAILED"');
  expect((await cli([...args, '--profile', '0'])).exitCode).toBe(2);
  expect((await cli([...args, '--profile', '5', '--find-lr'])).stderr).toContain('--profile');
});
