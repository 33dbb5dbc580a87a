import { GlyphlabError } from '@glyphlab/core';
import type { Dataset } from '@glyphlab/data';
import { drawRateSearch } from '@glyphlab/evaluation';
import { readRun, type TrackedRun } from '@glyphlab/tracking';
import { findLearningRate, type Network, type RunSink } from '@glyphlab/training';
import type { Kinds } from '../project/registry.ts';
import { terminal } from '../project/terminal.ts';
import { makeParts } from './make-parts.ts';
import type { RatedConfig, SettledConfig } from './settle-config.ts';
import { openLearner } from './train.ts';

/** What a run's parameters call it. */
export const RATE_PARAM = 'training.optimizer.learningRate';

/** The lower bound of a cycle is a third or a quarter of the upper one (Smith 2017, §3.3). */
const BELOW_HIGHEST = 3;

/** What a range test found. */
interface FoundRate {
  /** Undefined if no rate lowers the loss. */
  proposal: number | undefined;
  /** How it follows from the curve. */
  why: string;
  /** Rates tried. */
  range: readonly [number, number];
  /** The curve, as PNG. */
  draw(): Promise<Uint8Array>;
}

/** There is no run yet that callbacks could log to. */
const noRun: RunSink = {
  directory: '',
  logMetrics: () => undefined,
  logImage: () => undefined,
  logBytes: () => undefined,
};

/** Looks for a learning rate in some 150 steps. The network is as before afterwards. */
export async function searchRate(
  network: Network,
  dataset: Dataset,
  config: SettledConfig,
  kinds: Kinds,
  signal: AbortSignal,
): Promise<FoundRate> {
  const { training } = config;
  const { optimizer, batchSize, schedule } = training;
  const { shape } = kinds.optimizers.find(({ type }) => type === optimizer.type)!.options;
  // Parts of an optimizer may have rates in proportion to it.
  const usual = shape.learningRate.safeParse(undefined).data ?? 1;
  const quiet = { callbacks: [], earlyStopping: undefined, optimizer: { ...optimizer, learningRate: usual } };
  const tracking = { ...config.tracking, layers: undefined };
  const tried = { ...config, tracking, training: { ...training, ...quiet } };
  const { learner, close } = openLearner(network, dataset, tried, await makeParts(tried, kinds, dataset, noRun));
  const onProgress = (done: number, total: number): void =>
    terminal.onProgress({ label: 'Looking for a learning rate', done, total, unit: 'steps' });
  const { points, least } = await findLearningRate(learner, { onProgress, signal }).finally(close);
  terminal.clear();
  // A schedule that rises to its rate and leaves it again bears the highest; others stay there for long.
  const isPeak = schedule.type === 'oneCycle';
  const proposal = least && Number((isPeak ? least.rate : least.rate / BELOW_HIGHEST).toPrecision(2));
  return {
    proposal,
    why: `${isPeak ? '' : 'a third of '}where the loss was least`,
    range: [points[0]!.rate, points.at(-1)!.rate],
    draw: () => drawRateSearch({ points, proposal, subtitle: `${config.name}: ${optimizer.type}, batch ${batchSize}` }),
  };
}

/**
 * Looks for the learning rate if it is `auto`, and notes it in the run. A run that goes on keeps what was found.
 *
 * @throws GlyphlabError LEARNING_RATE_NOT_FOUND
 */
export async function settleRate(
  network: Network,
  dataset: Dataset,
  config: SettledConfig,
  kinds: Kinds,
  run: TrackedRun,
  signal: AbortSignal,
): Promise<RatedConfig> {
  const { optimizer } = config.training;
  const rated = (learningRate: number): RatedConfig => ({
    ...config,
    training: { ...config.training, optimizer: { ...optimizer, learningRate } },
  });
  if (optimizer.learningRate !== 'auto') return rated(optimizer.learningRate);
  const before = Number(readRun(run.directory)?.params[RATE_PARAM]);
  if (before > 0) {
    terminal.onMessage(`Learning rate ${before}, kept from when the run began`);
    return rated(before);
  }
  const { proposal, why, range, draw } = await searchRate(network, dataset, config, kinds, signal);
  run.logBytes(await draw(), 'figures/learning_rate_search.png');
  if (proposal === undefined)
    throw new GlyphlabError('LEARNING_RATE_NOT_FOUND', `No learning rate from ${range.join(' to ')} lowers the loss.`, {
      where: RATE_PARAM,
      hint: 'Set one by hand, and check the network, the loss and the data.',
    });
  run.logParams({ [RATE_PARAM]: proposal });
  terminal.onMessage(`Learning rate ${proposal}: ${why}`);
  return rated(proposal);
}
