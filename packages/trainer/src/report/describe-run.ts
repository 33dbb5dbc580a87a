import { percent } from '@glyphlab/core';
import type { ExperimentConfig } from '@glyphlab/config';
import type { Evaluation } from '@glyphlab/evaluation';
import type { TrainingOutcome } from '../run/train.ts';

/**
 * The run in markdown, for the top of its page in MLflow.
 * @param notes what a reader of the results should know of the data
 */
export function describeRun(
  config: ExperimentConfig,
  training: TrainingOutcome,
  evaluation: Evaluation | undefined,
  notes: readonly string[],
): string {
  const { training: t, dataset, model, description } = config;
  const { history, bestEpoch, stopped, seconds } = training;
  const best = history[bestEpoch - 1];
  // MLflow shows the first lines only, and its tables have no room between columns.
  const result =
    evaluation &&
    `Test: **${percent(evaluation.accuracy)}** of ${evaluation.count.toLocaleString('en')} images, loss ${evaluation.loss.toFixed(4)}, macro F1 ${percent(evaluation.macro.f1)}`;
  const facts = [
    best &&
      `- Best epoch ${bestEpoch}: validation ${percent(best['val/accuracy']!)}, loss ${best['val/loss']!.toFixed(4)}`,
    `- ${model.type} on ${dataset.type}: ${history.length} of ${t.epochs} epochs, batch ${t.batchSize}, ${t.optimizer.type}; ${stopped} after ${seconds.toFixed(1)} s`,
  ];
  const warnings = notes.map((note) => `> **Note:** ${note}`);
  return [description, result, facts.filter(Boolean).join('\n'), ...warnings].filter(Boolean).join('\n\n');
}
