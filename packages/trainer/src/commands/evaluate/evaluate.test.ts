import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeSavedModel } from '@glyphlab/saved-model/testing';
import { beforeAll, expect, test } from 'vitest';
import { cli, digitsRun, glyphlab, scratch } from '../../testing/index.ts';

interface Measured {
  loss: number;
  accuracy: number;
  count: number;
}

let model: string;

beforeAll(async () => {
  model = join((await digitsRun()).run, 'model');
});

async function measure(...models: string[]): Promise<Measured> {
  const { exitCode, stdout, stderr } = await cli([
    'evaluate',
    '--dataset',
    'mnist-10k',
    '--json',
    '--model',
    ...models,
  ]);
  expect(exitCode, stderr).toBe(0);
  return JSON.parse(stdout) as Measured;
}

test('several models are measured by the mean of their probabilities', async () => {
  const [own, zoo, twice, both] = [
    await measure(model),
    await measure('digits'),
    await measure(model, model),
    await measure(model, 'digits'),
  ];
  expect(twice.loss).toBeCloseTo(own.loss, 5);
  expect(twice.accuracy).toBe(own.accuracy);
  // −log of a mean is at most the mean of −log (Jensen), and these two do not agree.
  expect(both.loss).toBeLessThan((own.loss + zoo.loss) / 2);
  expect(both.loss).not.toBeCloseTo(own.loss, 4);
  expect(both.count).toBe(own.count);
});

test('each of them must fit the dataset', async () => {
  const { exitCode, stderr } = await cli(['evaluate', '--dataset', 'synthetic', '--model', 'digits', model]);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('MODEL_DOES_NOT_FIT');
});

test('batch norms of a saved model are part of its convolutions', async () => {
  const graphs = scratch();
  const args = ['evaluate', '--dataset', 'mnist-10k', '--batch-size', '100', '--model', model];
  const { code, stderr } = await glyphlab(scratch(), args, { TFJS_GRAPH_DIR: graphs });
  expect(code, stderr).toBe(0);
  const ops = readdirSync(graphs).flatMap((file) =>
    decodeSavedModel(readFileSync(join(graphs, file))).map(({ op }) => op),
  );
  expect(ops).toContain('Softmax');
  expect(ops.filter((op) => op.includes('BatchNorm'))).toEqual([]);
});
