import { resolve } from 'node:path';
import { InputError } from '@glyphlab/core';
import { EventFile } from '@glyphlab/tracking/tensorboard';
import { selectRuns, titleOf, withReader } from './select-runs.ts';

/**
 * Writes runs of this disk as event files of TensorBoard.
 *
 * @returns where they are, as text to print
 * @throws InputError if a run is only in MLflow, or the folder cannot be written
 */
export async function writeEventFiles(names: readonly string[], { out }: { out: string }): Promise<string> {
  const runs = await withReader(true, (reader) => selectRuns(reader, { runs: names }));
  const lines = runs.map((run) => {
    if (run.directory === undefined)
      throw new InputError('RUN_NOT_FOUND', `${titleOf(run)} is not on this disk, and event files come from journals.`);
    try {
      const file = new EventFile(run.directory, resolve(out));
      file.update();
      return `${titleOf(run)}  ${file.directory}\n`;
    } catch (cause) {
      throw new InputError('TENSORBOARD_NOT_WRITTEN', `The event file cannot be written: ${(cause as Error).message}`, {
        where: `--out ${out}`,
        cause,
      });
    }
  });
  return lines.join('');
}
