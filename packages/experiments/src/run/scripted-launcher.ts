import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { temporaryDirectory } from '@glyphlab/core/testing';
import type { Job, JobEnd, KnownJob, LaunchedJob, Launcher } from '../launch/launcher.ts';
import type { Member } from '../plan/expand-set.ts';
import { RunIndex } from '../runs/run-index.ts';
import { Decisions } from '../search/decisions.ts';
import { member, writeJournal } from '../testing.ts';
import { SetRunner, type SetRunnerOptions } from './set-runner.ts';

/** What a job does when its turn comes: writes to its run, and says how its process ended. */
export type Script = (run: { write: (...entries: object[]) => void }) => JobEnd | 'endless';

export const epoch = (step: number, accuracy = 0.5) => ({
  type: 'metrics',
  step,
  values: { 'val/accuracy': accuracy, epoch_seconds: 1 },
});
export const ended = (status: string) => ({ type: 'ended', status });
export const finishes: Script = ({ write }) => (
  write(epoch(1), epoch(2), epoch(3), ended('FINISHED')),
  { exitCode: 0 }
);

/** Jobs that follow a script instead of training. A new run is a folder; its configuration is the member's id. */
export class ScriptedLauncher implements Launcher {
  readonly runsDir = temporaryDirectory();
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

export function runnerOf(
  launcher: ScriptedLauncher,
  members: readonly (string | Member)[],
  {
    parallel = 2,
    decisions = join(temporaryDirectory(), 'decisions.jsonl'),
    propose,
  }: { parallel?: number; decisions?: string; propose?: SetRunnerOptions['propose'] } = {},
) {
  const said: string[] = [];
  const marked: [run: string, reason: string][] = [];
  const known = new Decisions(decisions);
  const runner = new SetRunner({
    members: members.map((of) => (typeof of === 'string' ? member(of) : of)),
    index: new RunIndex({
      runsDir: launcher.runsDir,
      parents: ['p'],
      identify: (file) => readFileSync(file, 'utf8'),
      stopReason: (id) => known.stopReason(id),
    }),
    launcher,
    command: { start: (_file, parent) => ['start', parent], resume: (directory) => ['resume', directory] },
    parallel,
    parent: 'p',
    directory: temporaryDirectory(),
    decisions: known,
    marker: { mark: async ({ record }, reason) => void marked.push([record.name, reason]), end: async () => {} },
    onMessage: (text) => said.push(text),
    ...(propose && { propose }),
  });
  const states = () => runner.statuses.map(({ state }) => state);
  return { runner, states, said, marked };
}
