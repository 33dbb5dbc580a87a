import { GlyphlabError } from '@glyphlab/core';
import { explainOutput, explainPipOutput, lacksVersion, lastLines, type Product } from '@glyphlab/python';

export const tensorFlow: Product = {
  name: 'TensorFlow',
  code: 'TENSORFLOW',
  minPythonMinor: 8,
  room: '1.3 GB (with CUDA 9 GB)',
};

/** Why pip could not download `wheel`. */
export function explainDownload(output: string, wheel: string, dir: string): GlyphlabError {
  if (/DO NOT MATCH THE HASHES|HASHES? mismatch/i.test(output)) {
    return new GlyphlabError('TENSORFLOW_CHECKSUM_MISMATCH', `What pip got for ${wheel} is not the published file.`, {
      hint: 'A proxy or a mirror may have damaged it. Try again, or look at: python3 -m pip config list',
    });
  }
  const known = explainPipOutput(output, { ...tensorFlow, name: wheel }, dir);
  if (known) return known;
  if (lacksVersion(output)) {
    return new GlyphlabError('TENSORFLOW_NO_WHEEL', `pip's package index has no ${wheel}.`, {
      hint: 'It may be out of reach, or a mirror without it: see your pip settings with python3 -m pip config list',
    });
  }
  return new GlyphlabError('TENSORFLOW_DOWNLOAD_FAILED', `pip could not download ${wheel}.`, {
    hint: lastLines(output),
  });
}

/** Why the wheel could not be unpacked. */
export const explainUnpack = (output: string, dir: string): GlyphlabError =>
  explainOutput(output, tensorFlow, dir) ??
  new GlyphlabError('TENSORFLOW_UNPACK_FAILED', 'The TensorFlow wheel could not be unpacked.', {
    where: dir,
    hint: lastLines(output),
  });

/** Why the binding could not be compiled; `log` holds all that the compiler said. */
export const explainCompile = (output: string, log: string, dir: string): GlyphlabError =>
  explainOutput(output, tensorFlow, dir) ??
  new GlyphlabError('TENSORFLOW_COMPILE_FAILED', 'The TensorFlow binding does not compile.', {
    where: log,
    hint: `A C++17 compiler is needed (g++ 8 or later, clang++ 7 or later).\n${lastLines(output)}`,
  });
