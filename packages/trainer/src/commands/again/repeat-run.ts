import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { InputError } from '@glyphlab/core';
import { END_SIGNALS, ExitCode } from '@glyphlab/core/command-line';
import { artifactFile, listRunDirectories, readRun, syncRuns, tagEndedRun } from '@glyphlab/tracking';
import type { RunReader } from '@glyphlab/tracking/reader';
import { PROJECT_FILE } from '../../project/project.ts';
import { terminal } from '../../project/terminal.ts';
import { runsDir, workspaceDir } from '../../project/workspace.ts';
import { dataOf, differing } from '../compare/differences.ts';
import { gather, type GatheredRun } from '../compare/gather.ts';
import { withReader } from '../runs/select-runs.ts';
import { untilSignal } from '../../run/interruption.ts';
import { type Checkout, checkOut } from './checkout.ts';
import { type Conditions, conditionsOf } from './conditions.ts';
import { verdictOf } from './verdict.ts';

export interface RepeatOptions {
  from: string;
  /** Whether the new run is sent to MLflow. */
  tracking: boolean;
  /** Go on with the code that is here where the run's cannot be had, and with other data. */
  anyway?: boolean | undefined;
}

/** @throws InputError if an option is given that would make it another run */
export function refuseBeside(options: Readonly<Record<string, unknown>>): void {
  const given = ['config', 'set', 'overrides', 'resume', 'parent', 'printConfig', 'findLr', 'profile'].find((name) => options[name] !== undefined); // prettier-ignore
  if (given === undefined) return;
  throw new InputError('AGAIN_WITH_OPTIONS', '--from repeats a run exactly, so nothing in it can be changed.', {
    where: '--from',
    hint: "To change something, start a new run from its configuration: --config RUN'S FOLDER/artifacts/config.yaml key=value",
  });
}

/** Tag of a run: the one that it repeats. */
const FROM_TAG = 'glyphlab.from';
const LOOK_EVERY_MS = 300;

/**
 * Has a run again: its configuration, code with uncommitted changes, and packages; then says whether the result is the same.
 *
 * @returns 0 if it is, also within the noise of threads; 1 if not
 * @throws InputError AGAIN_NOT_POSSIBLE with everything that is gone
 */
export function repeatRun(options: RepeatOptions): Promise<ExitCode> {
  return withReader(false, async (reader) => {
    const found = await reader.find(options.from);
    const [first] = await gather(reader, [found]);
    const config = await reader.artifact(found, 'config.yaml');
    const conditions = await conditionsOf(first!, workspaceDir());
    if (config === undefined) conditions.missing.push('its configuration: config.yaml is gone');
    requirePossible(first!, conditions, options.anyway === true && config !== undefined);
    return repeat(reader, first!, config!, conditions, options);
  });
}

function requirePossible({ title }: GatheredRun, { missing }: Conditions, anyway: boolean): void {
  if (missing.length === 0) return;
  const list = missing.map((what) => `- ${what}`).join('\n');
  if (!anyway)
    throw new InputError('AGAIN_NOT_POSSIBLE', `${title} cannot be repeated. These are gone:\n${list}`, {
      where: '--from',
      hint: 'With --anyway its configuration is trained with the code that is here.',
    });
  terminal.onMessage(`This is not an exact repeat of ${title}: the code that is here takes the place of\n${list}`);
}

async function repeat(
  reader: RunReader,
  first: GatheredRun,
  config: Uint8Array,
  conditions: Conditions,
  options: RepeatOptions,
): Promise<ExitCode> {
  const { code, isInPlace, hasOtherPackages } = conditions;
  let checkout: Checkout | undefined;
  const folder = mkdtempSync(join(tmpdir(), 'glyphlab-config-'));
  try {
    mkdirSync(runsDir(), { recursive: true });
    if (code && !isInPlace) {
      const changes = code.patch === undefined ? '' : ' with its changes';
      terminal.onMessage(`Checking out ${code.commit.slice(0, 12)}${changes} into a worktree of its own …`);
      checkout = await untilSignal((signal) => checkOut(workspaceDir(), code, hasOtherPackages, signal));
    } else terminal.onMessage(code ? 'The code here is that of the run.' : 'Training with the code that is here.');
    const configFile = join(folder, 'config.yaml');
    writeFileSync(configFile, config);
    const before = new Set(listRunDirectories(runsDir()));
    const child = train(configFile, first, checkout, options.tracking);
    const isNew = (directory: string): boolean =>
      !before.has(directory) && Buffer.from(config).equals(readIfThere(artifactFile(directory, 'config.yaml')));
    const findNew = (): string | undefined => listRunDirectories(runsDir()).find(isNew);
    const otherData = watchData(first, findNew, () => options.anyway !== true && child.stop());
    const exitCode = await child.ended;
    const directory = findNew();
    const others = otherData.stop();
    if (directory === undefined) return exitCode === 0 ? ExitCode.failed : (exitCode as ExitCode);
    if (options.tracking || first.run.directory !== undefined) await note(directory, first, checkout !== undefined && options.tracking); // prettier-ignore
    if (others.length > 0 && options.anyway !== true)
      throw new InputError('AGAIN_OTHER_DATA', `The data are not those of ${first.title}: ${others.join('; ')}.`, {
        where: '--from',
        hint: 'Restore them. With --anyway it is trained on the data that are there.',
      });
    if (exitCode !== 0) return exitCode as ExitCode;
    const [again] = await gather(reader, [await reader.find(directory)]);
    const { kind, lines } = verdictOf(first, again!);
    terminal.clear();
    process.stdout.write(`\n${first.title} again: ${lines.join('\n  ')}\n`);
    return kind === 'different' ? ExitCode.failed : ExitCode.done;
  } finally {
    rmSync(folder, { recursive: true, force: true });
    await checkout?.remove();
  }
}

/** Marks the new run, and sends what was trained beside the workspace, whose own MLflow it could not see. */
async function note(directory: string, first: GatheredRun, isToBeSent: boolean): Promise<void> {
  await tagEndedRun(directory, { [FROM_TAG]: first.record.uuid }, terminal.onMessage);
  if (isToBeSent) await syncRuns({ runsDir: runsDir(), workspaceDir: workspaceDir(), runs: [directory], ...terminal });
}

/** Trains in a process of its own: in the checkout it is of another release. */
function train(
  configFile: string,
  { run }: GatheredRun,
  checkout: Checkout | undefined,
  tracking: boolean,
): { ended: Promise<number>; stop(): void } {
  // A checkout of this repository trains with its own trainer; a project elsewhere has none.
  const own = fileURLToPath(new URL('../../../bin/glyphlab.js', import.meta.url));
  const there = checkout && join(checkout.directory, 'packages/trainer/bin/glyphlab.js');
  const bin = there !== undefined && existsSync(there) ? there : own;
  const args = ['run', '--config', configFile, ...(tracking && !checkout ? [] : ['--no-tracking'])];
  const project = run.directory === undefined ? undefined : projectOf(run.directory, checkout);
  const child = spawn(process.execPath, [bin, ...args], {
    cwd: checkout?.directory ?? process.cwd(),
    stdio: 'inherit',
    env: {
      ...process.env,
      // Folders of pictures are named from where the run was started, which is mostly here.
      ...(checkout && process.env['GLYPHLAB_DATA_DIR'] === undefined && { GLYPHLAB_DATA_DIR: process.cwd() }),
      ...(project !== undefined && { GLYPHLAB_PROJECT: project }),
    },
  });
  // A terminal sends Ctrl-C to both; other signals are passed on. This process waits for the end of the run.
  const pass = (signal: NodeJS.Signals): void => void (signal !== 'SIGINT' && child.kill(signal));
  for (const signal of END_SIGNALS) process.on(signal, pass);
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? ExitCode.interrupted));
  }).finally(() => {
    for (const signal of END_SIGNALS) process.off(signal, pass);
  });
  return { ended, stop: () => void child.kill('SIGTERM') };
}

/** The project file of the run, in the checkout if it is part of the workspace. */
function projectOf(runDirectory: string, checkout: Checkout | undefined): string | undefined {
  const pointer = join(runDirectory, PROJECT_FILE);
  if (!existsSync(pointer)) return undefined;
  const { glyphlabProject: file } = JSON.parse(readFileSync(pointer, 'utf8')) as { glyphlabProject: string };
  const root = `${workspaceDir()}/`;
  return checkout && file.startsWith(root) ? join(checkout.directory, file.slice(root.length)) : file;
}

function readIfThere(file: string): Buffer {
  return existsSync(file) ? readFileSync(file) : Buffer.alloc(0);
}

/** Looks at the data as soon as the new run has logged them: training on others for hours would be in vain. */
function watchData(first: GatheredRun, findNew: () => string | undefined, onOther: () => void): { stop(): string[] } {
  let others: string[] = [];
  const look = (): void => {
    const directory = findNew();
    const record = directory === undefined ? undefined : readRun(directory);
    if (!record || record.datasets.length < first.record.datasets.length) return;
    clearInterval(timer);
    const [was, is] = [dataOf(first), dataOf({ record })];
    others = differing([was, is]).map((part) => `${part} was ${was[part] ?? 'none'} and is ${is[part] ?? 'none'}`);
    if (others.length > 0) onOther();
  };
  const timer = setInterval(look, LOOK_EVERY_MS);
  return {
    stop: () => {
      clearInterval(timer);
      if (others.length === 0) look();
      return others;
    },
  };
}
