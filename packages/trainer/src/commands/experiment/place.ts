import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { InputError, withoutUserInfo } from '@glyphlab/core';
import {
  CodePackage,
  type ExperimentSet,
  type Launcher,
  LocalLauncher,
  MEMBER_MODEL,
  type MemberCommand,
  placesOn,
  RayClient,
  RayLauncher,
  type SentFolder,
} from '@glyphlab/experiments';
import { memberCommand, projectDir, rayMemberCommand } from './member-process.ts';

export interface PlaceOptions {
  on: string;
  address?: string;
  code?: string;
  shared?: boolean;
  tracking: boolean;
}

interface Use {
  /** The project's `glyphlab.config.ts`, if there is one. */
  projectFile: string | undefined;
  /** False if nothing will be trained, so that nobody needs to be asked. */
  isUsed: boolean;
  onMessage: (text: string) => void;
}

/** Where a job, in its working directory, has the folder of the project's kinds. */
const SENT_PROJECT = 'glyphlab-project';

/** Where the members of a set run. */
export interface Place {
  launcher: Launcher;
  command: MemberCommand;
  /** Members that have room side by side. */
  places: number;
  /** The options that mean this place, to be typed again. */
  options: string;
  close(): Promise<void>;
}

/**
 * The place that `--on` names.
 *
 * @throws InputError if an option is wrong or missing; GlyphlabError if Ray is not there or has no room for a member
 */
export async function findPlace(
  options: PlaceOptions,
  set: ExperimentSet,
  workspace: string,
  use: Use,
): Promise<Place> {
  const directory = join(workspace, '.glyphlab', 'experiments', set.name);
  if (options.on === 'ray') return rayPlace(options, set, workspace, join(directory, 'relayed'), use);
  if (options.on !== 'local')
    throw new InputError('EXPERIMENT_NO_PLACE', `Members run on "local" or "ray". Received: "${options.on}".`, {
      where: '--on',
    });
  for (const name of ['address', 'code', 'shared'] as const)
    if (options[name] !== undefined)
      throw new InputError('EXPERIMENT_NOT_REMOTE', `--${name} is for a cluster.`, {
        where: `--${name}`,
        hint: 'Add --on ray.',
      });
  return {
    launcher: new LocalLauncher(directory, workspace),
    command: memberCommand(options),
    places: Math.max(1, Math.floor(availableParallelism() / set.threads)),
    options: '',
    close: async () => {},
  };
}

async function rayPlace(
  { address = process.env['RAY_API_SERVER_ADDRESS'], code, shared = false, tracking }: PlaceOptions,
  set: ExperimentSet,
  workspace: string,
  relayDirectory: string,
  { isUsed, projectFile, onMessage }: Use,
): Promise<Place> {
  if (!import.meta.url.endsWith('.ts'))
    throw new InputError('RAY_NEEDS_A_CLONE', 'Members reach a cluster from a clone of the repository only.', {
      where: '--on',
      hint: 'Clone it and start the set there; GLYPHLAB_PROJECT names the glyphlab.config.ts of your project.',
    });
  if (address === undefined)
    throw new InputError('RAY_NO_ADDRESS', 'The address of Ray’s dashboard is missing.', {
      where: '--address',
      hint: 'Give --address http://head:8265, or set RAY_API_SERVER_ADDRESS.',
    });
  const client = new RayClient(address);
  const { resources } = set;
  const where = shared ? { cwd: workspace } : { relayDirectory };
  // Where the workspace is shared, so is most likely what runs from there.
  const codeDir = code ?? (shared ? projectDir : undefined);
  const project = projectOnNodes(projectFile, { shared, codeDir });
  const env = { ...memberEnvironment(tracking, isUsed), ...project.env };
  const folders = [...(codeDir === undefined ? [{ from: projectDir, to: '.' }] : []), ...project.folders];
  const codePackage = folders.length > 0 ? { code: new CodePackage(folders, client) } : {};
  try {
    if (isUsed && !shared) checkPaths(set);
    const size = isUsed ? codePackage.code?.checkSize() : undefined;
    if (size !== undefined) onMessage(size);
    return {
      launcher: new RayLauncher({ client, set: set.name, resources, env, onMessage, ...where, ...codePackage }),
      command: rayMemberCommand({ tracking, shared, code: codeDir }),
      places: isUsed ? await placesOn(client, resources) : 1,
      options: [` --on ray --address ${client.address}`, shared && ' --shared', code && ` --code ${code}`]
        .filter(Boolean)
        .join(''),
      close: client.close,
    };
  } catch (error) {
    await client.close();
    throw error;
  }
}

/**
 * How a node finds the project's kinds: on storage that it shares, in the code that it has or is sent, or in a folder of their own
 * that is sent beside the code.
 */
function projectOnNodes(
  file: string | undefined,
  { shared, codeDir }: { shared: boolean; codeDir: string | undefined },
): { env: Record<string, string>; folders: SentFolder[] } {
  if (file === undefined) return { env: {}, folders: [] };
  const at = (path: string) => ({ GLYPHLAB_PROJECT: path });
  if (shared) return { env: at(file), folders: [] };
  const inCode = relative(projectDir, file);
  if (!inCode.startsWith('..')) return { env: at(join(codeDir ?? '.', inCode)), folders: [] };
  return {
    env: at(join(SENT_PROJECT, basename(file))),
    folders: [{ from: dirname(file), to: SENT_PROJECT }],
  };
}

/**
 * Members run in a temporary folder of a node, which looks for relative paths of data below its own GLYPHLAB_DATA_DIR, and for a
 * model's where it runs.
 */
function checkPaths({ members }: ExperimentSet): void {
  const refuse = (where: string, path: string, orWhat: string): never => {
    throw new InputError(
      'RAY_NO_PATH',
      `No node can find "${path}": the path starts from the working directory here.`,
      {
        where,
        hint: `Give its full path on the nodes${orWhat}.`,
      },
    );
  };
  for (const { name, config } of members) {
    const { directory, file } = config.dataset as { directory?: unknown; file?: unknown };
    for (const [key, path] of Object.entries({ directory, file })) {
      if (typeof path !== 'string' || isAbsolute(path) || process.env['GLYPHLAB_DATA_DIR']) continue;
      refuse(`${name} › dataset.${key}`, path, ', or set GLYPHLAB_DATA_DIR to the folder that holds it there');
    }
    const models: Record<string, string | undefined> = { 'model.from': config.model.from };
    config.training.distill?.teachers.forEach((teacher, k) => (models[`training.distill.teachers.${k}`] = teacher));
    const taught = config.training.distill?.teachers.find((teacher) => teacher.startsWith(MEMBER_MODEL));
    if (taught !== undefined)
      throw new InputError('RAY_NO_TEACHER', 'A node cannot read what another member of the set has made.', {
        where: `${name} › training.distill.teachers`,
        hint: 'Give --shared, on storage that all nodes see, or train teachers first and name their models in MLflow.',
      });
    // What is not here may be a name: of the zoo, in MLflow.
    for (const [key, model] of Object.entries(models)) {
      if (model !== undefined && !isAbsolute(model) && existsSync(resolve(model)))
        refuse(`${name} › ${key}`, model, ', or its name in MLflow');
    }
  }
}

/** Of the settings here those that mean something elsewhere. Passwords stay: Ray shows to everyone what a job is given. */
export function memberEnvironment(tracking: boolean, isUsed: boolean): Record<string, string> {
  const uri = process.env['MLFLOW_TRACKING_URI'];
  if (tracking && !uri && isUsed)
    throw new InputError('RAY_NO_MLFLOW', 'Members on a cluster need to know where the MLflow server is.', {
      where: 'MLFLOW_TRACKING_URI',
      hint: 'Set it to an address that the nodes reach, as http://tracker:5000; or give --no-tracking.',
    });
  const passed = [
    'MLFLOW_TRACKING_URI',
    'GLYPHLAB_DATA_DIR',
    'GLYPHLAB_CACHE_DIR',
    'GLYPHLAB_BF16',
    'TF_ENABLE_ONEDNN_OPTS',
  ];
  const given = passed.flatMap((name) =>
    process.env[name] ? [[name, withoutUserInfo(process.env[name])] as const] : [],
  );
  // Ray kills what did not end this many seconds after it was asked; of itself it waits 3, too few to end a run in order.
  return { ...Object.fromEntries(given), RAY_JOB_STOP_WAIT_TIME_S: '30' };
}

/** As a person types it. */
export const commandLineOf = (set: ExperimentSet, workspace: string, parallel: number, place: Place): string =>
  `npx glyphlab experiment --file ${relative(workspace, set.file)} --parallel ${parallel}${place.options}`;
