import type { ExitCode } from '@glyphlab/core/command-line';
import type { RunOptions } from '../main.ts';
import { preloadBackend } from '../project/preload-backend.ts';
import { readExperiment } from './read-experiment.ts';
import { settleConfig } from './settle-config.ts';
import type { Summary } from './summary.ts';

/** As a command: with the results on standard output. */
export async function startRun(options: RunOptions): Promise<ExitCode> {
  const done = await runToEnd(options);
  const { exitCodeOf, printSummary } = await import('./summary.ts');
  printSummary(done);
  return exitCodeOf(done.training);
}

/** Reads the configuration, which takes little, and has TensorFlow load while what trains it is loaded and the data is read. */
export async function runToEnd(options: RunOptions): Promise<Summary> {
  const { config, project } = await readExperiment(options);
  const settled = settleConfig(config, options.resume);
  preloadBackend(settled.config.training.backend);
  const { main } = await import('../main.ts');
  return main(settled, project, options);
}
