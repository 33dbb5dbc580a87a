import { InputError } from '@glyphlab/core';
import type { LoggedModel } from '@glyphlab/mlflow-client';

/**
 * A logged model is ready when all of its files are there: it stays pending if the server refused one, or whoever sent them ended.
 *
 * @param where the server
 * @throws InputError MODEL_NOT_READY
 */
export function requireReady({ modelId, status }: LoggedModel, where: string): void {
  if (status === 'READY') return;
  throw new InputError('MODEL_NOT_READY', `The model ${modelId} is not whole on the server: it is ${status}.`, {
    where,
    hint: 'Wait until its run has ended and is sent. If the server has refused a file: npx glyphlab sync --retry-refused, once it takes it.',
  });
}
