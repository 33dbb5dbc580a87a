import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { OnProgress } from '@glyphlab/core';
import { explainDownload } from './explain-failure.ts';
import { bytesBelow } from './pip-install.ts';
import type { Product } from './product.ts';
import { type Command, runCommand } from './run-command.ts';

/** A file on PyPI, and what is taken out of it. */
export interface Wheel {
  /** Name on PyPI. */
  package: string;
  /** As pip writes it: `==2.21.0`. */
  version: string;
  /** pip's platform tags, any of which will do; `any` for what runs everywhere. */
  platforms: readonly string[];
  /** Of the one file that this can be; undefined if a range of versions will do, whose checksums the index states. */
  sha256?: string;
  /** What to unpack; `*` also matches `/`. */
  patterns: readonly string[];
}

/**
 * What is taken out of a wheel here is the same whatever Python it was made for, so one wheel a platform serves every Python, older
 * and newer: pip is asked for this one, not for that of the Python it runs on.
 */
const WHEEL_PYTHON = '3.12';

export interface DownloadOptions {
  product: Product;
  env: NodeJS.ProcessEnv;
  onProgress: OnProgress;
  signal?: AbortSignal | undefined;
}

/** Directories of this name are one try's own; what an interrupted one may still write harms nobody. */
export const DOWNLOAD_PREFIX = 'download-';

/**
 * Downloads `wheel` into `dir` with the user's own pip, which follows the user's index, proxy and certificate settings and
 * checks the sha256. A finished wheel of an earlier, interrupted run is taken as it is.
 *
 * @returns the wheel's path
 * @throws GlyphlabError …_NO_NETWORK, _NO_WHEEL, _CHECKSUM_MISMATCH, _DISK_FULL, _DOWNLOAD_FAILED
 */
export async function downloadWheel(wheel: Wheel, dir: string, pip: Command, options: DownloadOptions) {
  const { product, env, onProgress, signal } = options;
  const finished = join(dir, `${wheel.package}.whl`);
  if (await isFinished(finished, wheel)) return finished;

  const attempt = await mkdtemp(join(dir, DOWNLOAD_PREFIX));
  const temporary = join(attempt, 'tmp');
  const target = join(attempt, 'wheel');
  const requirements = join(attempt, 'requirements.txt');
  await mkdir(temporary);
  await writeFile(
    requirements,
    `${wheel.package}${wheel.version}${wheel.sha256 ? ` --hash=sha256:${wheel.sha256}` : ''}\n`,
  );

  // pip draws no progress off a terminal. It says how much there is; how far it is shows its temporary file.
  let total: number | undefined;
  const onLine = (line: string) => (total ??= sizeIn(line));
  const report = async () => {
    const done = await bytesBelow(temporary);
    onProgress({ label: `Downloading ${wheel.package}`, done, ...(total && { total }), unit: 'bytes' });
  };
  const timer = setInterval(() => void report(), 250);
  const result = await runCommand(
    [
      ...pip,
      ...['download', '--no-deps', '--no-cache-dir', '--only-binary', ':all:'],
      ...wheel.platforms.flatMap((platform) => ['--platform', platform]),
      ...['--python-version', WHEEL_PYTHON, '--implementation', 'cp', '--dest', target, '--requirement', requirements],
    ],
    { env: { ...env, TMPDIR: temporary }, onLine, signal },
  ).finally(() => clearInterval(timer));

  const [file] = result.succeeded ? await readdir(target) : [];
  if (!file) throw explainDownload(result.output, product, `${wheel.package}${wheel.version}`, dir);
  await rename(join(target, file), finished);
  await rm(attempt, { recursive: true, force: true });
  return finished;
}

/** True if `file` is there and whole; a damaged one is removed. It was renamed into place, so it is whole unless damaged. */
async function isFinished(file: string, { sha256 }: Wheel): Promise<boolean> {
  if (!existsSync(file)) return false;
  if (!sha256) return true;
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  if (hash.digest('hex') === sha256) return true;
  await rm(file);
  return false;
}

/** The size in pip's line `Downloading NAME (274.0 MB)`, in bytes. */
function sizeIn(line: string): number | undefined {
  const [, size, unit] = /Downloading .* \(([\d.]+) ?(bytes|kB|MB|GB)\)/.exec(line) ?? [];
  const factors: Record<string, number> = { bytes: 1, kB: 1e3, MB: 1e6, GB: 1e9 };
  return size && unit ? Number(size) * factors[unit]! : undefined;
}
