import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { ExitCode, InputError } from '@glyphlab/core';
import { loadDataset } from '@glyphlab/data';
import { expandSet, LocalLauncher, type SessionEnd, SetSession, summaryLines, tableLines } from '@glyphlab/experiments';
import { memberCommand } from './experiment-member.ts';
import { onInterruption } from './experiment-interruption.ts';
import { nxParallel } from './experiment-nx-parallel.ts';
import { registry } from './registry.ts';
import { terminal } from './terminal.ts';
import { runsDir, workspaceDir } from './workspace.ts';

export interface ExperimentOptions {
  file: string;
  parallel?: string;
  report?: boolean;
  dryRun?: boolean;
  tracking: boolean;
}

/** A set of experiments from its file to its results. */
export async function experiment(options: ExperimentOptions): Promise<ExitCode> {
  const set = expandSet(findFile(options.file), { registry });
  const interruption = new AbortController();
  const parallel =
    parseParallel(options.parallel ?? nxParallel()) ??
    set.parallel ??
    Math.max(1, Math.floor(availableParallelism() / set.threads));
  const workspace = workspaceDir();
  const session = new SetSession({
    set,
    registry,
    parallel,
    runsDir: runsDir(),
    workspaceDir: workspace,
    server: options.tracking ? 'auto' : 'none',
    launcher: new LocalLauncher(join(workspace, '.glyphlab', 'experiments', set.name), workspace),
    command: memberCommand(options),
    commandLine: `npx nx run trainer:experiment --file ${relative(workspace, set.file)} --parallel ${parallel}`,
    prepareData: async ({ dataset, seed }) =>
      (await loadDataset(dataset, { seed, onProgress: terminal.onProgress, signal: interruption.signal })).notes,
    onMessage: terminal.onMessage,
  });
  if (options.dryRun) {
    process.stdout.write(`${tableLines(session.statuses(), Date.now()).join('\n')}\n`);
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
      terminal.onMessage('To go on, type the same command.');
      return ExitCode.interrupted;
    }
    return options.report || end.statuses.every(({ state }) => state === 'finished') ? ExitCode.done : ExitCode.failed;
  } finally {
    release();
  }
}

/** Results on standard output; what went wrong, and everything else, on standard error. */
function printEnd({ statuses, results, resultsFile }: SessionEnd, set: Parameters<typeof summaryLines>[1]): void {
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

/** Nx starts commands in the workspace's root, whatever folder they were typed in: there a file is looked for as well. */
function findFile(file: string): string {
  const typedIn = process.env['INIT_CWD'];
  return [resolve(file), ...(typedIn ? [resolve(typedIn, file)] : [])].find((path) => existsSync(path)) ?? file;
}
