import type { CompiledStep } from '@glyphlab/graph';
import type { Optimizer } from '@glyphlab/nn';
import type * as tf from '@tensorflow/tfjs';
import type { ImageSource } from '../input/image-source.ts';
import type { Network } from '../network.ts';
import { LayerWatch } from './layer-watch.ts';
import { inEpoch, type Refinement } from './refinement.ts';
import type { Runner } from './runner.ts';
import { trainStep, type TrainStepOptions } from './train-step.ts';

/** The step from an epoch on, and the same with an eye on the layers. */
export interface TrainSteps {
  firstEpoch: number;
  /** As they are in these epochs. */
  options: TrainStepOptions;
  step: CompiledStep;
  watched: { watch: LayerWatch; step: CompiledStep } | undefined;
}

/** What learns from an epoch on, and how. */
interface LearningPhase {
  firstEpoch: number;
  network: Network;
  optimizer: Optimizer;
}

interface Options extends TrainStepOptions {
  refine?: Refinement | undefined;
  watchLayers?: number | undefined;
}

/** A step for each part of the training in which other weights learn, or images are changed otherwise; the optimizer's state goes on. */
export function compileTrainSteps(
  phases: readonly LearningPhase[],
  source: ImageSource,
  averages: tf.Variable[],
  options: Options,
  runner: Runner,
): TrainSteps[] {
  const starts = new Set([...phases.map(({ firstEpoch }) => firstEpoch), options.refine?.fromEpoch ?? 1]);
  return [...starts]
    .sort((a, b) => a - b)
    .map((firstEpoch) => {
      const { network, optimizer } = phases.findLast((phase) => phase.firstEpoch <= firstEpoch)!;
      const current = inEpoch(options, firstEpoch);
      const compile = (watch?: LayerWatch): CompiledStep =>
        runner.compile(trainStep(network, source, optimizer, averages, current, watch));
      const watch = options.watchLayers === undefined ? undefined : new LayerWatch(network);
      return { firstEpoch, options: current, step: compile(), watched: watch && { watch, step: compile(watch) } };
    });
}
