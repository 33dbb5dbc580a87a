import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { flatten, resolvedYaml } from '@glyphlab/config';
import type { Dataset } from '@glyphlab/data';
import { findRunDirectory, openRun, type TrackedRun } from '@glyphlab/tracking';
import { checkCheckpoint } from '@glyphlab/training';
import { datasetRecord } from '../report/dataset-record.ts';
import { requireSameData } from './require-same-data.ts';
import { PROJECT_FILE, type Project } from '../project/project.ts';
import type { BuiltNetwork } from './build-network.ts';
import type { SettledExperiment } from './settle-config.ts';
import { terminal } from '../project/terminal.ts';
import { checkpointFile, runsDir, unexpectedWorkspace, workspaceDir } from '../project/workspace.ts';

/** What a reader of the results should know of the data, a note a line. */
const NOTES_TAG = 'glyphlab.dataset_notes';

/** Opens the run, and logs what is known before training: parameters, tags, the configuration, the datasets. */
export async function trackRun(
  { config, asked, tags }: SettledExperiment,
  project: Project,
  dataset: Dataset,
  { resume, parent, tracking }: { resume?: string; parent?: string; tracking: boolean },
): Promise<TrackedRun> {
  const unexpected = unexpectedWorkspace();
  if (unexpected !== undefined) terminal.onMessage(unexpected);
  if (resume !== undefined) await checkBeforeResume(resume, dataset);
  const run = await openRun({
    runsDir: runsDir(),
    workspaceDir: workspaceDir(),
    experiment: config.tracking.experiment,
    runName: config.name,
    params: flatten(config),
    tags: {
      ...tags,
      ...(dataset.notes.length > 0 && { [NOTES_TAG]: dataset.notes.join('\n') }),
      ...config.tracking.tags,
    },
    ...(config.description !== undefined && { description: config.description }),
    ...(parent !== undefined && { parentRunId: parent }),
    ...(resume !== undefined && { resume }),
    server: tracking ? 'auto' : 'none',
    onMessage: terminal.onMessage,
  });
  if (project.file !== undefined)
    writeFileSync(join(run.directory, PROJECT_FILE), JSON.stringify({ glyphlabProject: project.file }));
  if (resume === undefined) run.logBytes(resolvedYaml(asked), 'config.yaml');
  for (const context of ['train', 'val', 'test'] as const) run.logDataset(datasetRecord(dataset, context));
  return run;
}

/**
 * Finds a checkpoint damaged, or the data changed, before the run goes on, and ends as FAILED for it.
 *
 * @throws DataError if the checkpoint is damaged, InputError if the data are others
 */
async function checkBeforeResume(resume: string, dataset: Dataset): Promise<void> {
  const directory = findRunDirectory(runsDir(), resume);
  const file = checkpointFile(directory);
  if (!existsSync(file)) return;
  await checkCheckpoint(file);
  requireSameData(directory, dataset);
}

/** Logs what is known once the network is built. */
export function logNetwork(run: TrackedRun, { backend, parameters }: BuiltNetwork): void {
  run.setTags({
    'glyphlab.backend': `${backend.name} ${backend.version}`,
    'glyphlab.threads': String(backend.threads),
  });
  run.logParams({ parameters });
}
