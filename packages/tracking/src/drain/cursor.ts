import { createHash } from 'node:crypto';
import { accessSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { writeWholeSync } from '@glyphlab/core/whole-file';

/** How far a file has been sent. */
export interface Position {
  bytes: number;
  lines: number;
}

interface CursorState {
  version: 1;
  /** Which server this is about, without credentials. */
  server: string;
  experimentId?: string;
  /** What MLflow calls the run. */
  runId?: string;
  artifactUri?: string;
  url?: string;
  /** True from before the run is created until it is known that only one was: a request may be done and its answer lost. */
  creating: boolean;
  positions: Record<string, Position>;
  /** The server knows how the run ended. */
  ended: boolean;
  /** Lines that the server refused for good. */
  refused: number;
}

/**
 * What one server is known to have of a run. It is written after the server has confirmed, so it may lag behind but never
 * runs ahead: what is sent again, the server recognises.
 */
export class Cursor {
  readonly #path: string;
  state: CursorState;

  private constructor(path: string, state: CursorState) {
    this.#path = path;
    this.state = state;
  }

  /** @param server names the server for good, whatever port it has today */
  static open(directory: string, server: string): Cursor {
    const path = cursorPath(directory, server);
    return new Cursor(path, readCursorFile(path) ?? fresh(server));
  }

  /** What is noted of a run that another drain may be sending. */
  static peek(directory: string, server: string): Readonly<CursorState> | undefined {
    return readCursorFile(cursorPath(directory, server));
  }

  position(file: string): Position {
    return this.state.positions[file] ?? { bytes: 0, lines: 0 };
  }

  /** The server lost the run: all of it has to be sent again, into a new one. */
  startOver(): void {
    const { server, refused } = this.state;
    this.state = { ...fresh(server), creating: true, refused };
    this.save();
  }

  save(): void {
    // A run that was removed meanwhile does not come back.
    accessSync(dirname(this.#path));
    writeWholeSync(this.#path, JSON.stringify(this.state));
  }
}

/** Undefined if the file is missing or damaged: then everything is sent again, which does no harm. */
export function readCursorFile(path: string): CursorState | undefined {
  try {
    const state = JSON.parse(readFileSync(path, 'utf8')) as CursorState;
    return state.version === 1 ? state : undefined;
  } catch {
    return undefined;
  }
}

const cursorPath = (directory: string, server: string): string =>
  join(directory, `cursor-${createHash('sha256').update(server).digest('hex').slice(0, 12)}.json`);

const fresh = (server: string): CursorState => ({
  version: 1,
  server,
  creating: false,
  ended: false,
  positions: {},

  refused: 0,
});
