import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExperimentConfig } from '@glyphlab/config';
import { InputError } from '@glyphlab/core';
import type { Dataset } from '@glyphlab/data';
import { readRun } from '@glyphlab/tracking';
import type { Distillation } from '@glyphlab/training';
import { modelFolder } from '../project/model-folder.ts';
import { openModel } from '../project/saved-model.ts';
import { terminal } from '../project/terminal.ts';

const WHERE = 'training.distill.teachers';

/** SHA-256 of each teacher's `weights.bin`, by the teacher's name, as JSON. */
const TEACHERS_TAG = 'glyphlab.teachers';

/**
 * Loads the networks that one learns from.
 *
 * @throws InputError DISTILL_TEACHER_DOES_NOT_FIT if one takes other images or knows other classes; what `openModel` does
 */
export async function openTeachers(
  distill: NonNullable<ExperimentConfig['training']['distill']>,
  { imageShape, classNames }: Pick<Dataset, 'imageShape' | 'classNames'>,
): Promise<Distillation> {
  const teachers = [];
  for (const name of distill.teachers) {
    const { network, card } = await openModel(name);
    const fits = card.imageShape.join() === imageShape.join() && card.classNames.join('\n') === classNames.join('\n');
    if (!fits)
      throw new InputError(
        'DISTILL_TEACHER_DOES_NOT_FIT',
        `${name} takes images [${card.imageShape}] and knows ${card.classNames.length} classes; the dataset has images [${imageShape}] and ${classNames.length} classes, which must be the same ones in the same order.`,
        {
          where: WHERE,
          hint: `Name a network that was trained on this dataset. This one was trained on ${card.dataset}.`,
        },
      );
    teachers.push(network);
  }
  terminal.onMessage(`Learns from ${distill.teachers.join(', ')}.`);
  return { ...distill, teachers };
}

/**
 * What the run has to remember of its teachers, as tags. An alias may belong to another version when the run is resumed.
 *
 * @param runDirectory of the run that is resumed
 * @throws InputError RESUME_TEACHERS_DIFFER if a teacher's weights are others than when the run began
 */
export async function teacherTags(
  { training: { distill } }: ExperimentConfig,
  runDirectory: string | undefined,
): Promise<Record<string, string>> {
  if (!distill) return {};
  const digests: Record<string, string> = {};
  for (const name of distill.teachers) {
    const weights = await readFile(join(await modelFolder(name), 'weights.bin'));
    digests[name] = createHash('sha256').update(weights).digest('hex');
  }
  const before = runDirectory === undefined ? undefined : readRun(runDirectory)?.tags[TEACHERS_TAG];
  if (before === undefined) return { [TEACHERS_TAG]: JSON.stringify(digests) };
  const known = JSON.parse(before) as Record<string, string>;
  const others = distill.teachers.filter((name) => known[name] !== digests[name]);
  if (others.length > 0)
    throw new InputError('RESUME_TEACHERS_DIFFER', `The run began with other weights of ${others.join(', ')}.`, {
      where: WHERE,
      hint: 'Restore them (an alias may have moved to another version), or start a new run.',
    });
  return {};
}
