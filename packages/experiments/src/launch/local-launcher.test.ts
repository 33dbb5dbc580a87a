import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '@glyphlab/core/testing';
import { expect, test } from 'vitest';
import type { Job } from './launcher.ts';
import { LocalLauncher } from './local-launcher.ts';

const directory = () => temporaryDirectory();
const job = (folder: string, script: string): Job => ({
  key: 'member',
  command: [process.execPath, '-e', script],
  logFile: join(folder, 'member', 'log.txt'),
});
const endless = 'process.on("SIGTERM", () => process.exit(130)); setInterval(() => {}, 1000); console.log("ready")';

test('a job says how it ended, and its log what it said', async () => {
  const folder = directory();
  const launcher = new LocalLauncher(folder, folder);
  const { ended } = await launcher.launch(
    job(folder, 'console.log(process.cwd()); console.error("oh"); process.exit(3)'),
  );
  expect(await ended).toEqual({ exitCode: 3 });
  expect(readFileSync(join(folder, 'member', 'log.txt'), 'utf8')).toBe(`${folder}\noh\n`);
  let shown = '';
  for await (const text of launcher.follow(job(folder, ''), new AbortController().signal)) shown += text;
  expect(shown).toBe(`${folder}\noh\n`);
  expect(await launcher.find(job(folder, ''))).toBeUndefined();
  expect(
    (await (await launcher.launch({ ...job(folder, ''), command: ['/no/such/program'] })).ended).error,
  ).toBeInstanceOf(Error);
});

test('another session finds a job that runs, waits for its end and can stop it', async () => {
  const folder = directory();
  const first = await new LocalLauncher(folder, folder).launch(job(folder, endless));
  try {
    await expect
      .poll(() => readFileSync(join(folder, 'member', 'log.txt'), 'utf8'), { timeout: 20_000 })
      .toBe('ready\n');
    const launcher = new LocalLauncher(folder, folder);
    expect(await launcher.find({ ...job(folder, ''), key: 'other' })).toBeUndefined();
    const found = await launcher.find(job(folder, ''));
    expect(found!.description).toBe(first.description);
    found!.stop();
    expect(await first.ended).toEqual({ exitCode: 130 });
    expect(await found!.ended).toEqual({});
    expect(await launcher.find(job(folder, ''))).toBeUndefined();
  } finally {
    first.kill();
  }
});

test('a killed job has no exit code, but the signal', async () => {
  const folder = directory();
  const { ended, kill } = await new LocalLauncher(folder, folder).launch(job(folder, endless));
  kill();
  expect(await ended).toEqual({ signal: 'SIGKILL' });
});
