import { InputError } from '@glyphlab/core';
import { type FoundRun, parseWhere, requireFields, RunReader } from '@glyphlab/tracking/reader';
import { terminal } from '../../project/terminal.ts';
import { runsDir, workspaceDir } from '../../project/workspace.ts';

/** The reader of this workspace's runs; `use` has it while it runs. */
export async function withReader<T>(offline: boolean | undefined, use: (reader: RunReader) => Promise<T>): Promise<T> {
  const options = { runsDir: runsDir(), workspaceDir: workspaceDir(), onMessage: terminal.onMessage };
  const reader = new RunReader({ ...options, offline: offline ?? false });
  try {
    return await use(reader);
  } finally {
    await reader.close();
  }
}

/** Those of the runs that a condition is true of. */
export function filterRuns(runs: readonly FoundRun[], where: string | undefined): FoundRun[] {
  if (where === undefined) return [...runs];
  const { fields, test } = parseWhere(where);
  requireFields(fields, runs, '--where');
  return runs.filter(test);
}

export interface Selection {
  /** Directories, UUIDs (or their beginnings), MLflow ids, `latest`, or names or files of sets: then all their members. */
  runs: readonly string[];
  where?: string | undefined;
}

/**
 * The runs that a person named, each once, in the order of their names; of a set, the latest run of each member, in the order
 * in which they began.
 *
 * @throws InputError if one is not there, a condition is malformed, or neither is given
 */
export async function selectRuns(reader: RunReader, { runs, where }: Selection): Promise<FoundRun[]> {
  if (runs.length === 0 && where === undefined)
    throw new InputError('RUNS_NONE_NAMED', 'No run was named.', {
      hint: 'Name runs by the first characters of their ids (npx glyphlab runs), or use --where.',
    });
  const chosen = new Map<string, FoundRun>();
  const all = runs.some(mayBeSet) || where !== undefined ? await reader.list() : [];
  for (const name of runs) {
    const ofSet = mayBeSet(name) ? membersOf(all, setName(name)) : [];
    for (const run of ofSet.length > 0 ? ofSet : [await reader.find(name)]) chosen.set(run.uuid, run);
  }
  if (where !== undefined) for (const run of filterRuns(all, where)) chosen.set(run.uuid, run);
  return [...chosen.values()];
}

/** As `experiments/best.yaml` or `best`; ids of runs are hexadecimal. */
const setName = (name: string): string => name.replace(/^.*\//, '').replace(/\.ya?ml$/, '');
const mayBeSet = (name: string): boolean => name !== 'latest' && !/^[0-9a-f-]{4,36}$/.test(name);

/** The run that stands for each member of a set: the latest that finished, else the latest. */
function membersOf(all: readonly FoundRun[], set: string): FoundRun[] {
  const members = new Map<string, FoundRun>();
  // The latest comes first.
  for (const run of all) {
    if (run.set !== set || run.tags['glyphlab.set'] !== undefined) continue;
    const known = members.get(run.name);
    if (!known || (known.status !== 'FINISHED' && run.status === 'FINISHED')) members.set(run.name, run);
  }
  return [...members.values()].sort((a, b) => a.startedMs - b.startedMs);
}

/** As a person sees it: the name, and enough of the id to name it. */
export const titleOf = ({ name, uuid }: Pick<FoundRun, 'name' | 'uuid'>): string => `${name} (${uuid.slice(0, 8)})`;

/** What its process is doing; RUNNING where it is gone is `lost`. */
export function stateOf({ status, directory }: Pick<FoundRun, 'status' | 'directory'>, isAlive: boolean): string {
  return status === 'RUNNING' && directory !== undefined && !isAlive ? 'lost' : status.toLowerCase();
}
