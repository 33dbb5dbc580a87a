import { progressPrinter } from '@glyphlab/core';
import { runThisProgram } from '@glyphlab/core/command-line';
import { Command } from 'commander';
import { installPinned, pythonRay, pythonTensorBoard, pythonTensorFlow } from './pinned-environment.ts';

const environments = [
  ['ray', 'Ray, on a cluster of which sets of experiments are trained', pythonRay],
  ['tensorboard', 'TensorBoard (150 MB), with which tests read event files', pythonTensorBoard],
  ['tensorflow', "Python's TensorFlow (1.6 GB), with which tests load exported models", pythonTensorFlow],
] as const;

await runThisProgram(({ interrupted: signal }) => {
  const program = new Command('python').description('Installs Python environments of pinned packages.');
  for (const [name, what, environment] of environments)
    program
      .command(name)
      .description(`Install ${what}, and print its Python.`)
      .action(async () => console.log(await installPinned(environment, { ...progressPrinter(), signal })));
  return program;
});
