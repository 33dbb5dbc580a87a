import { existsSync } from 'node:fs';
import { settleRate } from './run/learning-rate.ts';
import { loadData } from './run/load-data.ts';
import { buildNetwork } from './run/build-network.ts';
import { evaluateOnTest } from './run/evaluate-on-test.ts';
import { resultsOf, type Summary } from './run/summary.ts';
import { Interruption } from './run/interruption.ts';
import { makeParts } from './run/make-parts.ts';
import { StepProfiler } from './report/step-profiler.ts';
import { Notifier } from './report/notifier.ts';
import { reportRun } from './report/report-run.ts';
import { TensorBoardSink } from './report/tensorboard-sink.ts';
import { saveModel } from './run/save-model.ts';
import type { SettledExperiment } from './run/settle-config.ts';
import { logNetwork, trackRun } from './run/track-run.ts';
import { train } from './run/train.ts';
import { weightsDigest } from './run/weights-digest.ts';
import type { Project } from './project/project.ts';
import { checkpointFile } from './project/workspace.ts';

export interface RunOptions {
  config?: string;
  set: string[];
  resume?: string;
  parent?: string;
  tracking: boolean;
  /** Steps of which a profile is made. */
  profile?: number;
}

/** One experiment, once its configuration is read (`run/start-run.ts`), to a tracked, saved, evaluated model. */
export async function main(settled: SettledExperiment, project: Project, options: RunOptions): Promise<Summary> {
  const interruption = new Interruption();
  const { signal } = interruption;
  const dataset = await loadData(settled.config, project.kinds, signal);
  const run = await trackRun(settled, project, dataset, options);
  const notifier = new Notifier(settled.config.tracking.notify, run, settled.config.name);
  const board = new TensorBoardSink(settled.config.tracking.tensorboard, run);
  const body = async (): Promise<Summary> => {
    const profiler = await StepProfiler.prepare(options.profile, settled.config.training.backend, run);
    const resumes = options.resume !== undefined && existsSync(checkpointFile(run.directory));
    const built = await buildNetwork(settled.config, project.kinds, dataset, signal, { resumes });
    logNetwork(run, built);
    const { network } = built;
    const config = await settleRate(network, dataset, settled.config, project.kinds, run, signal);
    const parts = await makeParts(config, project.kinds, dataset, run, { notifier, board, profiler });
    const training = await train(network, dataset, config, parts, run, signal, resumes);
    const evaluation = await evaluateOnTest(network, dataset, config, parts, training, signal);
    const modelDirectory = await saveModel(
      network,
      dataset,
      config,
      project.kinds,
      training,
      evaluation,
      run.directory,
    );
    const weights = await weightsDigest(network);
    await reportRun(run, { config, dataset, parts, weightsDigest: weights, training, evaluation, modelDirectory });
    const end = await run.end(training.status, training.error);
    notifier.ended({ ...training, metrics: resultsOf(training, evaluation), url: end.url });
    return { run, end, training, evaluation, modelDirectory, register: config.tracking.register };
  };
  return notifier.guard(signal, () => interruption.guard(run, () => board.guard(body)));
}
