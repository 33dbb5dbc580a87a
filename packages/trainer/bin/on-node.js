#!/usr/bin/env node
// On a node of a cluster, in the unpacked code: installs what that needs, once a node and package-lock.json, and runs the
// command line. Only what comes with Node.js is there before.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const own = '@glyphlab';

/** As `userCacheDir` of @glyphlab/core, which cannot be loaded yet. */
function cacheDir({ GLYPHLAB_CACHE_DIR: given, XDG_CACHE_HOME: xdg } = process.env) {
  if (given || xdg) return given || join(xdg, 'glyphlab');
  return join(homedir(), ...(process.platform === 'darwin' ? ['Library', 'Caches'] : ['.cache']), 'glyphlab');
}

/** Folders with a package.json: the root, and those of the workspaces. */
function packages() {
  const { workspaces } = JSON.parse(fs.readFileSync(join(root, 'package.json'), 'utf8'));
  const folders = workspaces.flatMap((pattern) => {
    const parent = pattern.replace(/\/\*$/, '');
    return fs.readdirSync(join(root, parent)).map((name) => join(parent, name));
  });
  return ['.', ...folders].filter((folder) => fs.existsSync(join(root, folder, 'package.json')));
}

/** What is installed for this package-lock.json: a folder of the same shape as the project, with `node_modules`. */
async function installed() {
  const lockFile = fs.readFileSync(join(root, 'package-lock.json'));
  const key = createHash('sha256').update(lockFile).update(process.versions.modules).digest('hex').slice(0, 16);
  const target = join(cacheDir(), 'code', key);
  fs.mkdirSync(dirname(target), { recursive: true });
  while (!fs.existsSync(target)) {
    if (!lock(`${target}.lock`)) {
      await sleep(500);
      continue;
    }
    try {
      if (!fs.existsSync(target)) install(target);
    } finally {
      fs.rmSync(`${target}.lock`, { force: true });
    }
  }
  return target;
}

function install(target) {
  // Of its own: on storage that machines share, the lock of another machine's process cannot be told from an old one.
  const draft = fs.mkdtempSync(`${target}.`);
  const files = ['package-lock.json', '.npmrc', ...packages().map((folder) => join(folder, 'package.json'))];
  for (const file of files.filter((name) => fs.existsSync(join(root, name)))) {
    fs.mkdirSync(dirname(join(draft, file)), { recursive: true });
    fs.copyFileSync(join(root, file), join(draft, file));
  }
  console.error('Installing what the code needs, once on this node …');
  const { status } = spawnSync('npm', ['ci', '--omit=dev'], { cwd: draft, stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) {
    fs.rmSync(draft, { recursive: true, force: true });
    throw new Error(`npm ci failed in ${draft}.`);
  }
  // Last, so that what is there is whole.
  place(draft, target);
}

/** Another may have been as quick: then that one stays. */
function place(draft, target) {
  try {
    fs.renameSync(draft, target);
  } catch (error) {
    fs.rmSync(draft, { recursive: true, force: true });
    if (!fs.existsSync(target)) throw error;
  }
}

/** @returns false if another process that lives has it */
function lock(file) {
  try {
    fs.writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    try {
      const pid = Number(fs.readFileSync(file, 'utf8'));
      if (pid > 0) process.kill(pid, 0);
    } catch (error) {
      if (error.code === 'ESRCH') fs.rmSync(file, { force: true });
    }
    return false;
  }
}

/** Links what is installed into the code; links to packages of the workspace are copied, so that they lead into the code. */
function link(target) {
  for (const folder of packages()) {
    const from = join(target, folder, 'node_modules');
    const to = join(root, folder, 'node_modules');
    if (!fs.existsSync(from) || fs.existsSync(to)) continue;
    const draft = `${to}.${process.pid}`;
    fs.mkdirSync(draft);
    for (const name of fs.readdirSync(from)) if (name !== own) fs.symlinkSync(join(from, name), join(draft, name));
    if (fs.existsSync(join(from, own))) {
      fs.mkdirSync(join(draft, own));
      for (const name of fs.readdirSync(join(from, own)))
        fs.symlinkSync(fs.readlinkSync(join(from, own, name)), join(draft, own, name));
    }
    place(draft, to);
  }
}

link(await installed());
await import('./glyphlab.js');
