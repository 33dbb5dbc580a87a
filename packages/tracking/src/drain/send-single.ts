import { join } from 'node:path';
import { GlyphlabError } from '@glyphlab/core';
import type { EntryOf } from '../journal/entries.ts';
import { readBeginning } from '../journal/logged-before.ts';
import { ARTIFACTS_DIR } from '../run/run-directory.ts';
import type { Single } from './batches.ts';
import { createRun, forgetDoubles, setParent } from './send-run.ts';
import { mustBeRefusal, repeatAfterClash } from './failure.ts';
import { artifactsMustHaveArrived } from './artifacts-arrived.ts';
import { type Attempt, runIdOf, uploadFile } from './attempt.ts';
import { sendModel, sendRegistration } from './send-model.ts';

/** Words that MLflow's page and its own client use. */
const CONTEXTS = { train: 'training', val: 'validation', test: 'test' } as const;

/** Sends an entry that needs requests of its own. If the server refuses it, it is set aside. */
export async function sendSingle({ entry, text }: Omit<Single, 'ends'>, attempt: Attempt): Promise<void> {
  if (!entry) {
    attempt.refuse(text, new GlyphlabError('TRACKING_DAMAGED_LINE', 'A line of the journal is damaged.'));
    return;
  }
  if (entry.type === 'run') {
    await createRun(entry, attempt);
    return;
  }
  const runId = runIdOf(attempt);
  try {
    await repeatAfterClash(() => sendToRun(entry, runId, attempt));
  } catch (error) {
    await mustBeRefusal(error, runId, attempt);
    attempt.refuse(entry, error);
  }
}

async function sendToRun(
  entry: Exclude<NonNullable<Single['entry']>, EntryOf<'run'>>,
  runId: string,
  attempt: Attempt,
): Promise<void> {
  const { runs } = attempt.server.client;
  const options = { signal: attempt.signal };
  switch (entry.type) {
    case 'resumed':
      attempt.cursor.state.ended = false;
      return runs.update(runId, { status: 'RUNNING' }, options);
    case 'dataset':
      // Sent again, it changes nothing: MLflow keeps one for a name and digest.
      return runs.logInputs(runId, { datasets: [{ ...entry, context: CONTEXTS[entry.context] }] }, options);
    case 'artifact':
      return sendArtifact(entry.path, attempt);
    case 'model':
      return sendModel(entry, runId, attempt);
    case 'register':
      return sendRegistration(entry, runId, attempt);
    case 'ended':
      return endRun(entry, runId, attempt);
  }
}

async function sendArtifact(path: string, attempt: Attempt): Promise<void> {
  await uploadFile(`${attempt.cursor.state.artifactUri}`, path, join(attempt.directory, ARTIFACTS_DIR, path), attempt);
}

async function endRun(entry: EntryOf<'ended'>, runId: string, attempt: Attempt): Promise<void> {
  const { status, time } = entry;
  const { uuid, parent } = await readBeginning(attempt.directory);
  if (parent !== undefined) await setParent(parent, runId, attempt);
  await forgetDoubles(uuid, attempt);
  await attempt.server.client.runs.update(runId, { status, endTimeMs: time }, { signal: attempt.signal });
  // Last, so that a server that keeps no files has the status all the same.
  await artifactsMustHaveArrived(entry, attempt);
  attempt.cursor.state.ended = true;
}
