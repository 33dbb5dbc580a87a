import { resolve } from 'node:path';
import { ExitCode } from '@glyphlab/core/command-line';
import { inspectDataset } from '@glyphlab/data';
import { terminal } from '../../project/terminal.ts';
import { loadData } from '../../run/load-data.ts';
import { readExperiment } from '../../run/read-experiment.ts';
import { asText } from './data-text.ts';
import { writeOutput } from '../../project/write-output.ts';

export interface DataOptions {
  config: string;
  set?: string[];
  html?: string;
  json?: boolean;
}

/** Loads the dataset of a configuration as a run does, and tells what is in it. Unreadable pictures are listed, not refused. */
export async function inspectData({ config: file, set = [], html, json }: DataOptions): Promise<ExitCode> {
  const { config, project } = await readExperiment({ config: file, set });
  const skips = project.kinds.datasets.find(({ type }) => type === config.dataset.type)!.options.shape['unreadable'];
  const looking = skips ? { ...config, dataset: { ...config.dataset, unreadable: 'skip' } } : config;
  const dataset = await loadData(looking, project.kinds, new AbortController().signal, { tell: false });
  terminal.onWait('Looking at every image …');
  const report = inspectDataset(dataset);
  terminal.clear();
  process.stdout.write(json ? `${JSON.stringify(report)}\n` : asText(report, dataset));
  if (html !== undefined) {
    const { dataPage } = await import('./data-page.ts');
    await writeOutput(html, await dataPage(report, dataset), '--html');
    terminal.onMessage(`The page: ${resolve(html)}`);
  }
  return ExitCode.done;
}
