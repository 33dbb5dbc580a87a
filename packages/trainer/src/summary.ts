import { relative } from 'node:path';
import { describeError, ExitCode } from '@glyphlab/core';
import type { Evaluation } from '@glyphlab/evaluation';
import type { Run, RunEnd } from '@glyphlab/tracking';
import { terminal } from './terminal.ts';
import type { TrainingOutcome } from './train.ts';

interface Summary {
  run: Run;
  end: RunEnd;
  training: TrainingOutcome;
  evaluation: Evaluation | undefined;
  modelDirectory: string | undefined;
}

/** Says how it ended: results on standard output, for people and scripts; everything else on standard error. */
export function printSummary({ run, end, training, evaluation, modelDirectory }: Summary): void {
  const here = (path: string): string => relative(process.cwd(), path) || '.';
  if (training.error !== undefined) terminal.onMessage(describeError(training.error));
  const line = (name: string, value: string): string => `${name.padEnd(14)}${value}\n`;
  let text = '\n';
  if (evaluation) {
    const { accuracy, loss, count } = evaluation;
    text += line(
      'Test accuracy',
      `${(100 * accuracy).toFixed(2)} % of ${count.toLocaleString('en')} images, loss ${loss.toFixed(4)}`,
    );
  }
  text += line(
    'Trained',
    `${training.history.length} epoch(s) in ${training.seconds.toFixed(1)} s, best: ${training.bestEpoch || 'none'}`,
  );
  if (modelDirectory !== undefined) text += line('Model', here(modelDirectory));
  text += line('Figures', here(`${run.directory}/artifacts/figures`));
  if (end.url !== undefined) text += line('MLflow', lastingPage(end.url));
  if (!end.delivered) text += line('MLflow', `${end.waiting} entries wait to be sent: npx nx run trainer:sync`);
  process.stdout.write(text);
  if (training.stopped === 'interrupted')
    terminal.onMessage(`To go on: npx nx run trainer:run --resume ${here(run.directory)}`);
}

/** Where `mlflow-server:ui` serves the workspace's runs. */
const UI_PORT = '5000';

/** The private server of a workspace ends with the run, so its page is named as `mlflow-server:ui` shows it. */
function lastingPage(url: string, { MLFLOW_TRACKING_URI: server } = process.env): string {
  const page = new URL(url);
  if (server || page.port === UI_PORT) return url;
  page.port = UI_PORT;
  return `${page.href}  (after: npx nx run mlflow-server:ui)`;
}

/** 0 if training came to its end. */
export function exitCodeOf({ stopped }: TrainingOutcome): ExitCode {
  if (stopped === 'interrupted') return ExitCode.interrupted;
  return stopped === 'lossNotFinite' ? ExitCode.failed : ExitCode.done;
}
