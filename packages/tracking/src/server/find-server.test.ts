import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '@glyphlab/core/testing';
import { expect, test } from 'vitest';
// It starts a server.
import '@glyphlab/mlflow-server/testing';
import { connectServer, findServer } from './find-server.ts';
import { openRun } from '../run/open-run.ts';
import { planServer } from './server-choice.ts';
import { syncRuns } from '../sync/sync.ts';

test('the plan follows the choice, then MLFLOW_TRACKING_URI', () => {
  expect(planServer('none', { MLFLOW_TRACKING_URI: 'http://a' })).toEqual({ kind: 'none' });
  expect(planServer('http://b', { MLFLOW_TRACKING_URI: 'http://a' })).toEqual({ kind: 'url', url: 'http://b' });
  expect(planServer('auto', { MLFLOW_TRACKING_URI: 'http://a' })).toEqual({ kind: 'url', url: 'http://a' });
  expect(planServer('auto', { MLFLOW_TRACKING_URI: '' })).toEqual({ kind: 'find' });
  expect(() => planServer('auto', { MLFLOW_TRACKING_URI: 'databricks' })).toThrow(
    expect.objectContaining({ code: 'TRACKING_BAD_SERVER', where: 'MLFLOW_TRACKING_URI', kind: 'wrongInput' }),
  );
});

test('a server given by its address is named without credentials', async () => {
  const plan = planServer('http://user:secret@127.0.0.1:9/mlflow/');
  const server = (await findServer({ server: plan, workspaceDir: '/' }, () => undefined))!;
  expect(server.identity).toBe('http://127.0.0.1:9/mlflow');
  expect(server.pageOf('1', 'a')).toBe(
    'http://127.0.0.1:9/mlflow/#/experiments/1/runs/a?workflowType=machine_learning',
  );
  await server.stop();
});

test('without Python the run stays in its journal, and a message says that it waits', async () => {
  const directory = temporaryDirectory();
  const messages: string[] = [];
  const env = { PATH: directory, GLYPHLAB_CACHE_DIR: directory };
  const place = { server: { kind: 'find' as const }, workspaceDir: directory };
  expect(await findServer(place, (text, code) => messages.push(`${text} (${code})`), { env })).toBeUndefined();
  expect(messages.join('\n')).toContain('(RUNS_WAITING)');
  expect(messages.join('\n')).toContain('MLFLOW_NO_PYTHON');
});

test('a private server is started while the run goes on, and is gone after it', async () => {
  const directory = temporaryDirectory();
  const workspaceDir = join(directory, 'workspace');
  const before = process.env['MLFLOW_TRACKING_URI'];
  delete process.env['MLFLOW_TRACKING_URI'];
  try {
    const run = await openRun({ runsDir: directory, workspaceDir, experiment: 'private', runName: 'run' });
    run.logMetrics({ loss: 1 }, 1);
    const end = await run.end('FINISHED');
    expect(end).toMatchObject({ delivered: true, openWith: 'npx @glyphlab/mlflow-server ui' });
    expect(end.url).toMatch(/^http:\/\/127\.0\.0\.1:5000\/#\/experiments\/1\/runs\/[0-9a-f]{32}/);
    // The server writes this file as long as it lives.
    expect(readdirSync(join(workspaceDir, '.mlflow'))).toContain('mlflow.db');
    expect(readdirSync(join(workspaceDir, '.mlflow'))).not.toContain('server.json');
    const messages: string[] = [];
    const again = await connectServer(workspaceDir, (text) => messages.push(text));
    expect(await again.client.experiments.getByName('private')).toBeDefined();
    await again.stop();
    expect(messages).toEqual([expect.stringContaining('Starting')]);
    expect(readdirSync(join(workspaceDir, '.mlflow'))).not.toContain('server.json');
    await expect(connectServer(directory, () => undefined)).rejects.toMatchObject({ code: 'TRACKING_NO_SERVER' });
    const page = {
      url: expect.stringContaining('http://127.0.0.1:5000/#/') as string,
      openWith: 'npx @glyphlab/mlflow-server ui',
    };
    expect(await syncRuns({ runsDir: directory, workspaceDir })).toMatchObject([{ state: 'complete', ...page }]);
  } finally {
    if (before !== undefined) process.env['MLFLOW_TRACKING_URI'] = before;
  }
}, 120_000);
