import { once } from 'node:events';
import { temporaryDirectory } from '@glyphlab/core/testing';
import { beforeEach, expect, test } from 'vitest';
import { sharedLocalServer } from './shared-server.ts';
import { lineOf, runScript } from './testing/processes.ts';
import { testServerUrl } from './testing/index.ts';

let directory: string;
beforeEach(() => void (directory = temporaryDirectory()));

test('the pages are shown until Ctrl-C, at another port if the given one is taken, and shared with a training', async () => {
  const taken = new URL(testServerUrl()).port;
  const ui = runScript('cli.ts', 'ui', '--directory', directory, '--port', taken);
  let output = '';
  ui.stdout!.on('data', (chunk: Buffer) => (output += String(chunk)));
  const [, url] = await lineOf(ui, /(http\S+)\/#\/experiments\?workflowType=machine_learning/);
  expect(output).toContain(`Port ${taken} is taken`);
  expect(await (await fetch(url!)).text()).toContain('MLflow');

  const training = await sharedLocalServer(directory);
  expect(training).toMatchObject({ url, started: false });
  ui.kill('SIGINT');
  expect(await once(ui, 'exit')).toEqual([0, null]);
  expect((await fetch(`${url}/health`)).ok).toBe(true);
  await training.leave();
  await expect(fetch(`${url}/health`)).rejects.toThrow();
});

test.each([
  [['--help'], 0],
  [['frob'], 2],
  [['ui', '--port', 'x'], 2],
  [['install', '--nonsense'], 2],
])('%j ends with %i', async (args, code) => {
  const cli = runScript('cli.ts', ...args);
  cli.stdout!.resume();
  expect(await once(cli, 'exit')).toEqual([code, null]);
});
