import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { cli, type JournalLine, scratch } from '../../testing/index.ts';

const EPOCHS = 30;

/** Three members in two places. */
function workspace(): string {
  const root = scratch();
  mkdirSync(join(root, '.glyphlab'));
  const config = `name: tiny
dataset: { type: synthetic, size: 512 }
model: { type: cnn, filters: [4], denseUnits: 8 }
training: { epochs: ${EPOCHS} }
`;
  writeFileSync(join(root, 'tiny.yaml'), config);
  writeFileSync(join(root, 'three.yaml'), 'parallel: 2\nseeds: [1, 2, 3]\nmembers:\n  - config: tiny.yaml\n');
  return root;
}

const bin = new URL('../../../bin/glyphlab.js', import.meta.url).pathname;
const pids = new Set<number>();
afterEach(() => {
  for (const pid of pids) kill(pid, 'SIGKILL');
  pids.clear();
});

interface Session {
  child: ChildProcess;
  stderr: () => string;
  ended: Promise<number | null>;
}

function start(cwd: string): Session {
  const args = [bin, 'experiment', '--file', 'three.yaml', '--no-tracking'];
  const child = spawn(process.execPath, args, { cwd, stdio: ['ignore', 'ignore', 'pipe'] });
  pids.add(child.pid!);
  let stderr = '';
  child.stderr.on('data', (data) => {
    stderr += String(data);
    for (const [, pid] of stderr.matchAll(/\(pid (\d+)/g)) pids.add(Number(pid));
  });
  return { child, stderr: () => stderr, ended: new Promise((resolve) => child.on('close', resolve)) };
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended.
  }
}

interface FoundRun {
  journal: JournalLine[];
  epochs: number;
  name: string;
  status: string | undefined;
}

/** Whole lines: the last one may be just being written. */
function linesOf(file: string): JournalLine[] {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
  return lines.filter(Boolean).map((line) => JSON.parse(line) as JournalLine);
}

function runsIn(root: string): FoundRun[] {
  const runs = join(root, '.glyphlab', 'runs');
  return (existsSync(runs) ? readdirSync(runs) : [])
    .map((run) => linesOf(join(runs, run, 'journal.jsonl')))
    .filter((journal) => journal.length > 0)
    .map((journal) => ({
      journal,
      epochs: journal.filter(({ values }) => values && 'val/loss' in values).length,
      name: (journal[0] as { name?: string }).name!,
      status: journal.findLast(({ type }) => type === 'ended' || type === 'resumed')?.status,
    }));
}

/** What was logged with the finished model; an interrupted run has one as well, which was not tested. */
const testAccuracy = (journal: readonly JournalLine[]): number =>
  journal.flatMap((line) => (line as { metrics?: Record<string, number> }).metrics?.['test_accuracy'] ?? []).at(-1)!;

const membersIn = (root: string): FoundRun[] =>
  runsIn(root)
    .filter(({ name }) => name !== 'three')
    .sort((a, b) => (a.name < b.name ? -1 : 1));

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await setTimeout(10);
}

/** The pid of a member's process, as the session told it; undefined before. */
const pidOf = (session: Session, member: string): number | undefined => {
  const told = new RegExp(`${member}: .*\\(pid (\\d+)`).exec(session.stderr());
  return told ? Number(told[1]) : undefined;
};

/** Waits until a member has trained that many epochs, and holds its process there. */
async function hold(root: string, session: Session, member: string, epochs: number): Promise<number> {
  await until(() => (membersIn(root).find(({ name }) => name === member)?.epochs ?? 0) >= epochs);
  const pid = pidOf(session, member)!;
  kill(pid, 'SIGSTOP');
  return pid;
}

// Seven trainings in processes of their own: a busy machine takes its time.
test('a set that is interrupted, then killed, ends with every result once', { timeout: 300_000 }, async () => {
  const root = workspace();
  const names = ['tiny, seed 1', 'tiny, seed 2'];

  const interrupted = start(root);
  const held = await Promise.all(names.map((name) => hold(root, interrupted, name, 2)));
  interrupted.child.kill('SIGINT');
  await until(() => interrupted.stderr().includes('SIGINT'));
  held.forEach((pid) => kill(pid, 'SIGCONT'));
  expect(await interrupted.ended).toBe(130);
  expect(runsIn(root).map(({ status }) => status)).toEqual(['KILLED', 'KILLED', 'KILLED']);
  expect(existsSync(join(root, 'three'))).toBe(false);

  const before = membersIn(root).map(({ epochs }) => epochs);
  const killed = start(root);
  const [victim, orphan] = await Promise.all(names.map((name, k) => hold(root, killed, name, before[k]! + 1)));
  expect(killed.stderr()).toContain(`tiny, seed 1: goes on after epoch ${before[0]}`);
  killed.child.kill('SIGKILL');
  kill(victim!, 'SIGKILL');
  await killed.ended;

  const last = start(root);
  await until(() => last.stderr().includes(`tiny, seed 2: still runs (pid ${orphan}`));
  kill(orphan!, 'SIGCONT');
  expect(await last.ended).toBe(0);
  expect(last.stderr()).toMatch(/tiny, seed 1: goes on after epoch \d+/);
  expect(last.stderr()).toMatch(/tiny, seed 3: started/);
  const members = membersIn(root);
  expect(members.map(({ name, epochs, status }) => ({ name, epochs, status }))).toEqual(
    [1, 2, 3].map((seed) => ({ name: `tiny, seed ${seed}`, epochs: EPOCHS, status: 'FINISHED' })),
  );
  expect(runsIn(root).find(({ name }) => name === 'three')!.status).toBe('FINISHED');

  const accuracies = members.map(({ journal }) => testAccuracy(journal));
  const mean = accuracies.reduce((sum, accuracy) => sum + accuracy / 3, 0);
  const deviation = Math.sqrt(accuracies.reduce((sum, accuracy) => sum + (accuracy - mean) ** 2, 0) / 2);
  const results = readFileSync(join(root, 'three', 'RESULTS.md'), 'utf8');
  expect(results).toContain(`| tiny | ${(100 * mean).toFixed(2)} ± ${(100 * deviation).toFixed(2)} |`);
  expect(results).toContain('> **Note:** Made up, not handwriting.');
  expect(results).toContain('npx glyphlab experiment --file three.yaml --parallel 2');
  expect(results).not.toContain('Not complete');
  for (const [, file] of results.matchAll(/!\[.*\]\((.*)\)/g))
    expect(
      readFileSync(join(root, 'three', file!))
        .subarray(1, 4)
        .toString(),
    ).toBe('PNG');

  // Only what is new in the edited file is left to do.
  writeFileSync(
    join(root, 'three.yaml'),
    'seeds: [2, 3, 4]\nset: { description: edited }\nmembers:\n  - config: tiny.yaml\n',
  );
  const { stdout, exitCode } = await cli(['experiment', '--file', 'three.yaml', '--dry-run'], root);
  expect(exitCode).toBe(0);
  expect(
    stdout
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => line.split(/ {2,}/).slice(0, 3)),
  ).toEqual([
    ['tiny, seed 2', 'finished before', `${EPOCHS}/${EPOCHS}`],
    ['tiny, seed 3', 'finished before', `${EPOCHS}/${EPOCHS}`],
    ['tiny, seed 4', 'waiting'],
  ]);
});

test.each([
  [['--file', 'four.yaml'], 'CONFIG_NOT_FOUND'],
  [['--file', 'three.yaml', '--parallel', '0'], 'BAD_PARALLEL'],
  [['--file', 'three.yaml', '--report'], 'EXPERIMENT_NOT_RUN'],
  [[], "required option '--file <file>'"],
])('%s is refused with exit code 2', async (args, told) => {
  const { exitCode, stderr } = await cli(['experiment', '--no-tracking', ...args], workspace());
  expect(stderr).toContain(told);
  expect(exitCode).toBe(2);
});
