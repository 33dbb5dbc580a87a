import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { experimentJsonSchema, loadExperiment } from '@glyphlab/config';
import { expect, test } from 'vitest';
import { ownKinds } from './registry.ts';
import { runInScratch } from '../testing/index.ts';

const configs = new URL('../../../../configs/', import.meta.url).pathname;
const files = readdirSync(configs, { recursive: true, encoding: 'utf8' }).filter((file) =>
  /^(?!base).*\.ya?ml$/.test(file),
);

test('configs are found', () => {
  expect(files).toContain('quickstart.yaml');
  expect(files).toContain(join('debug', 'overfit.yaml'));
});

test('the schema for editors is that of the code: nx run trainer:schema', () => {
  const kept = JSON.parse(readFileSync(join(configs, 'experiment.schema.json'), 'utf8')) as unknown;
  expect(kept).toEqual(JSON.parse(JSON.stringify(experimentJsonSchema(ownKinds))));
});

test.each(files)('%s says what it is, and trains', async (file) => {
  const text = readFileSync(join(configs, file), 'utf8');
  expect(text).toMatch(/^# yaml-language-server: \$schema=\S*experiment\.schema\.json\n# \S/);
  const config = loadExperiment(join(configs, file), { registry: ownKinds });
  const numClasses = config.dataset.type === 'emnist-balanced' ? 47 : 10;
  const side = config.model.type === 'efficientnet-lite' ? 64 : 28;
  // One epoch on few and simple images, on the backend that the tests use: all else is as configured.
  const small = [
    `dataset={ type: synthetic, size: 94, numClasses: ${numClasses}, height: ${side}, width: ${side} }`,
    'training.epochs=1',
    'training.backend=tensorflow',
    // What it starts from may have to be downloaded.
    ...(config.model.from === undefined ? [] : ['model.from=null']),
    ...(config.training.freeze === undefined ? [] : ['training.freeze=null']),
    ...('warmupEpochs' in config.training.schedule ? ['training.schedule.warmupEpochs=0'] : []),
  ];
  const { exitCode, journal, stderr } = await runInScratch([
    '--config',
    join(configs, file),
    ...small.flatMap((set) => ['--set', set]),
  ]);
  expect(stderr).not.toMatch(/Error/);
  expect(exitCode).toBe(0);
  const metrics = journal.filter(({ type }) => type === 'metrics').map(({ values }) => values);
  expect(metrics).toContainEqual(
    expect.objectContaining({ 'train/loss': expect.any(Number), 'val/accuracy': expect.any(Number) }),
  );
  expect(journal.at(-1)).toMatchObject({ type: 'ended', status: 'FINISHED' });
});
