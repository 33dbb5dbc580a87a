import { randomUUID } from 'node:crypto';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

type Content = string | Uint8Array | readonly Uint8Array[];

const draftOf = (path: string): string => `${path}.${randomUUID().slice(0, 8)}.part`;

/**
 * Makes a file or a folder that is whole or not there, whatever happens meanwhile: `make` fills a draft beside it, which then takes
 * its name, in the place of a file that has it. A folder takes the place of an empty one only. Two processes may do it at once.
 *
 * @returns what `make` returned
 */
export async function placeWhole<T>(path: string, make: (draft: string) => Promise<T>): Promise<T> {
  const draft = draftOf(path);
  try {
    await mkdir(dirname(path), { recursive: true });
    const made = await make(draft);
    await rename(draft, path);
    return made;
  } catch (error) {
    await rm(draft, { recursive: true, force: true }).catch(() => undefined);
    throw error;
  }
}

/** {@link placeWhole}, for what cannot wait. */
export function placeWholeSync<T>(path: string, make: (draft: string) => T): T {
  const draft = draftOf(path);
  try {
    mkdirSync(dirname(path), { recursive: true });
    const made = make(draft);
    renameSync(draft, path);
    return made;
  } catch (error) {
    try {
      rmSync(draft, { recursive: true, force: true });
    } catch {
      // The first error tells more.
    }
    throw error;
  }
}

/**
 * Writes a file so that it is the old or the new one, never half of it, also after a power cut. Not by `write-file-atomic`, which
 * takes a short write, as on a disk that fills up, for a whole one.
 *
 * @param content pieces are written in turn
 */
export const writeWhole = (path: string, content: Content): Promise<void> =>
  placeWhole(path, (draft) => writeFile(draft, content, { flush: true }));

/** {@link writeWhole}, for what cannot wait. */
export const writeWholeSync = (path: string, content: string | Uint8Array): void =>
  placeWholeSync(path, (draft) => writeFileSync(draft, content, { flush: true }));
