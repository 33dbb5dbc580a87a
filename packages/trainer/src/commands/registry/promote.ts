import { ExitCode } from '@glyphlab/core/command-line';
import { isMlflowError, type MlflowClient, type ModelVersion } from '@glyphlab/mlflow-client';
import { checkAlias, checkModelName } from '@glyphlab/mlflow-client/limits';
import { connectServer, moveAlias, registerVersion } from '@glyphlab/tracking/registry';
import { compareResults, type Result, resultOf, resultTable } from './compare-results.ts';
import { findCandidate } from './find-candidate.ts';
import { terminal } from '../../project/terminal.ts';
import { workspaceDir } from '../../project/workspace.ts';

export interface RegisterOptions {
  run: string;
  name: string;
  alias?: string;
  json?: boolean;
}

export interface PromoteOptions extends RegisterOptions {
  alias: string;
  force?: boolean;
}

/** Makes the model of a run a version of a registered model, and gives it the alias if one is named. */
export async function registerRun({ run, name, alias, json }: RegisterOptions): Promise<ExitCode> {
  checkModelName(name);
  if (alias !== undefined) checkAlias(alias);
  const server = await connectServer(workspaceDir(), terminal.onMessage);
  try {
    const { run: found, modelId } = await findCandidate(server, run);
    const { version, isNew } = await registerVersion(server.client, { name, modelId, runId: found.runId });
    if (alias !== undefined) await giveTo(server.client, { name, alias, version: version.version });
    if (json) print({ name, version: version.version, alias: alias ?? null, isNew });
    else {
      const also = alias === undefined ? '' : `, ${name}@${alias}`;
      process.stdout.write(`models:/${name}/${version.version}${also}${isNew ? '' : ' (it was registered before)'}\n`);
    }
    return ExitCode.done;
  } finally {
    await server.stop();
  }
}

/**
 * Gives an alias to the model of a run, unless the version that has it now did better on the same test images.
 * @returns 1 if it is refused
 */
export async function promote({ run, name, alias, force = false, json = false }: PromoteOptions): Promise<ExitCode> {
  checkModelName(name);
  checkAlias(alias);
  const server = await connectServer(workspaceDir(), terminal.onMessage);
  const { client } = server;
  try {
    const candidate = await findCandidate(server, run);
    const holder = (await client.registeredModels.get(name)) && (await client.registeredModels.getByAlias(name, alias));
    const isHolder = holder?.source === `models:/${candidate.modelId}`;
    const own = resultOf(candidate.run);
    const champion = holder && (await resultOfVersion(client, holder));
    const verdict = isHolder ? { accepted: true, reason: 'It was so before.' } : compareResults(own, champion);
    const done = verdict.accepted || force;
    let version = holder?.version;
    if (done && !isHolder) {
      const registered = await registerVersion(client, {
        name,
        modelId: candidate.modelId,
        runId: candidate.run.runId,
      });
      version = registered.version.version;
      await giveTo(client, { name, alias, version });
    }
    const { reason } = verdict;
    const outcome = { promoted: done, reason, name, alias, version, previous: holder?.version };
    if (json) print({ ...outcome, candidate: own, champion });
    else {
      const present = champion ? [[`${name}@${alias}, version ${holder.version}`, champion] as const] : [];
      process.stdout.write(resultTable([['candidate', own], ...present]));
      process.stdout.write(
        done ? `${name}@${alias} is version ${version} now. ${reason}\n` : `Not promoted. ${reason}\n`,
      );
      if (!done) terminal.onMessage('To promote it anyway, use --force.');
    }
    return done ? ExitCode.done : ExitCode.failed;
  } finally {
    await server.stop();
  }
}

const giveTo = (client: MlflowClient, place: { name: string; alias: string; version: string }): Promise<void> =>
  moveAlias(client, { ...place, atMs: Date.now() });

const print = (value: object): void => void process.stdout.write(`${JSON.stringify(value)}\n`);

/** What the run of a version reached; nothing is known of one whose run is gone, or that was made of files. */
async function resultOfVersion(client: MlflowClient, { name, version, runId }: ModelVersion): Promise<Result> {
  const run =
    runId === undefined
      ? undefined
      : await client.runs.get(runId).catch((error: unknown) => {
          if (!isMlflowError(error, 'RESOURCE_DOES_NOT_EXIST')) throw error;
          return undefined;
        });
  if (run) return resultOf(run);
  return { run: { id: '', name: `${name} ${version}` }, accuracy: undefined, loss: undefined, testData: undefined };
}
