import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const workspace = fileURLToPath(new URL('../../..', import.meta.url));

/** What is built for npm, a folder a package. */
export const stagedDir = join(workspace, 'dist', 'packages');

export const tarballsDir = join(workspace, 'dist', 'tarballs');

/** The parts of a package.json that are read here. */
export interface Manifest {
  name: string;
  version: string;
  description: string;
  private?: boolean;
  sideEffects?: boolean | string[];
  exports?: Record<string, string>;
  bin?: Record<string, string>;
  /** What is published beside the modules: files, folders, and `*` in names of files. */
  files?: string[];
  dependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  nx?: unknown;
}

export interface Package {
  dir: string;
  manifest: Manifest;
  /** Where it is built. */
  staged: string;
}

/** All packages that npm gets: those below `packages/` that are not private, and the generators. */
export function publishedPackages(): Package[] {
  return ['packages', 'packages/models']
    .flatMap((parent) => readdirSync(join(workspace, parent)).map((name) => join(workspace, parent, name)))
    .concat(join(workspace, 'tools', 'generators'))
    .filter((dir) => existsSync(join(dir, 'package.json')))
    .map((dir) => ({ dir, manifest: JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8')) as Manifest }))
    .filter(({ manifest }) => !manifest.private)
    .map((found) => ({ ...found, staged: join(stagedDir, found.manifest.name.replace('@glyphlab/', '')) }));
}

/** Only what runs is for others: subpaths with helpers of tests are not. */
export const publicExports = ({ exports = {} }: Manifest): [subpath: string, source: string][] =>
  Object.entries(exports).filter(([, source]) => !/(^|\/)testing(\/|\.ts$)/.test(source));
