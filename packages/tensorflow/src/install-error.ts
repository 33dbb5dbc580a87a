import { GlyphlabError } from '@glyphlab/core';
import { type CommandResult, lastLines } from './run-command.ts';

export const diskFull = (dir: string, cause?: unknown): GlyphlabError =>
  new GlyphlabError('TENSORFLOW_DISK_FULL', 'No space is left for TensorFlow.', {
    where: dir,
    hint: 'It needs 1.3 GB (with CUDA 9 GB). Free some, or set GLYPHLAB_CACHE_DIR to a directory on another disk.',
    cause,
  });

export const cacheNotWritable = (dir: string, cause: unknown): GlyphlabError =>
  new GlyphlabError(
    'TENSORFLOW_CACHE_NOT_WRITABLE',
    `The cache directory cannot be written: ${(cause as Error).message}`,
    {
      where: dir,
      hint: 'Make it writable, or set GLYPHLAB_CACHE_DIR to a directory of your own.',
      cause,
    },
  );

/** Reads a file system error of our own calls. Anything else comes back as it is. */
export function explainFileError(error: unknown, dir: string): unknown {
  const code = (error as NodeJS.ErrnoException | null)?.code ?? '';
  if (['ENOSPC', 'EDQUOT', 'EFBIG'].includes(code)) return diskFull(dir, error);
  if (['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST'].includes(code)) return cacheNotWritable(dir, error);
  return error;
}

const printed = (pattern: RegExp, { output }: CommandResult) => pattern.test(output);

/** What made a command fail, as far as that does not depend on which command it was. */
function explainCommon(result: CommandResult, dir: string): GlyphlabError | undefined {
  if (printed(/No space left on device|Disk quota exceeded|File too large|\[Errno (28|122|27)\]/i, result)) {
    return diskFull(dir);
  }
  if (printed(/Permission denied|Read-only file system/i, result)) {
    return cacheNotWritable(dir, new Error(lastLines(result.output, 2)));
  }
  return undefined;
}

/** Why pip could not download `wheel`. */
export function explainPip(result: CommandResult, wheel: string, dir: string): GlyphlabError {
  if (printed(/DO NOT MATCH THE HASHES|HASHES? mismatch/i, result)) {
    return new GlyphlabError('TENSORFLOW_CHECKSUM_MISMATCH', `What pip got for ${wheel} is not the published file.`, {
      hint: 'A proxy or a mirror may have damaged it. Try again, or look at: python3 -m pip config list',
    });
  }
  const unreachable =
    /NewConnectionError|ConnectTimeout|ReadTimeout|timed out|ProxyError|SSLError|CERTIFICATE|Name or service not known|Temporary failure in name resolution|Connection (refused|reset|broken|aborted)|Network is unreachable|Max retries exceeded|IncompleteRead|ProtocolError|HTTP error 5\d\d/i;
  if (printed(unreachable, result)) {
    return new GlyphlabError('TENSORFLOW_NO_NETWORK', `pip cannot reach its package index to get ${wheel}.`, {
      hint: `Check the network and pip's settings (python3 -m pip config list), then run the command again.\n${lastLines(result.output, 3)}`,
    });
  }
  const common = explainCommon(result, dir);
  if (common) return common;
  if (printed(/No matching distribution|Could not find a version/i, result)) {
    return new GlyphlabError('TENSORFLOW_NO_WHEEL', `pip's package index has no ${wheel}.`, {
      hint: 'It may be out of reach, or a mirror without it: see your pip settings with python3 -m pip config list',
    });
  }
  return new GlyphlabError('TENSORFLOW_DOWNLOAD_FAILED', `pip could not download ${wheel}.`, {
    hint: lastLines(result.output),
  });
}

/** Why the wheel could not be unpacked. */
export const explainUnpack = (result: CommandResult, dir: string): GlyphlabError =>
  explainCommon(result, dir) ??
  new GlyphlabError('TENSORFLOW_UNPACK_FAILED', 'The TensorFlow wheel could not be unpacked.', {
    where: dir,
    hint: lastLines(result.output),
  });

/** Why the binding could not be compiled; `log` holds all that the compiler said. */
export const explainCompile = (result: CommandResult, log: string, dir: string): GlyphlabError =>
  explainCommon(result, dir) ??
  new GlyphlabError('TENSORFLOW_COMPILE_FAILED', 'The TensorFlow binding does not compile.', {
    where: log,
    hint: `A C++17 compiler is needed (g++ 8 or later, clang++ 7 or later).\n${lastLines(result.output)}`,
  });
