import { GlyphlabError } from '@glyphlab/core';
import type { Product } from './product.ts';
import { lastLines } from './run-command.ts';

export const diskFull = ({ name, code, room }: Product, dir: string, cause?: unknown): GlyphlabError =>
  new GlyphlabError(`${code}_DISK_FULL`, `No space is left for ${name}.`, {
    where: dir,
    hint: `It needs ${room}. Free some, or set GLYPHLAB_CACHE_DIR to a directory on another disk.`,
    cause,
  });

const cacheNotWritable = ({ code }: Product, dir: string, message: string, cause?: unknown) =>
  new GlyphlabError(`${code}_CACHE_NOT_WRITABLE`, `The cache directory cannot be written: ${message}`, {
    where: dir,
    hint: 'Make it writable, or set GLYPHLAB_CACHE_DIR to a directory of your own.',
    cause,
  });

/** Reads a file system error of our own calls. Anything else comes back as it is. */
export function explainFileError(error: unknown, product: Product, dir: string): unknown {
  const { code = '', message } = (error ?? {}) as NodeJS.ErrnoException;
  if (['ENOSPC', 'EDQUOT', 'EFBIG'].includes(code)) return diskFull(product, dir, error);
  if (['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST'].includes(code))
    return cacheNotWritable(product, dir, message, error);
  return error;
}

/** What made a command fail, as far as that does not depend on which command it was. */
export function explainOutput(output: string, product: Product, dir: string): GlyphlabError | undefined {
  if (/No space left on device|Disk quota exceeded|File too large|\[Errno (28|122|27)\]/i.test(output))
    return diskFull(product, dir);
  if (/Permission denied|Read-only file system/i.test(output))
    return cacheNotWritable(product, dir, lastLines(output, 2));
  return undefined;
}

const printsNoNetwork =
  /NewConnectionError|ConnectTimeout|ReadTimeout|timed out|ProxyError|SSLError|CERTIFICATE|Name or service not known|Temporary failure in name resolution|Connection (refused|reset|broken|aborted)|Network is unreachable|Max retries exceeded|IncompleteRead|ProtocolError|HTTP error 5\d\d/i;

/** True if pip reached its index and that lacks a version, or has none for this Python. */
export const lacksVersion = (output: string): boolean =>
  /No matching distribution|Could not find a version|ResolutionImpossible/i.test(output) &&
  !printsNoNetwork.test(output);

/** {@link explainOutput} of pip, which also may not reach its index. */
function explainPipOutput(output: string, product: Product, dir: string): GlyphlabError | undefined {
  const { name, code } = product;
  if (!printsNoNetwork.test(output)) return explainOutput(output, product, dir);
  return new GlyphlabError(`${code}_NO_NETWORK`, `pip cannot reach its package index to get ${name}.`, {
    hint: `Check the network and pip's settings (python3 -m pip config list), then run it again.\n${lastLines(output, 3)}`,
  });
}

/** Why pip could not install. */
export function explainPipInstall(output: string, product: Product, dir: string): GlyphlabError {
  const { name, code } = product;
  const known = explainPipOutput(output, product, dir);
  if (known) return known;
  if (!lacksVersion(output)) return installFailed(`pip could not install ${name}.`, output, product, dir);
  const lacking = `pip's package index lacks ${name} or something it needs, for this Python.`;
  return new GlyphlabError(`${code}_NOT_FOUND`, lacking, {
    hint: `It follows your own pip settings: python3 -m pip config list\n${lastLines(output, 2)}`,
  });
}

/** Why making a virtual environment failed. */
export function explainVenv(output: string, python: string, product: Product, dir: string): GlyphlabError {
  const { name, code } = product;
  if (/No module named '?venv|ensurepip is not/i.test(output)) {
    const message = 'This Python cannot make virtual environments: it has no venv module.';
    return new GlyphlabError(`${code}_NO_VENV`, message, {
      where: python,
      hint: 'Install it (Debian, Ubuntu: sudo apt install python3-venv).',
    });
  }
  const known = explainOutput(output, product, dir);
  return known ?? installFailed(`The Python environment for ${name} could not be made.`, output, product, dir);
}

/** With the end of what the command printed as a hint. */
export const installFailed = (message: string, output: string, { code }: Product, dir: string): GlyphlabError =>
  new GlyphlabError(`${code}_INSTALL_FAILED`, message, { where: dir, hint: lastLines(output) });

/** Why pip could not download `wheel`. */
export function explainDownload(output: string, product: Product, wheel: string, dir: string): GlyphlabError {
  const { code } = product;
  if (/DO NOT MATCH THE HASHES|HASHES? mismatch/i.test(output)) {
    return new GlyphlabError(
      `${code}_CHECKSUM_MISMATCH`,
      `What pip downloaded for ${wheel} is not the published file.`,
      {
        hint: 'A proxy or a mirror may have damaged it. Try again, or look at: python3 -m pip config list',
      },
    );
  }
  const known = explainPipOutput(output, { ...product, name: wheel }, dir);
  if (known) return known;
  if (lacksVersion(output)) {
    return new GlyphlabError(`${code}_NO_WHEEL`, `pip's package index has no ${wheel}.`, {
      hint: 'It may be out of reach, or a mirror without it: see your pip settings with python3 -m pip config list',
    });
  }
  return new GlyphlabError(`${code}_DOWNLOAD_FAILED`, `pip could not download ${wheel}.`, { hint: lastLines(output) });
}

/** Why a wheel could not be unpacked. */
export const explainUnpack = (output: string, product: Product, dir: string): GlyphlabError =>
  explainOutput(output, product, dir) ??
  new GlyphlabError(`${product.code}_UNPACK_FAILED`, `The wheel of ${product.name} could not be unpacked.`, {
    where: dir,
    hint: lastLines(output),
  });
