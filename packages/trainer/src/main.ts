import { type ExitCode } from '@glyphlab/core';
import { loadData } from './run/load-data.ts';
import { buildNetwork } from './run/build-network.ts';
import { evaluateOnTest } from './run/evaluate-on-test.ts';
import { exitCodeOf, printSummary } from './run/summary.ts';
import { Interruption } from './run/interruption.ts';
import { readExperiment } from './run/read-experiment.ts';
import { reportRun } from './report/report-run.ts';
import { saveModel } from './run/save-model.ts';
import { trackRun } from './run/track-run.ts';
import { train } from './run/train.ts';

export interface RunOptions {
  config?: string;
  set: string[];
  resume?: string;
  parent?: string;
  tracking: boolean;
}

/** One experiment from its configuration file to a tracked, saved, evaluated model. */
export async function main(options: RunOptions): Promise<ExitCode> {
  const config = readExperiment(options);
  const interruption = new Interruption();
  const dataset = await loadData(config, interruption.signal);
  const run = await trackRun(config, dataset, options);
  return interruption.guard(run, async () => {
    const network = await buildNetwork(config, dataset, run, interruption.signal);
    const training = await train(network, dataset, config, run, interruption.signal, options.resume !== undefined);
    const evaluation = await evaluateOnTest(network, dataset, config, training, interruption.signal);
    const modelDirectory = await saveModel(network, dataset, config, training, evaluation, run.directory);
    await reportRun(run, { config, dataset, network, training, evaluation, modelDirectory });
    const end = await run.end(training.status, training.error);
    printSummary({ run, end, training, evaluation, modelDirectory, register: config.tracking.register });
    return exitCodeOf(training);
  });
}
