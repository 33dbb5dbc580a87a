import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeWholeSync } from '@glyphlab/core/whole-file';

interface SetNote {
  version: 1;
  /** UUIDs of its parent runs, the present one last. */
  parents: string[];
}

/** What a member printed. */
export const logFileOf = (setDirectory: string, memberId: string): string => join(setDirectory, memberId, 'log.txt');

/** What a workspace keeps of a set: which runs it had, and a folder for each member. */
export class SetDirectory {
  readonly path: string;

  /** @param workspaceDir holds `.glyphlab` */
  constructor(workspaceDir: string, name: string) {
    this.path = join(workspaceDir, '.glyphlab', 'experiments', name);
  }

  get parents(): readonly string[] {
    try {
      const note = JSON.parse(readFileSync(this.#note, 'utf8')) as SetNote;
      return note.version === 1 ? note.parents : [];
    } catch {
      return [];
    }
  }

  /** Holds what members told of runs that are elsewhere, a folder a run. */
  get relayed(): string {
    return join(this.path, 'relayed');
  }

  /** Holds what was decided of the trials of searches. */
  get decisionsFile(): string {
    return join(this.path, 'decisions.jsonl');
  }

  /** Holds what searches proposed for their trials. */
  get proposalsFile(): string {
    return join(this.path, 'proposals.jsonl');
  }

  addParent(uuid: string): void {
    const note: SetNote = { version: 1, parents: [...this.parents.filter((known) => known !== uuid), uuid] };
    mkdirSync(this.path, { recursive: true });
    writeWholeSync(this.#note, JSON.stringify(note, undefined, 2));
  }

  get #note(): string {
    return join(this.path, 'set.json');
  }
}
