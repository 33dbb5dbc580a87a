// Loads a TypeScript file of this workspace from JavaScript that is built once for its content and kept in the user's cache: half the
// time of a loader that reads hundreds of sources. Where it cannot be built or kept, the sources run as they are (docs/adr/0021).
import { createHash } from 'node:crypto';
import { readFileSync, rmSync, utimes } from 'node:fs';
import { findSourceMap, SourceMap } from 'node:module';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { setEnvironmentData } from 'node:worker_threads';

/** @typedef {{ key: string, inputs: string[], entries: Record<string, string> }} Built */

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Under which a thread of ours finds the entries of the program that runs. */
const ENTRIES = 'glyphlab:built';
/** What nobody has touched for long is no longer in use, and is removed when something new is built. */
const TOUCH_EVERY_MS = 600_000;

/**
 * Imports a source file; the whole program from one build, so that each module of it exists once.
 * @param {string} source below the root, as `packages/trainer/src/cli.ts`
 */
export async function loadProgram(source) {
  const built = process.env.GLYPHLAB_SOURCES ? undefined : await findBuilt();
  const file = built?.entries[source];
  if (file !== undefined) {
    mapStacks(dirname(file));
    setEnvironmentData(ENTRIES, built.entries);
    try {
      return await import(pathToFileURL(file).href);
    } catch (error) {
      // A part of it is missing, so nothing of it has run.
      if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
      for (const broken of [dirname(file), join(builtFolder(), 'built.json')])
        rmSync(broken, { recursive: true, force: true });
      setEnvironmentData(ENTRIES, undefined);
    }
  }
  const { register } = await import('tsx/esm/api');
  register();
  return import(pathToFileURL(join(root, source)).href);
}

/**
 * The build of the sources as they are now, made if there is none.
 * @returns {Promise<Built | undefined>} undefined where that does not work
 */
async function findBuilt() {
  try {
    const folder = builtFolder();
    const kept = readBuilt(folder);
    const built = kept ?? (await (await import('./build-program.js')).buildProgram(root, folder, keyOf));
    const touch = () => utimes(join(folder, built.key), new Date(), new Date(), () => undefined);
    touch();
    setInterval(touch, TOUCH_EVERY_MS).unref();
    return built;
  } catch {
    return undefined;
  }
}

/** Of this checkout: the sources name its files. The cache is where `userCacheDir` of @glyphlab/core says, which is TypeScript. */
function builtFolder() {
  const { GLYPHLAB_CACHE_DIR: given, XDG_CACHE_HOME: xdg } = process.env;
  const mac = process.platform === 'darwin';
  const cache = given || join(xdg || join(homedir(), ...(mac ? ['Library', 'Caches'] : ['.cache'])), 'glyphlab');
  return join(cache, 'program', createHash('sha256').update(root).digest('hex').slice(0, 16));
}

/** @returns {Built | undefined} undefined if a file is not what it was when this was built */
function readBuilt(folder) {
  try {
    const built = JSON.parse(readFileSync(join(folder, 'built.json'), 'utf8'));
    const contents = built.inputs.map((file) => [file, readFileSync(join(root, file))]);
    return keyOf(contents) === built.key ? built : undefined;
  } catch {
    return undefined;
  }
}

/** @param {[file: string, content: Uint8Array][]} contents */
function keyOf(contents) {
  const hash = createHash('sha256').update(process.version);
  for (const [file, content] of contents) hash.update(`${file}\0${content.length}\0`).update(content);
  return hash.digest('hex').slice(0, 16);
}

/**
 * Lets stacks name places in the sources. Node's own source maps would be read for all files of all packages as they load (0.1 s);
 * here one is read when a stack is asked for.
 * @param {string} folder of the build
 */
function mapStacks(folder) {
  const maps = new Map();
  const mapOf = (url) => {
    if (!url.startsWith(pathToFileURL(folder).href)) return findSourceMap(url);
    const file = `${fileURLToPath(url)}.map`;
    if (!maps.has(file)) maps.set(file, new SourceMap(JSON.parse(readFileSync(file, 'utf8'))));
    return maps.get(file);
  };
  const inSource = (place, url, line, column) => {
    try {
      const { originalSource, originalLine, originalColumn } = mapOf(url).findEntry(line - 1, column - 1);
      return `${new URL(originalSource, url).href}:${originalLine + 1}:${originalColumn + 1}`;
    } catch {
      // There is no map of it.
      return place;
    }
  };
  Error.prepareStackTrace = (error, frames) => {
    const lines = frames.map((frame) => `\n    at ${frame}`.replace(/(file:\/\/[^\s)]+):(\d+):(\d+)/, inSource));
    return `${Error.prototype.toString.call(error)}${lines.join('')}`;
  };
}
