import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ExitCode } from '@glyphlab/core/command-line';
import { workspaceDir } from '../project/workspace.ts';
import { buildNetwork } from './build-network.ts';
import { Interruption } from './interruption.ts';
import { RATE_PARAM, searchRate } from './learning-rate.ts';
import { loadData } from './load-data.ts';
import { readExperiment } from './read-experiment.ts';
import { settleConfig } from './settle-config.ts';
import { line } from './summary.ts';

/**
 * Looks for a learning rate for the experiment of a configuration file; there is no run. Prints what it proposes, and draws the curve.
 *
 * @returns 1 if no rate lowers the loss
 */
export async function findRate(options: { config?: string; set: string[] }): Promise<ExitCode> {
  const { config: asked, project } = await readExperiment(options);
  const { config } = settleConfig(asked, undefined);
  const { signal } = new Interruption();
  const dataset = await loadData(config, project.kinds, signal);
  const { network } = await buildNetwork(config, project.kinds, dataset, signal);
  const { proposal, why, range, draw } = await searchRate(network, dataset, config, project.kinds, signal);

  const folder = join(workspaceDir(), '.glyphlab', 'learning-rate');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${config.name.replaceAll(/[^\p{L}\p{N}._-]+/gu, '-')}.png`);
  writeFileSync(file, await draw());
  const figure = line('Figure', relative(process.cwd(), file));
  if (proposal === undefined) {
    process.stdout.write(`No learning rate from ${range.join(' to ')} lowers the loss.\n${figure}`);
    return ExitCode.failed;
  }
  const { learningRate } = config.training.optimizer;
  process.stdout.write(
    line('Learning rate', `${proposal}, ${why}; the configuration has ${learningRate}`) +
      figure +
      line('To train', `${RATE_PARAM}=${proposal}`),
  );
  return ExitCode.done;
}
