import { readFile } from 'node:fs/promises';
import { DataError } from '@glyphlab/core';
import { writeWhole } from '@glyphlab/core/whole-file';
import { fetchValues } from '@glyphlab/nn';
import * as tf from '@tensorflow/tfjs';
import type { Json } from '../callbacks/callback.ts';
import { decodeSafetensors, encodeSafetensors, type TensorFile } from './safetensors.ts';

/** Everything that a training needs to go on as if it had never stopped, after a whole number of epochs. */
export interface TrainingState {
  epoch: number;
  /** Updates of the weights so far. */
  iteration: number;
  bestEpoch: number;
  /** Of each epoch, from the first. */
  history: Record<string, number>[];
  /** What the callbacks remember, by their names, and which epoch is the best. */
  parts: Record<string, Json>;
  /** The callback that had training stop. */
  stoppedBy?: string | undefined;
}

/** Groups of tensors by name, as `weights` or `slots`. */
export type TensorGroups = Record<string, readonly tf.Tensor[]>;

const tensorNames = (groups: TensorGroups): [name: string, tensor: tf.Tensor][] =>
  Object.entries(groups).flatMap(([group, tensors]) =>
    tensors.map((tensor, k): [string, tf.Tensor] => [`${group}/${k}`, tensor]),
  );

/** Whatever happens, the file is whole, the old or the new one. */
async function saveCheckpoint(file: string, state: TrainingState, groups: TensorGroups): Promise<void> {
  const tensors: TensorFile['tensors'] = new Map();
  await fetchValues(tensorNames(groups).map(([, tensor]) => tensor));
  for (const [name, tensor] of tensorNames(groups)) {
    tensors.set(name, { shape: tensor.shape, values: tensor.dataSync() as Float32Array });
  }
  await writeWhole(file, encodeSafetensors({ tensors, metadata: { state: JSON.stringify(state) } }));
}

/** What a disk says that is full, or can no longer be written. */
const DISK_FAULTS = ['ENOSPC', 'EDQUOT', 'EROFS', 'EIO', 'EFBIG'];

/** {@link saveCheckpoint}; where the disk is full, training goes on without, and a message says so. */
export async function keepCheckpoint(
  file: string,
  state: TrainingState,
  groups: TensorGroups,
  onMessage: ((text: string) => void) | undefined,
): Promise<void> {
  try {
    await saveCheckpoint(file, state, groups);
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    if (!DISK_FAULTS.includes(code)) throw error;
    onMessage?.(
      `The checkpoint of epoch ${state.epoch} could not be written to ${file}: ${message}. Training goes on; until there is ` +
        'room on that disk again, --resume would start from the checkpoint before.',
    );
  }
}

/**
 * Puts the saved values into the variables.
 * @throws DataError if the file is damaged or of another network or optimizer
 */
export async function loadCheckpoint(
  file: string,
  groups: Record<string, readonly tf.Variable[]>,
): Promise<TrainingState> {
  const wrong = (message: string, cause?: unknown): DataError =>
    new DataError('CHECKPOINT_UNUSABLE', message, {
      where: file,
      hint: 'Start the run again, without --resume.',
      cause,
    });
  let content: TensorFile;
  try {
    content = decodeSafetensors(await readFile(file));
  } catch (cause) {
    throw wrong(`This checkpoint cannot be read: ${(cause as Error).message}`, cause);
  }
  for (const [name, variable] of tensorNames(groups)) {
    const saved = content.tensors.get(name);
    if (saved?.shape.join() !== variable.shape.join()) {
      throw wrong(
        `Expected ${name} of shape [${variable.shape}]. Received: ${saved ? `[${saved.shape}]` : 'nothing'}. The configuration has changed.`,
      );
    }
    tf.tidy(() => (variable as tf.Variable).assign(tf.tensor(saved.values, saved.shape)));
  }
  return JSON.parse(content.metadata['state']!) as TrainingState;
}

/**
 * Reads a checkpoint and does nothing with it: to find out that it is damaged before anything is begun.
 *
 * @throws DataError if it is
 */
export async function checkCheckpoint(file: string): Promise<void> {
  await loadCheckpoint(file, {});
}
