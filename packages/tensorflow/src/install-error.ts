import { GlyphlabError } from '@glyphlab/core';
import { explainOutput, lastLines, type Product } from '@glyphlab/python';

export const tensorFlow: Product = {
  name: 'TensorFlow',
  code: 'TENSORFLOW',
  minPythonMinor: 8,
  room: '1.3 GB (with CUDA 9 GB)',
};

/** Why the binding could not be compiled; `log` holds all that the compiler said. */
export const explainCompile = (output: string, log: string, dir: string): GlyphlabError =>
  explainOutput(output, tensorFlow, dir) ??
  new GlyphlabError('TENSORFLOW_COMPILE_FAILED', 'The TensorFlow binding does not compile.', {
    where: log,
    hint: `A C++17 compiler is needed (g++ 8 or later, clang++ 7 or later).\n${lastLines(output)}`,
  });
