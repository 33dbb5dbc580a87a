import { type ChildProcess, spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { readRun } from '@glyphlab/tracking';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { onlyRun, readJournal, scratch, type JournalLine } from '../testing/index.ts';

const bin = new URL('../../bin/glyphlab.js', import.meta.url).pathname;
const root = new URL('../../../../', import.meta.url).pathname;
const config = new URL('../../../../configs/quickstart.yaml', import.meta.url).pathname;
const options = [
  '--config',
  config,
  '--no-tracking',
  '--set',
  'dataset.limit=600',
  '--set',
  'training.epochs=6',
  '--set',
  'training.schedule={ type: reduceLrOnPlateau, patience: 1 }',
];

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

function start(args: readonly string[], cwd: string): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(process.execPath, [bin, 'run', ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  const text = { stdout: '', stderr: '' };
  child.stdout.on('data', (data) => (text.stdout += String(data)));
  child.stderr.on('data', (data) => (text.stderr += String(data)));
  const ended = new Promise<Ended>((resolve) => child.on('close', (code) => resolve({ code, ...text })));
  return { child, ended };
}

const epochsOf = (run: string): JournalLine[] =>
  readJournal(run).filter(({ values }) => values !== undefined && 'train/loss' in values);

/** Waits until the run in the workspace has logged that many epochs. */
async function untilEpoch(workspace: string, count: number): Promise<string> {
  for (;;) {
    const runs = join(workspace, '.glyphlab', 'runs');
    if (existsSync(runs) && readdirSync(runs).length === 1) {
      const run = onlyRun(workspace);
      const text = existsSync(join(run, 'journal.jsonl')) ? readFileSync(join(run, 'journal.jsonl'), 'utf8') : '';
      if (text.includes('config.yaml') && text.split('"train/loss"').length - 1 >= count) return run;
    }
    await setTimeout(5);
  }
}

const timeless = ({ step, values }: JournalLine): object => {
  const { images_per_second: _rate, epoch_seconds: _seconds, ...metrics } = values!;
  return { step, ...metrics };
};

test('after kill -9 and --resume the run is the one that was never interrupted', async () => {
  const whole = scratch();
  expect((await start(options, whole).ended).code).toBe(0);

  const broken = scratch();
  const first = start(options, broken);
  const run = await untilEpoch(broken, 2);
  first.child.kill('SIGKILL');
  await first.ended;
  const before = epochsOf(run).length;
  expect(before).toBeLessThan(6);

  const second = await start(['--resume', run, '--no-tracking'], broken).ended;
  expect(second.stderr).not.toMatch(/Error/);
  expect(second.code).toBe(0);
  expect(epochsOf(run).map(timeless)).toEqual(epochsOf(onlyRun(whole)).map(timeless));
  const weights = (workspace: string): Buffer => readFileSync(join(onlyRun(workspace), 'model', 'weights.bin'));
  expect(weights(broken).equals(weights(whole))).toBe(true);
});

test.each(['SIGINT', 'SIGTERM', 'SIGQUIT'] as const)(
  '%s ends the run as KILLED with code 130, and says how to go on',
  async (signal) => {
    const workspace = scratch();
    const { child, ended } = start([...options, '--set', 'training.epochs=500'], workspace);
    const run = await untilEpoch(workspace, 1);
    child.kill(signal);
    const { code, stderr } = await ended;
    expect(code).toBe(130);
    expect(stderr).toMatch(/--resume/);
    expect(readJournal(run).at(-1)).toMatchObject({ type: 'ended', status: 'KILLED' });
  },
);

test('a run that is killed while it ends in order has its end in the journal, and goes on from there', async () => {
  const workspace = scratch();
  const { child, ended } = start([...options, '--set', 'training.epochs=500'], workspace);
  const run = await untilEpoch(workspace, 1);
  child.kill('SIGTERM');
  while (!readFileSync(join(run, 'journal.jsonl'), 'utf8').includes('"ended"')) await setTimeout(1);
  child.kill('SIGKILL');
  expect((await ended).code).toBeNull();
  expect(existsSync(join(run, 'artifacts', 'figures', 'training_images.png'))).toBe(false);
  expect(readRun(run)?.status).toBe('KILLED');
});

test('kill of npx ends the run in order', async () => {
  const workspace = scratch();
  const args = ['glyphlab', 'run', ...options, '--set', 'training.epochs=500'];
  const env = Object.fromEntries(Object.entries(process.env).filter(([key]) => !key.startsWith('npm_')));
  const npx = spawn('npx', ['--prefix', root, ...args], { cwd: workspace, env, stdio: 'ignore' });
  const run = await untilEpoch(workspace, 1);
  npx.kill('SIGTERM');
  while (readJournal(run).filter(({ type }) => type === 'ended').length < 2) await setTimeout(20);
  expect(readJournal(run).at(-1)).toMatchObject({ type: 'ended', status: 'KILLED' });
});

test('a run whose terminal is gone ends in order', async () => {
  const workspace = scratch();
  const { child, ended } = start([...options, '--set', 'training.epochs=500'], workspace);
  const run = await untilEpoch(workspace, 1);
  child.stdout!.destroy();
  child.stderr!.destroy();
  child.kill('SIGHUP');
  expect((await ended).code).toBe(130);
  expect(readJournal(run).at(-1)).toMatchObject({ type: 'ended', status: 'KILLED' });
});

test('a run that is finished is not gone on with, nor one whose checkpoint is damaged; neither is changed', async () => {
  const workspace = scratch();
  await start([...options, '--set', 'training.epochs=1'], workspace).ended;
  const run = onlyRun(workspace);
  const journal = readFileSync(join(run, 'journal.jsonl'), 'utf8');
  const finished = await start(['--resume', run, '--no-tracking'], workspace).ended;
  expect(finished).toMatchObject({ code: 2, stderr: expect.stringContaining('RUN_FINISHED') as string });
  expect(readFileSync(join(run, 'journal.jsonl'), 'utf8')).toBe(journal);

  const killed = journal.replace('"status":"FINISHED"', '"status":"KILLED"');
  writeFileSync(join(run, 'journal.jsonl'), killed);
  const checkpoint = join(run, 'checkpoint.safetensors');
  const bytes = readFileSync(checkpoint);
  bytes[bytes.length - 100]! ^= 1;
  writeFileSync(checkpoint, bytes);
  const damaged = await start(['--resume', run, '--no-tracking'], workspace).ended;
  expect(damaged).toMatchObject({ code: 2, stderr: expect.stringContaining('CHECKPOINT_UNUSABLE') as string });
  expect(readFileSync(join(run, 'journal.jsonl'), 'utf8')).toBe(killed);
});

test('--resume with another configuration is refused', async () => {
  const workspace = scratch();
  await start([...options, '--set', 'training.epochs=1'], workspace).ended;
  const { code, stderr } = await start(['--resume', onlyRun(workspace), '--set', 'training.epochs=2'], workspace).ended;
  expect(stderr).toMatch(/RESUME_CONFIG_DIFFERS/);
  expect(code).toBe(2);
});

test('--resume after pictures were added is refused, since the split is another; with the old ones it goes on', async () => {
  const pictures = scratch();
  for (const [name, grey] of [
    ['a', 40],
    ['b', 200],
  ] as const) {
    mkdirSync(join(pictures, name));
    const picture = sharp({
      create: { width: 28, height: 28, channels: 3, background: { r: grey, g: grey, b: grey } },
    });
    for (let i = 0; i < 60; i++) await picture.clone().toFile(join(pictures, name, `${i}.png`));
  }
  const workspace = scratch();
  const folder = ['--set', `dataset={ type: image-folder, directory: ${pictures}, channels: 1 }`];
  const first = start(['--config', config, '--no-tracking', ...folder, '--set', 'training.epochs=40'], workspace);
  const run = await untilEpoch(workspace, 2);
  first.child.kill('SIGKILL');
  await first.ended;

  const added = join(pictures, 'a', 'new.png');
  copyFileSync(join(pictures, 'b', '0.png'), added);
  const before = readFileSync(join(run, 'journal.jsonl'), 'utf8');
  const refused = await start(['--resume', run, '--no-tracking'], workspace).ended;
  expect(refused.stderr).toMatch(/RESUME_DATA_DIFFERS[^]*train had 96 images and has 97/);
  expect(refused.code).toBe(2);
  expect(readFileSync(join(run, 'journal.jsonl'), 'utf8')).toBe(before);
  rmSync(added);
  expect(await start(['--resume', run, '--no-tracking'], workspace).ended).toMatchObject({ code: 0 });
});

test('a run that was killed before its first epoch ended starts from the beginning when resumed', async () => {
  const workspace = scratch();
  // An epoch that lasts: the run is killed as soon as its configuration is there.
  const { child, ended } = start([...options, '--set', 'training.epochs=1', '--set', 'dataset.limit=6000'], workspace);
  const run = await untilEpoch(workspace, 0);
  child.kill('SIGKILL');
  await ended;
  expect(epochsOf(run)).toHaveLength(0);
  const { code } = await start(['--resume', run, '--no-tracking'], workspace).ended;
  expect(code).toBe(0);
  expect(epochsOf(run)).toHaveLength(1);
});
