import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import type { Job, JobEnd, KnownJob, LaunchedJob, Launcher } from '../launch/launcher.ts';
import { RunIndex } from '../runs/run-index.ts';
import { Decisions } from '../search/decisions.ts';
import { directoryWith, member, writeJournal } from '../testing.ts';
import { SetRunner } from './set-runner.ts';

/** What a job does when its turn comes: writes to its run, and says how its process ended. */
type Script = (run: { write: (...entries: object[]) => void }) => JobEnd | 'endless';

const epoch = (step: number) => ({ type: 'metrics', step, values: { 'val/accuracy': 0.5, epoch_seconds: 1 } });
const ended = (status: string) => ({ type: 'ended', status });
const finishes: Script = ({ write }) => (write(epoch(1), epoch(2), epoch(3), ended('FINISHED')), { exitCode: 0 });

/** Jobs that follow a script instead of training. A new run is a folder; its configuration is the member's id. */
class ScriptedLauncher implements Launcher {
  readonly runsDir = directoryWith();
  readonly started: string[] = [];
  readonly stops: string[] = [];
  running = 0;
  mostRunning = 0;
  readonly #scripts: Record<string, Script[]>;
  /** Ends the endless jobs. */
  readonly #onStop = new Map<string, () => void>();
  found: Record<string, LaunchedJob> = {};

  constructor(scripts: Record<string, Script[]>) {
    this.#scripts = scripts;
  }

  async launch({ key, command }: Job): Promise<LaunchedJob> {
    this.started.push(command.join(' '));
    this.mostRunning = Math.max(this.mostRunning, ++this.running);
    const isResumed = command[0] === 'resume';
    const directory = isResumed ? command[1]! : join(this.runsDir, `${key}-${this.started.length}`);
    const begin = isResumed
      ? { type: 'resumed' }
      : { type: 'run', uuid: basename(directory), name: key, experiment: 'e', parent: 'p' };
    const write = (...entries: object[]) => writeJournal(directory, entries);
    write(begin);
    mkdirSync(join(directory, 'artifacts'), { recursive: true });
    writeFileSync(join(directory, 'artifacts', 'config.yaml'), key);
    const ended = new Promise<JobEnd>((resolve) => {
      const end = this.#scripts[key]!.shift()!({ write });
      const leave = (how: JobEnd) => (this.running--, resolve(how));
      if (end !== 'endless') setTimeout(() => leave(end), 5);
      else this.#onStop.set(key, () => (write({ type: 'ended', status: 'KILLED' }), leave({ exitCode: 130 })));
    });
    const stop = () => (this.stops.push(key), this.#onStop.get(key)?.());
    return { description: key, ended, stop, kill: () => {} };
  }

  find = async ({ key }: KnownJob) => this.found[key];

  follow = (): AsyncIterable<string> => {
    throw new Error('Nobody asks.');
  };
}

function runnerOf(launcher: ScriptedLauncher, ids: readonly string[], parallel = 2) {
  const said: string[] = [];
  const runner = new SetRunner({
    members: ids.map((id) => member(id)),
    index: new RunIndex({ runsDir: launcher.runsDir, parents: ['p'], identify: (file) => readFileSync(file, 'utf8') }),
    launcher,
    command: { start: (_file, parent) => ['start', parent], resume: (directory) => ['resume', directory] },
    parallel,
    parent: 'p',
    directory: directoryWith(),
    decisions: new Decisions(join(directoryWith(), 'decisions.jsonl')),
    marker: { mark: async () => {}, end: async () => {} },
    onMessage: (text) => said.push(text),
  });
  const states = () => runner.statuses.map(({ state }) => state);
  return { runner, states, said };
}

test('as many run side by side as there are places, and one that fails does not end the others', async () => {
  const fails: Script = ({ write }) => (
    write({ type: 'tags', values: { 'glyphlab.error': 'NaN' } }, ended('FAILED')),
    { exitCode: 1 }
  );
  const launcher = new ScriptedLauncher({ a: [fails], b: [finishes], c: [finishes], d: [finishes] });
  const { runner, states } = runnerOf(launcher, ['a', 'b', 'c', 'd']);
  await runner.run();
  expect(states()).toEqual(['failed', 'finished', 'finished', 'finished']);
  expect(runner.statuses[0]!.problem).toBe('NaN');
  expect(launcher.mostRunning).toBe(2);
  expect(launcher.started).toEqual(['start p', 'start p', 'start p', 'start p']);
});

test('the next session trains what is not finished: the failed anew, the stopped from where it was', async () => {
  const fails: Script = ({ write }) => (write(ended('FAILED')), { exitCode: 1 });
  const isStopped: Script = ({ write }) => (write(epoch(1), ended('KILLED')), { exitCode: 130 });
  const launcher = new ScriptedLauncher({ a: [finishes], b: [fails, finishes], c: [isStopped, finishes] });
  const first = runnerOf(launcher, ['a', 'b', 'c']);
  await first.runner.run();
  expect(first.states()).toEqual(['finished', 'failed', 'stopped']);

  const second = runnerOf(launcher, ['a', 'b', 'c']);
  expect(second.states()).toEqual(['finished', 'waiting', 'waiting']);
  expect(second.runner.statuses[0]!.isOld).toBe(true);
  launcher.started.length = 0;
  await second.runner.run();
  expect(second.states()).toEqual(['finished', 'finished', 'finished']);
  expect(launcher.started).toEqual(['start p', `resume ${join(launcher.runsDir, 'c-3')}`]);
});

test('a member that is killed goes on, as long as it gets further', async () => {
  const killedAt =
    (step: number): Script =>
    ({ write }) => (write(epoch(step)), {});
  const launcher = new ScriptedLauncher({ a: [killedAt(1), killedAt(2), finishes] });
  const { runner, states, said } = runnerOf(launcher, ['a']);
  await runner.run();
  expect(states()).toEqual(['finished']);
  expect(launcher.started.map((command) => command.split(' ')[0])).toEqual(['start', 'resume', 'resume']);
  expect(said).toContain('a, seed 1: It was killed after epoch 1.');
});

test('a member that is killed at the same place again and again is given up', async () => {
  const dies: Script = () => ({});
  const launcher = new ScriptedLauncher({ a: [dies, dies, dies], b: [finishes] });
  const { runner, states } = runnerOf(launcher, ['a', 'b']);
  await runner.run();
  expect(states()).toEqual(['failed', 'finished']);
  expect(runner.statuses[0]!.problem).toMatch(/is there memory enough/);
  expect(launcher.started).toHaveLength(3);
});

test('stop ends what runs and starts nothing more', async () => {
  const launcher = new ScriptedLauncher({ a: [() => 'endless'], b: [() => 'endless'], c: [finishes] });
  const { runner, states } = runnerOf(launcher, ['a', 'b', 'c']);
  const done = runner.run();
  await expect.poll(() => launcher.running).toBe(2);
  runner.stop();
  await done;
  expect(launcher.stops).toEqual(['a', 'b']);
  expect(states()).toEqual(['stopped', 'stopped', 'stopped']);
});

test('the stop of a member is one of the set: what runs goes on, nothing more is started', async () => {
  const isStopped: Script = ({ write }) => (write(ended('KILLED')), { exitCode: 130 });
  const launcher = new ScriptedLauncher({ a: [isStopped], b: [finishes], c: [finishes] });
  const { runner, states } = runnerOf(launcher, ['a', 'b', 'c']);
  await runner.run();
  expect(runner.isStopping).toBe(true);
  expect(states()).toEqual(['stopped', 'finished', 'stopped']);
});

test('what an earlier session left running is waited for, not started again', async () => {
  const launcher = new ScriptedLauncher({ a: [() => 'endless'], b: [finishes] });
  await launcher.launch({ key: 'a', command: ['start', 'p'], logFile: '' });
  let end!: (how: JobEnd) => void;
  launcher.found = {
    a: { description: 'pid 1', ended: new Promise((resolve) => (end = resolve)), stop: () => {}, kill: () => {} },
  };
  const { runner, states, said } = runnerOf(launcher, ['a', 'b']);
  const done = runner.run();
  await expect.poll(states).toEqual(['running', 'finished']);
  writeJournal(join(launcher.runsDir, 'a-1'), [epoch(1), ended('FINISHED')]);
  end({});
  await done;
  expect(states()).toEqual(['finished', 'finished']);
  expect(launcher.started).toHaveLength(2);
  expect(said[0]).toMatch(/^a, seed 1: still runs \(pid 1/);
});
