import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { OnProgress } from '@glyphlab/core';
import { explainPip } from './install-error.ts';
import type { Python } from './python.ts';
import { runCommand } from './run-command.ts';
import { TENSORFLOW_VERSION, type Wheel, WHEEL_PYTHON } from './wheel.ts';

export interface DownloadOptions {
  env: NodeJS.ProcessEnv;
  onProgress: OnProgress;
  signal?: AbortSignal;
}

async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

/** Bytes of all files below `dir`; files may come and go meanwhile. */
async function bytesBelow(dir: string): Promise<number> {
  const entries = await readdir(dir, { withFileTypes: true, recursive: true }).catch(() => []);
  const sizes = entries
    .filter((entry) => entry.isFile())
    .map((entry) =>
      stat(join(entry.parentPath ?? entry.path, entry.name)).then(
        (file) => file.size,
        () => 0,
      ),
    );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

/**
 * Downloads `wheel` into `dir` with the user's own pip, which follows the user's index, proxy and certificate settings and
 * checks the sha256. A finished wheel of an earlier, interrupted run is taken as it is.
 *
 * @returns the wheel's path
 * @throws GlyphlabError TENSORFLOW_NO_NETWORK, _NO_WHEEL, _CHECKSUM_MISMATCH, _DISK_FULL, _DOWNLOAD_FAILED
 */
export async function downloadWheel(wheel: Wheel, dir: string, { pip }: Python, options: DownloadOptions) {
  const { env, onProgress, signal } = options;
  const finished = join(dir, `${wheel.package}.whl`);
  if (existsSync(finished)) {
    if ((await sha256(finished)) === wheel.sha256) return finished;
    await rm(finished);
  }

  // A directory of its own for each try: what an interrupted pip may still write then harms nobody.
  const attempt = await mkdtemp(join(dir, 'download-'));
  const temporary = join(attempt, 'tmp');
  await mkdir(temporary);
  const requirements = join(attempt, 'requirements.txt');
  await writeFile(requirements, `${wheel.package}==${TENSORFLOW_VERSION} --hash=sha256:${wheel.sha256}\n`);

  // pip shows no progress off a terminal; how far it is shows the size of its temporary file, kept here for that.
  const report = async () =>
    onProgress({
      label: `Downloading ${wheel.package} ${TENSORFLOW_VERSION}`,
      done: Math.min(await bytesBelow(attempt), wheel.bytes ?? Infinity),
      ...(wheel.bytes && { total: wheel.bytes }),
      unit: 'bytes',
    });
  const timer = setInterval(() => void report(), 250);
  const target = join(attempt, 'wheel');
  const result = await runCommand(
    pip[0],
    [
      ...pip.slice(1),
      ...['download', '--no-deps', '--no-cache-dir', '--only-binary', ':all:', '--require-hashes'],
      ...['--platform', wheel.platform, '--python-version', WHEEL_PYTHON, '--implementation', 'cp'],
      ...['--dest', target, '--requirement', requirements],
    ],
    { env: { ...env, TMPDIR: temporary, PIP_DISABLE_PIP_VERSION_CHECK: '1' }, ...(signal && { signal }) },
  ).finally(() => clearInterval(timer));
  if (result.code !== 0) throw explainPip(result, `${wheel.package} ${TENSORFLOW_VERSION}`, dir);

  const [file] = await readdir(target);
  if (!file) throw explainPip(result, `${wheel.package} ${TENSORFLOW_VERSION}`, dir);
  await rename(join(target, file), finished);
  await rm(attempt, { recursive: true, force: true });
  return finished;
}
