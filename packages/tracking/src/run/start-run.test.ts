import { temporaryDirectory } from '@glyphlab/core/testing';
import { expect, test } from 'vitest';
import { readRun, startRun } from '../index.ts';

test('a program starts a run with a name alone, and finds it in its workspace', async () => {
  const workspaceDir = temporaryDirectory();
  const run = await startRun({ experiment: 'digits', params: { learningRate: 0.01 }, server: 'none', workspaceDir });
  for (let epoch = 1; epoch <= 3; epoch++) run.logMetrics({ 'train/loss': 1 / epoch }, epoch);
  const { isTracked } = await run.end('FINISHED');

  expect(isTracked).toBe(false);
  expect(run.directory.startsWith(`${workspaceDir}/.glyphlab/runs/`)).toBe(true);
  const record = await readRun(run.directory);
  expect(record).toMatchObject({ experiment: 'digits', name: 'digits', params: { learningRate: '0.01' } });
});
