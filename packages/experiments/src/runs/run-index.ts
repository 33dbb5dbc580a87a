import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { artifactFile, RunFollower, type RunRecord, STOPPED_TAG } from '@glyphlab/tracking';

/** A run of a set, on this machine. */
export interface SetRun {
  directory: string;
  record: RunRecord;
  /** Identity of the configuration it was made from; undefined if that cannot be read (any more). */
  memberId: string | undefined;
  /** Why its search stopped it, or is about to. */
  stoppedEarly?: string | undefined;
}

interface RunIndexOptions {
  /** Holds one directory a run. */
  runsDir: string;
  /** Holds the same of runs that are elsewhere: all of the set, whatever their parent. */
  relayedDir?: string;
  /** UUIDs of the parent runs that the set has had. */
  parents: readonly string[];
  /** Why a member was stopped early, for runs that do not say it. */
  stopReason?: (memberId: string) => string | undefined;
  /** Identity of the resolved configuration in a file. */
  identify: (configFile: string) => string | undefined;
}

/** Finds the runs of a set among all runs of the workspace, and follows their journals. */
export class RunIndex {
  readonly #options: RunIndexOptions;
  readonly #foreign = new Set<string>();
  readonly #followed = new Map<string, { follower: RunFollower; memberId: string | undefined }>();
  /** Directories of the runs of each member. */
  readonly #byMember = new Map<string, string[]>();

  constructor(options: RunIndexOptions) {
    this.#options = options;
    this.refresh();
  }

  /** Reads what is new. */
  refresh(): void {
    const { runsDir, relayedDir } = this.#options;
    for (const directory of foldersIn(runsDir)) this.#follow(directory, false);
    if (relayedDir !== undefined) for (const directory of foldersIn(relayedDir)) this.#follow(directory, true);
  }

  /** Reads what is new in a few runs that are known. */
  refreshRuns(runs: readonly SetRun[]): void {
    for (const { directory } of runs) this.#followed.get(directory)?.follower.refresh();
  }

  /** Runs of a member, the oldest first. */
  runsOf(memberId: string): SetRun[] {
    const reason = this.#options.stopReason?.(memberId);
    return (this.#byMember.get(memberId) ?? [])
      .map((directory) => {
        const record = this.#followed.get(directory)!.follower.record!;
        return { directory, record, memberId, stoppedEarly: record.tags[STOPPED_TAG] ?? reason };
      })
      .sort((a, b) => a.record.startedMs - b.record.startedMs);
  }

  /** Whether runs may have been lost with their processes, seen when none runs any more. */
  get mayHaveLost(): boolean {
    const { relayedDir } = this.#options;
    // A run that is elsewhere may be lost before anyone here learns of it.
    const isElsewhere = relayedDir !== undefined && existsSync(relayedDir);
    return isElsewhere || [...this.#followed.values()].some(({ follower: { record } }) => record?.status === 'RUNNING');
  }

  /** False also for a run that is not known here. */
  hasEnded(uuid: string): boolean {
    return [...this.#followed.values()].some(
      ({ follower: { record } }) => record?.uuid === uuid && record.status !== 'RUNNING',
    );
  }

  #follow(directory: string, isOfSet: boolean): void {
    if (this.#foreign.has(directory)) return;
    const known = this.#followed.get(directory) ?? {
      follower: new RunFollower(directory),
      memberId: undefined,
    };
    known.follower.refresh();
    const { record } = known.follower;
    if (!record) return;
    if (!isOfSet && (record.parent === undefined || !this.#options.parents.includes(record.parent))) {
      this.#foreign.add(directory);
      this.#followed.delete(directory);
      return;
    }
    this.#followed.set(directory, known);
    if (known.memberId !== undefined) return;
    known.memberId = this.#identify(directory);
    if (known.memberId !== undefined)
      this.#byMember.set(known.memberId, [...(this.#byMember.get(known.memberId) ?? []), directory]);
  }

  #identify(directory: string): string | undefined {
    const file = artifactFile(directory, 'config.yaml');
    return existsSync(file) ? this.#options.identify(file) : undefined;
  }
}

const foldersIn = (directory: string): string[] =>
  existsSync(directory) ? readdirSync(directory).map((name) => join(directory, name)) : [];

/** Epochs of several runs together: what was lost and trained again counts twice. */
export const epochsTrained = (records: readonly RunRecord[]): number =>
  records.reduce((sum, { epochs }) => sum + epochs.size, 0);

/** Whether training ended because its loss was no longer finite. */
export const isDiverged = ({ status, tags }: RunRecord): boolean =>
  status === 'FAILED' && tags['glyphlab.stopped'] === 'lossNotFinite';
