import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { JournalFollower } from './journal.ts';
import type { RunRecord } from './run-record.ts';

/** A run of a set, on this machine. */
export interface SetRun {
  directory: string;
  record: RunRecord;
  /** Identity of the configuration it was made from; undefined if that cannot be read (any more). */
  memberId: string | undefined;
}

export interface RunIndexOptions {
  /** Holds one directory a run. */
  runsDir: string;
  /** UUIDs of the parent runs that the set has had. */
  parents: readonly string[];
  /** Identity of the resolved configuration in a file. */
  identify: (configFile: string) => string | undefined;
}

/** Finds the runs of a set among all runs of the workspace, and follows their journals. */
export class RunIndex {
  readonly #options: RunIndexOptions;
  readonly #foreign = new Set<string>();
  readonly #followed = new Map<string, { follower: JournalFollower; memberId: string | undefined }>();

  constructor(options: RunIndexOptions) {
    this.#options = options;
    this.refresh();
  }

  /** Reads what is new. */
  refresh(): void {
    const { runsDir, parents } = this.#options;
    for (const name of existsSync(runsDir) ? readdirSync(runsDir) : []) {
      if (this.#foreign.has(name)) continue;
      const known = this.#followed.get(name) ?? {
        follower: new JournalFollower(join(runsDir, name, 'journal.jsonl')),
        memberId: undefined,
      };
      known.follower.refresh();
      const { record } = known.follower;
      if (!record) continue;
      if (record.parent === undefined || !parents.includes(record.parent)) {
        this.#foreign.add(name);
        this.#followed.delete(name);
        continue;
      }
      known.memberId ??= this.#identify(join(runsDir, name));
      this.#followed.set(name, known);
    }
  }

  /** Runs of a member, the oldest first. */
  runsOf(memberId: string): SetRun[] {
    return [...this.#followed]
      .filter(([, known]) => known.memberId === memberId)
      .map(([name, { follower }]) => ({
        directory: join(this.#options.runsDir, name),
        record: follower.record!,
        memberId,
      }))
      .sort((a, b) => a.record.startedMs - b.record.startedMs);
  }

  #identify(directory: string): string | undefined {
    const file = join(directory, 'artifacts', 'config.yaml');
    return existsSync(file) ? this.#options.identify(file) : undefined;
  }
}
