import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GlyphlabError } from '@glyphlab/core';

const workspace = fileURLToPath(new URL('../../../..', import.meta.url));

/** How often the memory in use is asked for. */
const LOOK_EVERY_MS = 200;

export interface ProductRun {
  /** From the start of the process to the end of the first step. */
  firstStepSeconds: number;
  seconds: number;
  /** Largest resident memory, bytes; undefined where the system does not tell. */
  peakMemory: number | undefined;
}

/** Runs an experiment as `npx glyphlab` does, without npm, in a folder of its own that is removed again. */
export async function productRun(settings: readonly string[], signal: AbortSignal): Promise<ProductRun> {
  const folder = await mkdtemp(join(tmpdir(), 'glyphlab-bench-'));
  await mkdir(join(folder, '.glyphlab'));
  const config = join(workspace, 'configs', 'mnist-10.yaml');
  const args = [
    glyphlab,
    'run',
    '--no-tracking',
    '--config',
    config,
    ...settings.flatMap((setting) => ['--set', setting]),
  ];
  const start = Date.now();
  const child = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'], signal });
  let [said, peakMemory] = ['', undefined as number | undefined];
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const look = setInterval(async () => {
    peakMemory = (await highWaterMark(child.pid)) ?? peakMemory;
  }, LOOK_EVERY_MS);
  try {
    const code = await new Promise<number | null>((resolve) =>
      child.on('close', resolve).on('error', () => resolve(null)),
    );
    signal.throwIfAborted();
    const seconds = (Date.now() - start) / 1000;
    if (code !== 0) throw new GlyphlabError('BENCH_RUN_FAILED', said.trim().split('\n').slice(-8).join('\n'));
    return { firstStepSeconds: ((await firstStepTime(folder)) - start) / 1000, seconds, peakMemory };
  } finally {
    clearInterval(look);
    await rm(folder, { recursive: true, force: true });
  }
}

const glyphlab = join(workspace, 'packages/trainer/bin/glyphlab.js');

/** Linux keeps a process's largest resident memory. */
export async function highWaterMark(pid: number | undefined): Promise<number | undefined> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kilobytes = /^VmHWM:\s*(\d+) kB$/m.exec(status)?.[1];
  return kilobytes === undefined ? undefined : 1024 * Number(kilobytes);
}

/** When the run's journal says that the first step has ended, milliseconds since 1970. */
async function firstStepTime(folder: string): Promise<number> {
  const runs = join(folder, '.glyphlab', 'runs');
  const [run] = await readdir(runs);
  const lines = (await readFile(join(runs, run!, 'journal.jsonl'), 'utf8')).trim().split('\n');
  const entries = lines.map((line) => JSON.parse(line) as { type: string; time: number; values?: object });
  return entries.find(({ type, values }) => type === 'tags' && 'glyphlab.first_step_seconds' in values!)!.time;
}
