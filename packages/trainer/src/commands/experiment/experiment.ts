import { dirname, relative, resolve } from 'node:path';
import { InputError, type OnMessage } from '@glyphlab/core';
import { END_SIGNALS, ExitCode } from '@glyphlab/core/command-line';
import {
  type ExperimentSet,
  expandSet,
  isDone,
  type SessionEnd,
  SetSession,
  summaryLines,
  tableLines,
} from '@glyphlab/experiments';
import { advice } from '../../project/advice.ts';
import { loadProject, type Project } from '../../project/project.ts';
import { terminal } from '../../project/terminal.ts';
import { runsDir, workspaceDir } from '../../project/workspace.ts';
import { loadData } from '../../run/load-data.ts';
import { commandLineOf, findPlace, type Place, type PlaceOptions } from './place.ts';

export interface ExperimentOptions extends PlaceOptions {
  file: string;
  parallel?: string;
  report?: boolean;
  dryRun?: boolean;
  follow?: string;
}

/** A set of experiments from its file to its results. */
export async function experiment(options: ExperimentOptions): Promise<ExitCode> {
  const project = await loadProject(dirname(resolve(options.file)), process.cwd());
  // The members, which are processes of their own, are of the same project.
  if (project.file !== undefined) process.env['GLYPHLAB_PROJECT'] = project.file;
  const set = expandSet(options.file, { registry: project.kinds });
  const given = parseParallel(options.parallel);
  const workspace = workspaceDir();
  const isTraining = !options.report && !options.dryRun && options.follow === undefined;
  const messages = { tell: terminal.onMessage };
  const onMessage: OnMessage = (text, code) => messages.tell(text, code);
  const place = await findPlace(options, set, workspace, {
    isUsed: isTraining,
    projectFile: project.file,
    onMessage,
  });
  try {
    return await runAt(place, given ?? set.parallel ?? place.places, set, project, options, messages);
  } finally {
    await place.close();
  }
}

async function runAt(
  place: Place,
  parallel: number,
  set: ExperimentSet,
  project: Project,
  options: ExperimentOptions,
  messages: { tell: OnMessage },
): Promise<ExitCode> {
  const workspace = workspaceDir();
  const interruption = new AbortController();
  const session = new SetSession({
    set,
    registry: project.kinds,
    parallel,
    runsDir: runsDir(),
    workspaceDir: workspace,
    server: options.tracking ? 'auto' : 'none',
    launcher: place.launcher,
    command: place.command,
    commandLine: commandLineOf(set, workspace, parallel, place),
    prepareData: async (config) => (await loadData(config, project.kinds, interruption.signal, { tell: false })).notes,
    onMessage: terminal.onMessage,
    advice,
  });
  // Beside the table that the session shows.
  messages.tell = (text, code) => session.tell(text, code);
  if (options.dryRun) {
    process.stdout.write(`${tableLines(session.statuses(), Date.now()).join('\n')}\n`);
    return ExitCode.done;
  }
  if (options.follow !== undefined) {
    for await (const text of session.follow(options.follow, interruption.signal)) process.stdout.write(text);
    return ExitCode.done;
  }
  const release = onInterruption({
    tell: (text) => session.tell(text),
    stop: () => {
      interruption.abort(new Error('Interrupted.'));
      session.stop();
    },
    leave: () => session.leave(),
  });
  try {
    const end = await (options.report ? session.report() : session.run());
    printEnd(end, set);
    if (end.isStopped) {
      terminal.onMessage('To continue, run the same command again.');
      return ExitCode.interrupted;
    }
    return options.report || end.statuses.every(isDone) ? ExitCode.done : ExitCode.failed;
  } finally {
    release();
  }
}

/** Results on standard output; what went wrong, and everything else, on standard error. */
function printEnd({ statuses, results, resultsFile }: SessionEnd, set: ExperimentSet): void {
  for (const { member, state, problem } of statuses) {
    if (state === 'failed' || (state === 'stopped' && problem !== undefined))
      terminal.onMessage(`${member.name}: ${state}. ${problem ?? ''}`);
  }
  if (!results || resultsFile === undefined) return;
  const lines = summaryLines(results, set);
  process.stdout.write(`\n${lines.join('\n')}\n\nResults  ${relative(process.cwd(), resultsFile)}\n`);
}

function parseParallel(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= 1024) return value;
  throw new InputError('BAD_PARALLEL', `Expected a whole number from 1 to 1024. Received: ${text}.`, {
    where: '--parallel',
  });
}

/** Ctrl-C reaches a process twice when Nx passes it on: what comes within this time is the same one. */
const SAME_KEYPRESS_MS = 500;

interface Handlers {
  tell: (text: string) => void;
  stop: () => void;
  leave: () => Promise<void>;
}

/**
 * Ctrl-C, SIGTERM and the end of the terminal: the first has the members end in order, a second one leaves at once.
 *
 * @returns takes the handlers away
 */
function onInterruption({ tell, stop, leave }: Handlers): () => void {
  let firstAt: number | undefined;
  const onSignal = (signal: string): void => {
    if (firstAt === undefined) {
      firstAt = performance.now();
      tell(`${signal}: the members end in order and can be continued later. Send it again to leave at once.`);
      stop();
    } else if (performance.now() - firstAt > SAME_KEYPRESS_MS) {
      void leave().finally(() => process.exit(ExitCode.interrupted));
    }
  };
  for (const signal of END_SIGNALS) process.on(signal, onSignal);
  return () => END_SIGNALS.forEach((signal) => process.off(signal, onSignal));
}
