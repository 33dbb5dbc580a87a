import { existsSync, readFileSync } from 'node:fs';
import { register } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { getEnvironmentData } from 'node:worker_threads';
import { withKinds } from '@glyphlab/config';
import { ConfigError } from '@glyphlab/core';
import { type Kinds, ownKinds } from './registry.ts';

/** What configurations can name here: ours, and what the project's file adds. */
export interface Project {
  kinds: Kinds;
  /** The `glyphlab.config.ts`, if there is one. */
  file: string | undefined;
}

const names = ['ts', 'mts', 'js', 'mjs'].map((extension) => `glyphlab.config.${extension}`);

/** In a run's folder: which project's kinds it is made of, wherever that lies. */
export const PROJECT_FILE = 'glyphlab-project.json';

/**
 * The project of a file or folder: of the nearest `glyphlab.config.ts` upward from the first of the places that has one, ours alone
 * if none has. The environment variable GLYPHLAB_PROJECT names another.
 *
 * @throws ConfigError PROJECT_BROKEN if it does not load, PROJECT_INVALID if it does not export kinds, or a name is taken
 */
export async function loadProject(...places: readonly string[]): Promise<Project> {
  const named = process.env['GLYPHLAB_PROJECT'];
  const file = named ? resolve(named) : places.map(findProjectFile).find((found) => found !== undefined);
  if (file === undefined) return { kinds: ownKinds, file };
  let project = loaded.get(file);
  if (!project) loaded.set(file, (project = importProject(file)));
  return project;
}

const loaded = new Map<string, Promise<Project>>();

function findProjectFile(place: string): string | undefined {
  for (let dir = resolve(place); ; dir = dirname(dir)) {
    const pointer = join(dir, PROJECT_FILE);
    const pointed = existsSync(pointer) ? projectOfRun(pointer) : undefined;
    const found = pointed ?? names.map((name) => join(dir, name)).find(existsSync);
    if (found !== undefined || dir === dirname(dir)) return found;
  }
}

function projectOfRun(pointer: string): string | undefined {
  try {
    const { glyphlabProject } = JSON.parse(readFileSync(pointer, 'utf8')) as { glyphlabProject?: unknown };
    return typeof glyphlabProject === 'string' && existsSync(glyphlabProject) ? glyphlabProject : undefined;
  } catch {
    return undefined;
  }
}

async function importProject(file: string): Promise<Project> {
  await shareLibraries();
  let exported: { default?: unknown };
  try {
    exported = (await import(pathToFileURL(file).href)) as { default?: unknown };
  } catch (cause) {
    const { name, message, stack } = cause as Error;
    const place = stack
      ?.split('\n')
      .find((line) => line.includes(dirname(file)))
      ?.trim();
    throw new ConfigError(
      'PROJECT_BROKEN',
      `The project does not load. ${name}: ${message}${place ? `\n${place}` : ''}`,
      {
        where: file,
        hint: 'Fix it, or run from outside the project’s folder.',
        cause,
      },
    );
  }
  const kinds = exported.default;
  if (typeof kinds !== 'object' || kinds === null)
    throw new ConfigError('PROJECT_INVALID', 'The file has no default export.', {
      where: file,
      hint: 'Write: export default defineProject({ models: [myNet] });',
    });
  return { kinds: withKinds(ownKinds, { from: file, kinds }), file };
}

let isShared = false;

/**
 * A project outside of ours need not have installed what it imports from us: it gets our packages, and the very tfjs and zod that we
 * use. Two copies of them would not understand each other's tensors and schemas.
 */
async function shareLibraries(): Promise<void> {
  if (isShared) return;
  isShared = true;
  const ours = new URL('../../', import.meta.url);
  // Of the build that this process runs from, if it does (bin/load-program.js). Neither that nor what is published brings a loader,
  // and a person's own TypeScript needs one on some Nodes.
  const built = getEnvironmentData('glyphlab:built');
  if (built !== undefined || !import.meta.url.endsWith('.ts')) (await import('tsx/esm/api')).register();
  register(new URL('bin/project-hooks.js', ours), {
    data: { base: fileURLToPath(new URL('package.json', ours)), built },
  });
}
