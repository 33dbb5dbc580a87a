import { constants, copyFileSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { InputError } from '@glyphlab/core';
import { placeWholeSync } from '@glyphlab/core/whole-file';

/**
 * Copies a file or writes bytes to `target`, which then is whole or not there. Where the file system can, a copy shares
 * the blocks of its source. A file that is being sent while a newer one takes its name goes on being sent as it was.
 *
 * @returns bytes of the file
 */
export function placeFile(target: string, from: { path: string } | { bytes: Uint8Array | string }): number {
  mkdirSync(dirname(target), { recursive: true });
  return placeWholeSync(target, (draft) => {
    if ('path' in from) copyFileSync(from.path, draft, constants.COPYFILE_FICLONE);
    else writeFileSync(draft, from.bytes);
    return statSync(draft).size;
  });
}

/** Copies a directory with all that is in it. */
export function placeDirectory(target: string, directory: string): true {
  for (const file of filesUnder(directory)) placeFile(join(target, file), { path: join(directory, file) });
  return true;
}

/**
 * A disk that takes nothing costs a file, and is told; it does not cost the training.
 *
 * @returns undefined if the disk is full
 */
export function unlessDiskIsFull<T>(write: () => T, onTrouble: (text: string) => void): T | undefined {
  try {
    return write();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (!['ENOSPC', 'EDQUOT', 'EIO'].includes(code ?? '')) throw error;
    onTrouble(`A file of the run could not be kept: ${message}`);
    return undefined;
  }
}

/** Files under a directory, as paths relative to it with `/`, sorted; or `['']` if it is a file itself. */
export function filesUnder(path: string): string[] {
  if (!statSync(path).isDirectory()) return [''];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(path.length + 1)
        .replaceAll('\\', '/'),
    )
    .sort();
}

/**
 * An artifact's path as MLflow takes it.
 *
 * @throws InputError for `..`, `#`, control characters, what looks encoded, an absolute path, an empty part
 */
export function checkArtifactPath(path: string): string {
  const bad =
    /[#\\\p{Cc}]|%[0-9a-f]{2}/iu.test(path) ||
    path.split('/').some((part) => part === '' || part === '.' || part === '..');
  if (!bad) return path;
  throw new InputError('TRACKING_BAD_ARTIFACT_PATH', `MLflow does not take "${path}" as the path of an artifact.`, {
    hint: 'Use a relative path with "/" and without "#", "." and "..".',
  });
}

/**
 * One other file in `images/` makes MLflow's page hide every image of the run.
 *
 * @throws InputError if the artifact would be one
 */
export function checkNotImages(path: string): void {
  if (path !== 'images' && !path.startsWith('images/')) return;
  throw new InputError(
    'TRACKING_BAD_ARTIFACT_PATH',
    `"${path}" is in the folder that is reserved for images by step.`,
    {
      hint: 'Use logImage() for those, and another folder, such as figures/, for the rest.',
    },
  );
}
