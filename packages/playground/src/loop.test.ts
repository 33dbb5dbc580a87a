import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { userCacheDir } from '@glyphlab/core';
import { temporaryDirectory } from '@glyphlab/core/testing';
import { readPicture } from '@glyphlab/pictures/node';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';

const workspace = fileURLToPath(new URL('../../..', import.meta.url));
const glyphlab = join(workspace, 'packages', 'trainer', 'bin', 'glyphlab.js');

/** A zero with a stroke through it, as some people write it: the network that comes trained reads an eight. */
const ZERO = `<svg xmlns="http://www.w3.org/2000/svg" width="200" height="200"><rect width="100%" height="100%" fill="#f4f2ec"/>
  <path d="M100 50C50 50 50 150 100 150C150 150 150 50 100 50M160 40L40 160" fill="none" stroke="#223" stroke-width="12" stroke-linecap="round"/></svg>`;

const directory = temporaryDirectory();
const kept = temporaryDirectory();
const picture = join(directory, 'zero.png');
let server: ChildProcess;
let url: string;

async function run(...args: string[]): Promise<string> {
  return (await promisify(execFile)(process.execPath, [glyphlab, ...args], { cwd: directory })).stdout;
}

/** What a network says of a picture. */
async function read(image: string, ...model: string[]) {
  return JSON.parse(await run('predict', '--json', '--image', image, ...model)) as { class: string };
}

beforeAll(async () => {
  await sharp(Buffer.from(ZERO)).png().toFile(picture);
  server = spawn(process.execPath, [glyphlab, 'playground', '--keep', kept, '--port', '0'], {
    cwd: directory,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  for await (const line of createInterface(server.stdout!)) {
    url = /http:\S+/.exec(line)?.[0] ?? url;
    if (line.includes('Ctrl-C')) break;
  }
});

afterAll(async () => {
  const ended = once(server, 'exit');
  server.kill('SIGTERM');
  await ended;
  // What was decoded is kept in the user's cache, under the folder's name.
  const cache = join(userCacheDir(), 'datasets', 'image-folder');
  for (const file of readdirSync(cache)) if (file.startsWith(basename(kept))) rmSync(join(cache, file));
});

test('what the page read wrong is kept, trained on, and read right, and what was right stays right', async () => {
  expect(await read(picture)).toMatchObject({ class: '8' });
  const { pixels } = await readPicture(picture, { imageShape: [28, 28, 1], preparation: 'mnist' });
  const response = await fetch(`${url}keep?class=0`, {
    method: 'POST',
    headers: { origin: new URL(url).origin },
    body: Uint8Array.from(pixels),
  });
  const { file, pictures } = (await response.json()) as { file: string; pictures: number };
  expect([response.status, pictures, dirname(file)]).toEqual([200, 1, join(kept, '0')]);
  expect(await read(file)).toMatchObject({ class: '8' });

  const config = join(workspace, 'configs', 'quickstart.yaml');
  const extra = `dataset.extra={ directory: ${kept}, times: 20 }`;
  const gently = ['training.epochs=1', 'training.optimizer.learningRate=0.005'];
  await run('run', '--no-tracking', '--config', config, 'model.from=digits', extra, ...gently);
  const runs = join(directory, '.glyphlab', 'runs');
  const model = ['--model', join(runs, readdirSync(runs)[0]!, 'model')];
  expect(await read(file, ...model)).toMatchObject({ class: '0' });
  expect(await read(picture, ...model)).toMatchObject({ class: '0' });
  const measured = await run('evaluate', ...model, '--dataset', 'mnist-10k', '--json');
  expect((JSON.parse(measured) as { accuracy: number }).accuracy).toBeGreaterThan(0.98);
});
