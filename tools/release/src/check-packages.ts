import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { type Package, tarballsDir } from './published-packages.ts';

export interface CheckedPackage {
  name: string;
  files: number;
  /** Of the tarball, and of what it unpacks to. */
  packedBytes: number;
  bytes: number;
  problems: string[];
}

interface Packed {
  filename: string;
  files: { path: string }[];
  size: number;
  unpackedSize: number;
}

/** Ways of resolving that packages of ES modules alone, with `exports` alone, are not for. */
const NOT_FOR = ['node10', 'node16-cjs'];

/** Packs all as npm does, in one call of it. */
function pack(packages: readonly Package[]): Packed[] {
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', tarballsDir];
  const output = execFileSync('npm', [...args, ...packages.map(({ staged }) => staged)], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    maxBuffer: 1e8,
  });
  return JSON.parse(output) as Packed[];
}

/** Holds each tarball to publint, to arethetypeswrong, and to a rule of our own: nothing of tests is in it. */
export async function checkPackages(packages: readonly Package[]): Promise<CheckedPackage[]> {
  const packed = pack(packages);
  const checked: CheckedPackage[] = [];
  for (const [k, { manifest, staged }] of packages.entries()) {
    const { filename, files, size, unpackedSize } = packed[k]!;
    const { messages, pkg } = await publint({ pkgDir: staged, pack: false, strict: true });
    const problems = [
      ...messages.map((message) => `publint: ${formatMessage(message, pkg, { color: false }) ?? message.code}`),
      ...(manifest.exports ? await typeProblems(join(tarballsDir, filename)) : []),
      ...files.filter(({ path }) => isOfTests(path)).map(({ path }) => `${path} is only for tests`),
    ];
    checked.push({ name: manifest.name, files: files.length, packedBytes: size, bytes: unpackedSize, problems });
  }
  return checked;
}

const isOfTests = (path: string): boolean =>
  !path.startsWith('template/') && /\.test\.|(^|\/)testing(\/|\.)|test-setup/.test(path);

async function typeProblems(tarball: string): Promise<string[]> {
  const result = await checkPackage(createPackageFromTarballData(new Uint8Array(readFileSync(tarball))));
  if (result.types === false) return ['arethetypeswrong: it has no types'];
  return result.problems
    .filter((problem) => !('resolutionKind' in problem && NOT_FOR.includes(problem.resolutionKind)))
    .filter((problem) => !('resolutionOption' in problem && NOT_FOR.includes(problem.resolutionOption)))
    .map((problem) => `arethetypeswrong: ${JSON.stringify(problem)}`);
}
