import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { GlyphlabError } from '@glyphlab/core';
import { highWaterMark } from '../train/product-run.ts';

/** This project, which the nodes have where it is, as all is on this machine. */
export const project = fileURLToPath(new URL('../../../..', import.meta.url));
const bin = join(project, 'packages/trainer/bin/glyphlab.js');
/** As `nx run trainer:experiment` is run. */
const command = ['--max-semi-space-size=2', bin];
const LOOK_EVERY_MS = 50;

/** A line of a run's journal, as far as it is read here. */
export interface JournalLine {
  type: string;
  time: number;
  name?: string;
  status?: string;
  values?: Record<string, number | string>;
}

/** A command that runs, or has run. */
export interface Command {
  child: ChildProcess;
  said: () => string;
  /** Seconds since its start at which a line with this was first said, once for each. */
  saidAt: (pattern: RegExp) => number[];
  /** @throws GlyphlabError BENCH_RUN_FAILED */
  ended: Promise<{ seconds: number; peakMemory: number | undefined }>;
}

/** A workspace of its own, in a temporary folder, with one set: `set.yaml`. */
export class SetFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'glyphlab-bench-'));
  readonly #children: ChildProcess[] = [];
  readonly #env: NodeJS.ProcessEnv;

  /** @param config of its members */
  constructor(config: string, env: NodeJS.ProcessEnv = {}) {
    this.#env = { ...process.env, ...env };
    mkdirSync(join(this.path, '.glyphlab'));
    writeFileSync(join(this.path, 'member.yaml'), config);
  }

  /** Of the MLflow experiment, too. */
  get name(): string {
    return this.path;
  }

  writeSet(seeds: readonly number[], more = ''): void {
    const text = `experiment: ${this.name}\nseeds: [${seeds.join(', ')}]\n${more}members:\n  - config: member.yaml\n`;
    writeFileSync(join(this.path, 'set.yaml'), text);
  }

  start(args: readonly string[]): Command {
    const start = performance.now();
    const seconds = (): number => (performance.now() - start) / 1000;
    const [cwd, env] = [this.path, this.#env];
    const child = spawn(process.execPath, [...command, ...args], { cwd, env, stdio: ['ignore', 'ignore', 'pipe'] });
    this.#children.push(child);
    const lines: { text: string; at: number }[] = [];
    child.stderr.setEncoding('utf8').on('data', (text: string) => lines.push({ text, at: seconds() }));
    let peakMemory: number | undefined;
    const look = setInterval(async () => (peakMemory = (await highWaterMark(child.pid)) ?? peakMemory), LOOK_EVERY_MS);
    const said = (): string => lines.map(({ text }) => text).join('');
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve)).then((code) => {
      clearInterval(look);
      if (code !== 0) throw new GlyphlabError('BENCH_RUN_FAILED', said().trim().split('\n').slice(-12).join('\n'));
      return { seconds: seconds(), peakMemory };
    });
    // Whoever awaits it gets the error all the same.
    ended.catch(() => undefined);
    const saidAt = (pattern: RegExp): number[] =>
      lines.flatMap(({ text, at }) => text.split('\n').flatMap((line) => (pattern.test(line) ? [at] : [])));
    return { child, said, saidAt, ended };
  }

  onRay = (address: string, ...more: readonly string[]): Command =>
    this.start(['experiment', '--file', 'set.yaml', '--on', 'ray', '--address', address, ...more]);

  /** Journals of the members' runs, in the workspace or told by the members. */
  journals(): JournalLine[][] {
    const folders = ['.glyphlab/runs', '.glyphlab/experiments/set/relayed'].map((folder) => join(this.path, folder));
    return folders
      .flatMap((folder) => (existsSync(folder) ? readdirSync(folder).map((run) => join(folder, run)) : []))
      .map((run) => linesOf(join(run, 'journal.jsonl')))
      .filter(([first]) => first?.name?.startsWith('member'));
  }

  get results(): string {
    const file = join(this.path, 'set', 'RESULTS.md');
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  }

  remove(): void {
    for (const child of this.#children) child.kill('SIGKILL');
    rmSync(this.path, { recursive: true, force: true });
  }
}

function linesOf(file: string): JournalLine[] {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const whole = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
  return whole.filter(Boolean).map((line) => JSON.parse(line) as JournalLine);
}
