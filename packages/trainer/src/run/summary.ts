import { relative } from 'node:path';
import type { TrackingConfig } from '@glyphlab/config';
import { describeError, percent, testMetric } from '@glyphlab/core';
import { ExitCode } from '@glyphlab/core/command-line';
import type { Evaluation } from '@glyphlab/evaluation';
import type { TrackedRun, RunEnd } from '@glyphlab/tracking';
import { refusedLines } from '../commands/sync/sync.ts';
import { terminal } from '../project/terminal.ts';
import type { TrainingOutcome } from './train.ts';

/** How a run ended, and what it left. */
export interface Summary {
  run: TrackedRun;
  end: RunEnd;
  training: TrainingOutcome;
  evaluation: Evaluation | undefined;
  modelDirectory: string | undefined;
  /** What the model is to be in the registry. */
  register: TrackingConfig['register'];
}

/** A result with its name before it. */
export const line = (name: string, value: string): string => `${name.padEnd(14)}${value}\n`;

/** Says how it ended: results on standard output, for people and scripts; everything else on standard error. */
export function printSummary({ run, end, training, evaluation, modelDirectory, register }: Summary): void {
  const here = (path: string): string => relative(process.cwd(), path) || '.';
  if (training.error !== undefined) terminal.onMessage(describeError(training.error));
  let text = '\n';
  if (evaluation) {
    const { accuracy, loss, count } = evaluation;
    text += line(
      'Test accuracy',
      `${percent(accuracy)} of ${count.toLocaleString('en')} images, loss ${loss.toFixed(4)}`,
    );
  }
  text += line(
    'Trained',
    `${training.history.length} epoch(s) in ${training.seconds.toFixed(1)} s, best: ${training.bestEpoch || 'none'}`,
  );
  if (modelDirectory !== undefined) text += line('Model', here(modelDirectory));
  if (register && evaluation && end.delivered)
    text += line('Registered', `models:/${register.name}${register.alias === undefined ? '' : `@${register.alias}`}`);
  text += line('Figures', here(`${run.directory}/artifacts/figures`));
  if (end.url !== undefined)
    text += line('MLflow', end.openWith === undefined ? end.url : `${end.url}  (after: ${end.openWith})`);
  if (!end.delivered && end.isTracked)
    text += line('MLflow', `${end.waiting} entries wait to be sent: npx glyphlab sync`);
  if (!end.delivered && end.error !== undefined) text += `${end.error.replace(/^/gm, '  ')}\n`;
  for (const refused of refusedLines(end.refused)) text += `${refused}\n`;
  terminal.clear();
  process.stdout.write(text);
  if (training.stopped === 'interrupted')
    terminal.onMessage(`To continue: npx glyphlab run --resume ${here(run.directory)}`);
}

/** 0 if training came to its end. */
export function exitCodeOf({ stopped }: TrainingOutcome): ExitCode {
  if (stopped === 'interrupted') return ExitCode.interrupted;
  return stopped === 'lossNotFinite' ? ExitCode.failed : ExitCode.done;
}

/** The metrics of the best epoch, and those of the test images. */
export function resultsOf(
  { history, bestEpoch }: TrainingOutcome,
  evaluation: Evaluation | undefined,
): Record<string, number> {
  const test = evaluation && { [testMetric('accuracy')]: evaluation.accuracy, [testMetric('loss')]: evaluation.loss };
  return { ...history[bestEpoch - 1], ...test };
}
