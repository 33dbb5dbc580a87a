import { stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { InputError } from '@glyphlab/core';
import { picturesBelow } from '@glyphlab/data';
import { glob, isDynamicPattern } from 'tinyglobby';

/**
 * The pictures that a person names: files, folders (all pictures below them, sorted) and patterns, as `"scans/*.png"`.
 *
 * @returns paths, each once; a file that is not there too, which is told when it is read
 * @throws InputError if a folder or a pattern has none
 */
export async function findPictures(names: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const name of names) found.push(...(await picturesOf(name)));
  return [...new Set(found)];
}

async function picturesOf(name: string): Promise<string[]> {
  const place = await stat(name).catch(() => undefined);
  if (place?.isDirectory()) {
    const below = await picturesBelow(name);
    if (below.length === 0) throw nothing(`The folder "${name}" holds no pictures.`);
    return below.map((path) => join(name, path));
  }
  // A file may well be called "[1].png".
  if (place || !isDynamicPattern(name)) return [name];
  const matching = await glob(name, { cwd: process.cwd(), absolute: isAbsolute(name) });
  if (matching.length === 0) throw nothing(`No file matches "${name}".`);
  return matching.sort();
}

const nothing = (message: string): InputError =>
  new InputError('NO_PICTURES', message, {
    where: '--image',
    hint: 'Name pictures (PNG, JPEG, WebP, BMP and others), folders of them, or patterns such as "scans/**/*.jpg".',
  });
