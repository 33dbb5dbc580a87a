import { GlyphlabError } from '@glyphlab/core';
import { lastLines } from './run.ts';

const diskFull = (dir: string, cause?: unknown) =>
  new GlyphlabError('MLFLOW_DISK_FULL', 'No space is left for MLflow.', {
    where: dir,
    hint: 'It needs 400 MB. Free some, or set GLYPHLAB_CACHE_DIR to a directory on another disk.',
    cause,
  });

const cacheNotWritable = (dir: string, message: string, cause?: unknown) =>
  new GlyphlabError('MLFLOW_CACHE_NOT_WRITABLE', `The cache directory cannot be written: ${message}`, {
    where: dir,
    hint: 'Make it writable, or set GLYPHLAB_CACHE_DIR to a directory of your own.',
    cause,
  });

/** Reads a file system error of our own calls. Anything else comes back as it is. */
export function explainFileError(error: unknown, dir: string): unknown {
  const { code = '', message } = (error ?? {}) as NodeJS.ErrnoException;
  if (['ENOSPC', 'EDQUOT', 'EFBIG'].includes(code)) return diskFull(dir, error);
  if (['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST'].includes(code)) return cacheNotWritable(dir, message, error);
  return error;
}

const printsDiskFull = /No space left on device|Disk quota exceeded|File too large|\[Errno (28|122|27)\]/i;
const printsNotWritable = /Permission denied|Read-only file system/i;
const printsNoNetwork =
  /NewConnectionError|ConnectTimeout|ReadTimeout|timed out|ProxyError|SSLError|CERTIFICATE|Name or service not known|Temporary failure in name resolution|Connection (refused|reset|broken|aborted)|Network is unreachable|Max retries exceeded|IncompleteRead|ProtocolError|HTTP error 5\d\d/i;
/** What pip says when its index lacks a version, or has none for this Python. */
const printsNotFound = /No matching distribution|Could not find a version|ResolutionImpossible/i;

/** True if the index was reached and lacks something. */
export const lacksVersion = (output: string): boolean => printsNotFound.test(output) && !printsNoNetwork.test(output);

/** Why making the virtual environment failed. */
export function explainVenv(output: string, python: string, dir: string): GlyphlabError {
  if (/No module named '?venv|ensurepip is not/i.test(output)) {
    return new GlyphlabError('MLFLOW_NO_VENV', 'This Python cannot make virtual environments: it has no venv module.', {
      where: python,
      hint: 'Debian, Ubuntu: sudo apt install python3-venv.',
    });
  }
  return explainCommon(output, dir) ?? failed('The Python environment for MLflow could not be made.', output, dir);
}

/** Why pip could not install. */
export function explainPip(output: string, dir: string): GlyphlabError {
  if (printsNoNetwork.test(output)) {
    return new GlyphlabError('MLFLOW_NO_NETWORK', 'pip cannot reach its package index to get MLflow.', {
      hint: `Check the network and pip's settings (python3 -m pip config list), then run it again.\n${lastLines(output, 2)}`,
    });
  }
  const common = explainCommon(output, dir);
  if (common) return common;
  if (printsNotFound.test(output)) {
    return new GlyphlabError(
      'MLFLOW_NOT_FOUND',
      "pip's package index lacks MLflow or something it needs, for this Python.",
      {
        hint: `It follows your own pip settings: python3 -m pip config list\n${lastLines(output, 2)}`,
      },
    );
  }
  return failed('pip could not install MLflow.', output, dir);
}

/** Why the first start of the installed MLflow failed. */
export const explainPrepare = (output: string, dir: string): GlyphlabError =>
  explainCommon(output, dir) ?? failed('MLflow was installed and does not start.', output, dir);

function explainCommon(output: string, dir: string): GlyphlabError | undefined {
  if (printsDiskFull.test(output)) return diskFull(dir);
  if (printsNotWritable.test(output)) return cacheNotWritable(dir, lastLines(output, 1));
  return undefined;
}

const failed = (message: string, output: string, dir: string) =>
  new GlyphlabError('MLFLOW_INSTALL_FAILED', message, { where: dir, hint: lastLines(output) });
