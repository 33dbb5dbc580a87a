import { randomUUID } from 'node:crypto';
import { accessSync, linkSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { identityOf, isRunning, type ProcessIdentity } from '@glyphlab/core/process-identity';
import { writeWholeSync } from '@glyphlab/core/whole-file';

/** A holder on another machine that gave no sign for this long is taken for dead. */
const SILENT_AFTER_MS = 120_000;

export type LockRole = 'training' | 'sync';

export interface LockHolder extends ProcessIdentity {
  role: LockRole;
}

interface LockFile extends LockHolder {
  released: boolean;
}

/**
 * One process at a time may write to a run and send it. The lock is a file `lock.<n>`; only the highest number counts.
 * Whoever finds its holder gone makes `lock.<n+1>`, which a file system lets only one process do: so a lock whose holder
 * was killed is taken over, and never by two.
 */
export class RunLock {
  readonly path: string;
  readonly #content: LockFile;

  private constructor(path: string, content: LockFile) {
    this.path = path;
    this.#content = content;
  }

  /** @returns the lock, or who holds it */
  static take(directory: string, role: LockRole): { lock: RunLock } | { holder: LockHolder } {
    const content: LockFile = { ...identityOf(), role, released: false };
    const draft = join(directory, `lock-draft-${randomUUID()}`);
    writeFileSync(draft, JSON.stringify(content));
    try {
      for (;;) {
        const { number, holder } = currentLock(directory);
        if (holder) return { holder };
        const path = lockPath(directory, number + 1);
        if (!tryLink(draft, path)) continue;
        // Another process may have gone past this number between the look and the link.
        if (currentLock(directory).number !== number + 1) {
          rmSync(path, { force: true });
          continue;
        }
        for (const old of lockNumbers(directory)) if (old <= number) rmSync(lockPath(directory, old), { force: true });
        return { lock: new RunLock(path, content) };
      }
    } finally {
      rmSync(draft, { force: true });
    }
  }

  release(): void {
    try {
      accessSync(dirname(this.path));
      writeWholeSync(this.path, JSON.stringify({ ...this.#content, released: true }));
    } catch {
      // The directory is gone or the disk is full: the end of this process releases the lock as well.
    }
  }
}

/** Tells other machines that the holder lives. */
export function touchLock(path: string): void {
  const now = new Date();
  try {
    utimesSync(path, now, now);
  } catch {
    // Without its lock the run's directory is gone, and nobody will ask.
  }
}

/** Who trains or syncs this run just now. */
export const lockHolder = (directory: string): LockHolder | undefined => currentLock(directory).holder;

function currentLock(directory: string): { number: number; holder?: LockHolder } {
  const number = Math.max(0, ...lockNumbers(directory));
  if (number === 0) return { number };
  const path = lockPath(directory, number);
  try {
    const content = JSON.parse(readFileSync(path, 'utf8')) as LockFile;
    const running = isRunning(content);
    const alive = running === 'unknown' ? Date.now() - statSync(path).mtimeMs < SILENT_AFTER_MS : running;
    return content.released || !alive ? { number } : { number, holder: content };
  } catch {
    return { number };
  }
}

const lockPath = (directory: string, number: number): string => join(directory, `lock.${number}`);

function lockNumbers(directory: string): number[] {
  return readdirSync(directory).flatMap((name) => (/^lock\.\d+$/.test(name) ? [Number(name.slice(5))] : []));
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}
