import { type ChildProcess, spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { readRun } from '@glyphlab/tracking';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { cli, onlyRun, readJournal, runInScratch, scratch } from '../testing/index.ts';

const bin = new URL('../../bin/glyphlab.js', import.meta.url).pathname;
const root = new URL('../../../../', import.meta.url).pathname;
const config = new URL('../../../../configs/quickstart.yaml', import.meta.url).pathname;
const small = ['--config', config, '--set', 'dataset.limit=300'];
/** Long enough to be interrupted. */
const endless = ['--no-tracking', ...small, '--set', 'training.epochs=500'];

interface Ended {
  code: number | null;
  stderr: string;
}

function start(cwd: string): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(process.execPath, [bin, 'run', ...endless], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let stderr = '';
  child.stdout.resume();
  child.stderr.on('data', (data) => (stderr += String(data)));
  const ended = new Promise<Ended>((resolve) => child.on('close', (code) => resolve({ code, stderr })));
  return { child, ended };
}

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

// What a signal does from outside, each in a process of its own; those are started side by side.
describe.concurrent('a run that trains in a process of its own', () => {
  test('Ctrl-C ends it as KILLED with code 130, and it says how to go on', async () => {
    const workspace = scratch();
    const { child, ended } = start(workspace);
    const run = await untilEpoch(workspace, 1);
    child.kill('SIGINT');
    const { code, stderr } = await ended;
    expect(code).toBe(130);
    expect(stderr).toMatch(/--resume/);
    expect(readJournal(run).at(-1)).toMatchObject({ type: 'ended', status: 'KILLED' });
  });

  test('killed while it ends in order, it has its end in the journal, and goes on from there', async () => {
    const workspace = scratch();
    const { child, ended } = start(workspace);
    const run = await untilEpoch(workspace, 1);
    child.kill('SIGTERM');
    while (!readFileSync(join(run, 'journal.jsonl'), 'utf8').includes('"ended"')) await setTimeout(1);
    child.kill('SIGKILL');
    expect((await ended).code).toBeNull();
    expect(existsSync(join(run, 'artifacts', 'figures', 'training_images.png'))).toBe(false);
    expect(readRun(run)?.status).toBe('KILLED');
  });

  test('kill of npx ends it in order', async () => {
    const workspace = scratch();
    const env = Object.fromEntries(Object.entries(process.env).filter(([key]) => !key.startsWith('npm_')));
    const npx = spawn('npx', ['--prefix', root, 'glyphlab', 'run', ...endless], {
      cwd: workspace,
      env,
      stdio: 'ignore',
    });
    const run = await untilEpoch(workspace, 1);
    npx.kill('SIGTERM');
    while (readJournal(run).filter(({ type }) => type === 'ended').length < 2) await setTimeout(20);
    expect(readJournal(run).at(-1)).toMatchObject({ type: 'ended', status: 'KILLED' });
  });

  test('without its terminal it ends in order', async () => {
    const workspace = scratch();
    const { child, ended } = start(workspace);
    const run = await untilEpoch(workspace, 1);
    child.stdout!.destroy();
    child.stderr!.destroy();
    child.kill('SIGHUP');
    expect((await ended).code).toBe(130);
    expect(readJournal(run).at(-1)).toMatchObject({ type: 'ended', status: 'KILLED' });
  });
});

test('SIGQUIT ends it as Ctrl-C does', async () => {
  const workspace = scratch();
  const ended = cli(['run', ...endless], workspace);
  const run = await untilEpoch(workspace, 1);
  process.emit('SIGQUIT');
  const { exitCode, stderr } = await ended;
  expect(exitCode).toBe(130);
  expect(stderr).toMatch(/--resume/);
  expect(readJournal(run).at(-1)).toMatchObject({ type: 'ended', status: 'KILLED' });
});

const resume = (run: string, ...args: string[]) => cli(['run', '--no-tracking', '--resume', run, ...args]);

test('a finished run, a damaged checkpoint and another configuration are refused, and the run stays as it is', async () => {
  const { run } = await runInScratch([...small, 'training.epochs=1']);
  const file = join(run, 'journal.jsonl');
  const journal = readFileSync(file, 'utf8');
  const finished = await resume(run);
  expect(finished).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('RUN_FINISHED') as string });
  expect(readFileSync(file, 'utf8')).toBe(journal);

  const killed = journal.replace('"status":"FINISHED"', '"status":"KILLED"');
  writeFileSync(file, killed);
  const other = await resume(run, '--set', 'training.epochs=2');
  expect(other).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('RESUME_CONFIG_DIFFERS') as string });

  const checkpoint = join(run, 'checkpoint.safetensors');
  const bytes = readFileSync(checkpoint);
  bytes[bytes.length - 100]! ^= 1;
  writeFileSync(checkpoint, bytes);
  const damaged = await resume(run);
  expect(damaged).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('CHECKPOINT_UNUSABLE') as string });
  expect(readFileSync(file, 'utf8')).toBe(killed);
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
  const folder = `dataset={ type: image-folder, directory: ${pictures}, channels: 1 }`;
  const { run } = await runInScratch(['--config', config, folder, 'training.epochs=2']);
  // As one that was killed after its last epoch.
  const file = join(run, 'journal.jsonl');
  const lines = readFileSync(file, 'utf8').split('\n');
  const before = lines.filter((line) => !/"type":"(ended|model)"/.test(line)).join('\n');
  writeFileSync(file, before);

  const added = join(pictures, 'a', 'new.png');
  copyFileSync(join(pictures, 'b', '0.png'), added);
  const refused = await resume(run);
  expect(refused.stderr).toMatch(/RESUME_DATA_DIFFERS[^]*train had 96 images and has 97/);
  expect(refused.exitCode).toBe(2);
  expect(readFileSync(file, 'utf8')).toBe(before);
  rmSync(added);
  expect(await resume(run)).toMatchObject({ exitCode: 0 });
});
