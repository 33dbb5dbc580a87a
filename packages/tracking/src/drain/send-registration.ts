import { InputError } from '@glyphlab/core';
import type { EntryOf } from '../journal/entries.ts';
import { giveAlias, registerVersion } from '../registry/register-version.ts';
import type { Attempt } from './run-drain.ts';
import { findModel } from './send-model.ts';

/** Makes a version of a registered model of a logged model that was sent before, and gives it its alias. */
export async function sendRegistration(
  { model, name, alias, time }: EntryOf<'register'>,
  runId: string,
  attempt: Attempt,
): Promise<void> {
  const { server, signal, onMessage } = attempt;
  const modelId = await findModel(model, attempt);
  if (modelId === undefined)
    throw new InputError(
      'TRACKING_NO_MODEL',
      `The server does not have the model that is to be registered as ${name}.`,
    );
  const { version } = await registerVersion(server.client, { name, modelId, runId }, { signal });
  if (alias === undefined) return;
  const own = version.version;
  const holder = await giveAlias(server.client, { name, alias, version: own, atMs: time }, { signal });
  if (holder !== own) onMessage(`${name}@${alias} stays at version ${holder}, which got it later than this run.`);
}
