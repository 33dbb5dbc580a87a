import { cpSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BUILD, type Installation } from './installation.ts';
import { glibcVersion } from './platform.ts';

/** What says which machine compiled addons are for. */
export interface PrebuiltManifest {
  /** Of the binding and its layout. */
  build: string;
  /** TensorFlow's release whose headers they were compiled against. */
  tensorflow: string;
  /** Least version of the C library. */
  glibc: string;
  files: string[];
}

export const MANIFEST = 'prebuilt.json';

/** Where the published package has them, if it was built where they could be made. */
const shipped = join(import.meta.dirname, '..', 'prebuilt', `${process.platform}-${process.arch}`);

/**
 * Whether compiled addons are there that fit: then an installation needs no compiler.
 *
 * @param glibc of this system; null where the C library is another one
 */
export function prebuiltFor(
  { variant, version }: Pick<Installation, 'variant' | 'version'>,
  { directory = shipped, glibc = glibcVersion() }: { directory?: string; glibc?: string | null } = {},
): string | undefined {
  const file = join(directory, MANIFEST);
  if (variant !== 'cpu' || glibc === null || !existsSync(file)) return undefined;
  const manifest = JSON.parse(readFileSync(file, 'utf8')) as PrebuiltManifest;
  const fits = manifest.build === BUILD && manifest.tensorflow === version && !isOlder(glibc, manifest.glibc);
  return fits ? directory : undefined;
}

/** Puts them beside the libraries of an installation in the making. */
export function placePrebuilt(directory: string, dir: string): void {
  const { files } = JSON.parse(readFileSync(join(directory, MANIFEST), 'utf8')) as PrebuiltManifest;
  for (const name of files) cpSync(join(directory, name), join(dir, 'tensorflow', name));
}

/** Of two versions. */
export function isOlder(a: string, b: string): boolean {
  const [[major = 0, minor = 0], [otherMajor = 0, otherMinor = 0]] = [a, b].map((text) => text.split('.').map(Number)) as [number[], number[]]; // prettier-ignore
  return major < otherMajor || (major === otherMajor && minor < otherMinor);
}
