import type { ExperimentConfig } from '@glyphlab/config';
import type { Evaluation } from '@glyphlab/evaluation';
import type { TrainingOutcome } from './train.ts';

const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;

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
  const best = training.history[training.bestEpoch - 1];
  const rows = [
    ['Dataset, model', `${dataset.type}, ${model.type}`],
    [
      'Training',
      `${training.history.length} of ${t.epochs} epochs, batch ${t.batchSize}, ${t.optimizer.type}, ${training.stopped}`,
    ],
    ['Time', `${training.seconds.toFixed(1)} s`],
    ...(best
      ? [
          [
            'Best epoch',
            `${training.bestEpoch}: validation ${percent(best['val/accuracy']!)}, loss ${best['val/loss']!.toFixed(4)}`,
          ],
        ]
      : []),
    ...(evaluation
      ? [
          [
            'Test',
            `**${percent(evaluation.accuracy)}** of ${evaluation.count}, loss ${evaluation.loss.toFixed(4)}, macro F1 ${percent(evaluation.macro.f1)}`,
          ],
        ]
      : []),
  ];
  const table = ['| | |', '|---|---|', ...rows.map(([name, value]) => `| ${name} | ${value} |`)].join('\n');
  const warnings = notes.map((note) => `> **Note:** ${note}`);
  return [description ?? '', table, ...warnings].filter(Boolean).join('\n\n');
}
