import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cli, digitsRun, readJournal, scratch } from './testing/index.ts';

const quickstart = new URL('../../../configs/quickstart.yaml', import.meta.url).pathname;
const bin = new URL('../bin/glyphlab.js', import.meta.url).pathname;

test.each([
  [['trian'], '(Did you mean train?)'],
  [['rnu'], '(Did you mean run?)'],
  [['run', '--epochs', '3'], 'set like this: training.epochs=3'],
  [['run', '--learning-rate=0.1'], 'set like this: training.optimizer.learningRate=0.1'],
  [['run', '--lr', '0.1'], 'set like this: training.optimizer.learningRate=0.1'],
  [['run', 'configs/quickstart.yaml'], 'Did you mean --config configs/quickstart.yaml?'],
  [['run', '--batchsize', '64'], 'set like this: training.batchSize=64'],
  [['run', '--config', quickstart, 'epochs=3'], 'Did you mean "training.epochs"?'],
])('%j is refused with %s', async (args, hint) => {
  const { exitCode, stderr } = await cli(args);
  expect(stderr).toContain(hint);
  expect(exitCode).toBe(2);
});

test('keys may be given without --set, and --print-config says where each value was written, and trains nothing', async () => {
  const cwd = scratch();
  writeFileSync(join(cwd, 'a.yaml'), `extends: ${quickstart}\nmodel: { filters: [8, 16] }\n`);
  const args = ['run', '--config', 'a.yaml', '--set', 'seed=7', 'training.optimizer.type=adam', 'name=run #3'];
  const { exitCode, stdout } = await cli([...args, '--print-config'], cwd);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^name: "run #3" # --set name=run #3$/m);
  expect(stdout).toMatch(/^seed: 7 # --set seed=7$/m);
  expect(stdout).toMatch(/^ {2}filters: \[ ?8, 16 ?\] # a\.yaml:2$/m);
  expect(stdout).toMatch(/^ {4}type: adam # --set training\.optimizer\.type=adam$/m);
  expect(stdout).toMatch(/^ {4}beta1: 0\.9$/m);
  writeFileSync(join(cwd, 'printed.yaml'), stdout);
  const again = await cli(['run', '--config', 'printed.yaml', '--print-config'], cwd);
  const uncommented = (text: string): string => text.replace(/ # \S.*$/gm, '');
  expect(uncommented(again.stdout)).toBe(uncommented(stdout));
});

test('runs are listed with what came out', async () => {
  const { workspace, run, journal } = await digitsRun();
  const { stdout } = await cli(['runs', '--json'], workspace);
  const test = journal.findLast(({ type }) => type === 'model') as unknown as { metrics: Record<string, number> };
  expect(JSON.parse(stdout)).toEqual([
    {
      id: run.split('/').at(-1),
      name: 'quickstart',
      state: 'finished',
      epochs: 8,
      bestValAccuracy: expect.any(Number) as number,
      testAccuracy: test.metrics['test_accuracy'],
      started: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) as string,
      directory: run,
    },
  ]);
  const table = (await cli(['runs'], workspace)).stdout.trimEnd().split('\n');
  expect(table).toHaveLength(2);
  expect(table[1]).toMatch(
    /^[0-9a-f]{8} {2}quickstart {2}finished, untracked +8 +\d+\.\d\d % +\d+\.\d\d % {2}\d{4}-\d\d-\d\d \d\d:\d\d$/,
  );
  expect(readJournal(run).at(-1)).toMatchObject({ type: 'ended' });
});

test('a workspace without runs says so', async () => {
  const workspace = scratch();
  mkdirSync(join(workspace, '.glyphlab'));
  expect((await cli(['runs'], workspace)).stdout).toBe('There are no runs in this workspace.\n');
});

test.each(['doctor', 'ui', 'playground', 'schema'])('%s is there beside the target of Nx', async (command) => {
  const { stdout } = await cli(['--help']);
  expect(stdout).toMatch(new RegExp(`^  ${command} `, 'm'));
  expect(execFileSync(process.execPath, [bin, command, '--help'], { encoding: 'utf8' })).toMatch(/^Usage: /);
});

test.skipIf(process.platform !== 'linux')('a reader that leaves early is no error; output that is lost to a full disk is', async () => {
  const zoo = async (stdout: number | 'pipe'): Promise<{ code: number | null; said: string }> => {
    const child = spawn(process.execPath, [bin, 'zoo'], { stdio: ['ignore', stdout, 'pipe'] });
    child.stdout?.destroy();
    let said = '';
    child.stderr!.on('data', (text) => (said += String(text)));
    return { code: await new Promise((resolve) => child.once('close', resolve)), said };
  };
  expect(await zoo('pipe')).toEqual({ code: 0, said: '' });
  const { code, said } = await zoo(openSync('/dev/full', 'w'));
  expect(said).toMatch(/^Not all output could be written: ENOSPC.*\n$/);
  expect(code).toBe(1);
}); // prettier-ignore
