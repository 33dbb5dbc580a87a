import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { flatten, resolvedYaml } from '@glyphlab/config';
import { InputError } from '@glyphlab/core';
import type { Dataset } from '@glyphlab/data';
import { findRunDirectory, openRun, readRun, type TrackedRun } from '@glyphlab/tracking';
import { checkCheckpoint } from '@glyphlab/training';
import { PROJECT_FILE, type Project } from '../project/project.ts';
import { terminal } from '../project/terminal.ts';
import { checkpointFile, runsDir, unexpectedWorkspace, workspaceDir } from '../project/workspace.ts';
import { datasetRecord, pictureList, PICTURES_FILE } from '../report/dataset-record.ts';
import type { BuiltNetwork } from './build-network.ts';
import { RATE_PARAM } from './learning-rate.ts';
import type { SettledExperiment } from './settle-config.ts';
import { teacherTags } from './teachers.ts';

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
  const teachers = await teacherTags(config, resume === undefined ? undefined : findRunDirectory(runsDir(), resume));
  const run = await openRun({
    runsDir: runsDir(),
    workspaceDir: workspaceDir(),
    experiment: config.tracking.experiment,
    runName: config.name,
    params: paramsOf(config),
    tags: {
      ...tags,
      ...teachers,
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
  if (resume === undefined) {
    run.logBytes(resolvedYaml(asked), 'config.yaml');
    const pictures = pictureList(dataset);
    if (pictures !== undefined) run.logBytes(pictures, PICTURES_FILE);
  }
  for (const context of ['train', 'val', 'test'] as const) run.logDataset(datasetRecord(dataset, context));
  return run;
}

/** MLflow keeps the first value of a parameter: one that is still to be found is logged once it is. */
function paramsOf(config: SettledExperiment['config']): ReturnType<typeof flatten> {
  const params = flatten(config);
  if (config.training.optimizer.learningRate === 'auto') delete params[RATE_PARAM];
  return params;
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

/**
 * Another split would put images that the network has learnt from into the test. What the run logged of its data says which it was,
 * also in runs of earlier releases.
 *
 * @throws InputError if an image or label of a part is another than when the run was trained
 */
function requireSameData(runDirectory: string, dataset: Dataset): void {
  const logged = readRun(runDirectory)?.datasets ?? [];
  const differing = (['train', 'val', 'test'] as const).flatMap((context) => {
    const before = logged.findLast((part) => part.context === context);
    if (before?.digest === undefined || before.digest === datasetRecord(dataset, context).digest) return [];
    const { size } = dataset[context];
    return [
      before.numImages === size
        ? `${context} has other images`
        : `${context} had ${before.numImages} images and has ${size}`,
    ];
  });
  if (differing.length === 0) return;
  throw new InputError(
    'RESUME_DATA_DIFFERS',
    `${dataset.source} is not what the run was trained on: ${differing.join(', ')}. It could be tested on images it has learnt from.`,
    { where: '--resume', hint: 'Undo what was added, changed or removed since, or start a new run.' },
  );
}
