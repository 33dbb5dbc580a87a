import type { ExperimentConfig } from '@glyphlab/config';
import { type Dataset, loadDataset } from '@glyphlab/data';
import { terminal } from '../project/terminal.ts';

/** The dataset of the experiment, in memory. */
export async function loadData({ dataset: options, seed }: ExperimentConfig, signal: AbortSignal): Promise<Dataset> {
  const dataset = await loadDataset(options, { seed, onProgress: terminal.onProgress, signal });
  const { name, train, val, test, classNames, notes } = dataset;
  const count = (n: number): string => n.toLocaleString('en');
  terminal.onMessage(
    `${name}: ${count(train.size)} train, ${count(val.size)} validation, ${count(test.size)} test images, ${classNames.length} classes`,
  );
  for (const note of notes) terminal.onMessage(`Note: ${note}`);
  return dataset;
}
