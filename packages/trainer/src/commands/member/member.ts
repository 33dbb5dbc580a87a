import { mkdirSync, mkdtempSync, rmSync, writeFileSync, existsSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { GlyphlabError, InputError } from '@glyphlab/core';
import { ExitCode } from '@glyphlab/core/command-line';
import { toldLine } from '@glyphlab/experiments';
import { JournalTail } from '@glyphlab/tracking';
import { startRun } from '../../run/start-run.ts';
import { terminal } from '../../project/terminal.ts';

/** A process on a node that was lost counts as gone when it was silent for two minutes. */
const LOCK_PATIENCE_MS = 180_000;
const LOOK_EVERY_MS = 5_000;

export interface MemberOptions {
  configBase64?: string;
  resume?: string;
  parent?: string;
  relay?: boolean;
  tracking: boolean;
}

/** A member of a set on a node of a cluster. */
export async function member(options: MemberOptions): Promise<ExitCode> {
  const { resume, configBase64, parent, tracking } = options;
  const common = { set: [], tracking, ...(parent !== undefined && { parent }) };
  if (resume !== undefined) return resumed({ ...common, resume });
  if (configBase64 === undefined)
    throw new InputError('MEMBER_NO_CONFIG', 'Neither a configuration nor a run was given.', {
      where: '--config-base64',
      hint: 'trainer:experiment --on ray gives it.',
    });
  const config = Buffer.from(configBase64, 'base64').toString();
  const scratch = mkdtempSync(join(tmpdir(), 'glyphlab-member-'));
  const file = join(scratch, 'config.yaml');
  writeFileSync(file, config);
  if (!options.relay) return startRun({ ...common, config: file }).finally(() => remove(scratch));

  // What was sent is named by its path in the job's working directory.
  const { GLYPHLAB_PROJECT: project } = process.env;
  if (project) process.env['GLYPHLAB_PROJECT'] = resolve(project);
  // A workspace of its own: what the node keeps is not seen from anywhere else.
  const runs = join(scratch, '.glyphlab', 'runs');
  mkdirSync(runs, { recursive: true });
  process.chdir(scratch);
  const teller = new JournalTeller(runs, config);
  try {
    const exitCode = await startRun({ ...common, config: file });
    // What MLflow does not have is left for trainer:sync.
    if (tracking && exitCode === ExitCode.done) setImmediate(() => remove(scratch));
    return exitCode;
  } finally {
    teller.end();
  }
}

const remove = (directory: string): void => rmSync(directory, { recursive: true, force: true });

async function resumed(options: Parameters<typeof startRun>[0]): Promise<ExitCode> {
  for (const start = performance.now(); ;) {
    try {
      return await startRun(options);
    } catch (error) {
      const isInUse = error instanceof GlyphlabError && error.code === 'RUN_IN_USE';
      if (!isInUse || performance.now() - start > LOCK_PATIENCE_MS) throw error;
      terminal.onMessage('Another node was training this run a moment ago; waiting until it is known to be gone …');
      await sleep(LOOK_EVERY_MS);
    }
  }
}

const EVERY_MS = 1000;

/** Prints the journal of the only run in a folder as it grows, for a session that cannot read it. */
class JournalTeller {
  readonly #runsDir: string;
  readonly #config: string;
  readonly #timer: NodeJS.Timeout;
  #run: { name: string; tail: JournalTail } | undefined;

  /** @param config of the run, as it is told */
  constructor(runsDir: string, config: string) {
    this.#runsDir = runsDir;
    this.#config = config;
    this.#timer = setInterval(() => this.#tell(), EVERY_MS);
  }

  /** Tells the rest. */
  end(): void {
    clearInterval(this.#timer);
    this.#tell();
  }

  #tell(): void {
    const [name] = existsSync(this.#runsDir) ? readdirSync(this.#runsDir) : [];
    if (name === undefined) return;
    let text = '';
    if (!this.#run) {
      this.#run = { name, tail: new JournalTail(join(this.#runsDir, name)) };
      text = toldLine({ run: name, config: this.#config });
    }
    for (const line of this.#run.tail.lines()) text += toldLine({ run: name, line });
    if (text !== '') process.stdout.write(text);
  }
}
