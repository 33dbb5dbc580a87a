import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, expect, test, vi } from 'vitest';
import { cli, scratch } from '../testing/index.ts';

const config = (text: string): string => {
  const file = join(scratch(), 'experiment.yaml');
  writeFileSync(file, text);
  return file;
};
const good = 'name: good\ndataset: { type: synthetic }\nmodel: { type: cnn }\n';
const wrong = (line: string): string[] => ['run', '--config', config(good + line)];

afterEach(() => vi.unstubAllEnvs());

test.each<[what: string, args: () => string[], says: RegExp]>([
  ['no configuration', () => ['run'], /--config/],
  ['configuration missing', () => ['run', '--config', 'nowhere.yaml'], /nowhere\.yaml/],
  ['configuration a directory', () => ['run', '--config', scratch()], /director|folder/i],
  ['configuration empty', () => ['run', '--config', config('')], /empty/i],
  ['not YAML', () => ['run', '--config', config('a: [1\n')], /not valid YAML/i],
  ['duplicate key', () => wrong('name: again\n'), /name/],
  ['unknown key', () => wrong('trainin: { epochs: 1 }\n'), /Did you mean "training"/],
  ['wrong type', () => wrong('training: { epochs: many }\n'), /training\.epochs/],
  ['epochs 0', () => wrong('training: { epochs: 0 }\n'), /training\.epochs/],
  ['batch 0', () => wrong('training: { batchSize: 0 }\n'), /training\.batchSize/],
  ['learning rate -1', () => wrong('training: { optimizer: { type: sgd, learningRate: -1 } }\n'), /learningRate/],
  ['learning rate NaN', () => wrong('training: { optimizer: { type: sgd, learningRate: .nan } }\n'), /learningRate/],
  [
    'neither of two kinds of values',
    () => ['run', '--config', config(good.replace('cnn', 'cnn, pooling: none'))],
    /model\.pooling\s+Expected true or false, or a list\. Received: "none"\./,
  ],
  [
    'an entry of a list',
    () => ['run', '--config', config(good.replace('cnn', 'cnn, kernelSize: [3, x]'))],
    /model\.kernelSize\s+Entry 2: Expected a (whole )?number\. Received: "x"\./,
  ],
  [
    'too large, where a list would do too',
    () => ['run', '--config', config(good.replace('cnn', 'cnn, kernelSize: 99'))],
    /model\.kernelSize\s+Expected at most 15\. Received: 99\./,
  ],
  ['unknown optimizer', () => wrong('training: { optimizer: { type: adm } }\n'), /"adam"/],
  ['unknown dataset', () => ['run', '--config', config(good.replace('synthetic', 'mnits'))], /"mnist"/],
  ['unknown model', () => ['run', '--config', config(good.replace('cnn', 'cnm'))], /"cnn"/],
  [
    'extends itself',
    () => ['run', '--config', config('extends: experiment.yaml\n')],
    /experiment\.yaml → |cycle|itself/i,
  ],
  ['--set without =', () => [...wrong(''), '--set', 'training.epochs'], /training\.epochs/],
  ['unknown option', () => ['run', '--confg', 'x'], /--config/],
  ['unknown command', () => ['rnu'], /run/],
  ['unknown run to resume', () => ['run', '--resume', 'nothing'], /nothing/],
  ['a model that is not there', () => ['evaluate', '--model', 'nowhere', '--dataset', 'mnist-10k'], /model\.json/],
  [
    'a format that is none',
    () => ['export', '--model', 'x', '--out', 'y', '--format', 'onxx'],
    /onnx, tfjs, savedmodel/,
  ],
  [
    'a model to export that is not there',
    () => ['export', '--model', 'x', '--out', 'y', '--format', 'onnx'],
    /model\.json/,
  ],
  [
    'a folder to export to that is not empty',
    () => ['export', '--model', 'x', '--out', import.meta.dirname, '--format', 'onnx'],
    /not empty[^]*--force/,
  ],
  ['an unknown dataset to evaluate', () => ['evaluate', '--model', 'x', '--dataset', 'mnits'], /"mnist"/],
  [
    'a batch size that is none',
    () => ['evaluate', '--model', 'x', '--dataset', 'mnist', '--batch-size', '-1'],
    /--batch-size/,
  ],
])('%s', async (_, args, says) => {
  const workspace = scratch();
  const { exitCode, stdout, stderr } = await cli(args(), workspace);
  expect(stderr).toMatch(says);
  expect(stderr).not.toMatch(/\n {4}at /);
  expect(exitCode).toBe(2);
  expect(stdout).toBe('');
  expect(readdirSync(workspace)).toEqual([]);
});

/** The first bytes of an IDX file: magic number and sizes. */
const idx = (magic: number, ...sizes: number[]): Buffer => {
  const header = Buffer.alloc(4 * (1 + sizes.length));
  [magic, ...sizes].forEach((value, k) => header.writeUInt32BE(value, 4 * k));
  return header;
};
const IMAGES = 0x803;
const LABELS = 0x801;
const image = Buffer.alloc(784);

test.each<[what: string, files: Partial<Record<'images' | 'labels', Buffer>>, says: RegExp]>([
  ['truncated', { images: gzipSync(idx(IMAGES, 2, 28, 28)) }, /train-images/],
  ['not gzip', { images: Buffer.from('hello') }, /train-images/],
  ['wrong magic number', { images: gzipSync(Buffer.concat([idx(0x999, 1, 28, 28), image])) }, /magic/i],
  ['fewer labels than images', { images: gzipSync(Buffer.concat([idx(IMAGES, 2, 28, 28), image, image])) }, /label/],
  ['label out of range', { labels: gzipSync(Buffer.concat([idx(LABELS, 1), Buffer.of(10)])) }, /label/],
])('data file %s', async (_, files, says) => {
  const data = scratch();
  mkdirSync(join(data, 'mnist'));
  for (const part of ['train', 't10k']) {
    const images = files.images ?? gzipSync(Buffer.concat([idx(IMAGES, 1, 28, 28), image]));
    const labels = files.labels ?? gzipSync(Buffer.concat([idx(LABELS, 1), Buffer.of(3)]));
    writeFileSync(join(data, 'mnist', `${part}-images-idx3-ubyte.gz`), images);
    writeFileSync(join(data, 'mnist', `${part}-labels-idx1-ubyte.gz`), labels);
  }
  vi.stubEnv('GLYPHLAB_DATA_DIR', data);
  const { exitCode, stderr } = await cli([
    'run',
    '--no-tracking',
    '--config',
    config(good.replace('synthetic', 'mnist')),
  ]);
  expect(stderr).toMatch(says);
  expect(stderr).not.toMatch(/\n {4}at /);
  expect(exitCode).toBe(2);
});

test('MLFLOW_TRACKING_URI malformed', async () => {
  vi.stubEnv('MLFLOW_TRACKING_URI', 'not a server');
  const { exitCode, stderr } = await cli(wrong(''));
  expect(stderr).toMatch(/MLFLOW_TRACKING_URI/);
  expect(exitCode).toBe(2);
});

test('--help has examples and ends with 0', async () => {
  for (const command of ['run', 'evaluate', 'predict', 'export', 'register', 'promote', 'sync']) {
    const { exitCode, stdout } = await cli([command, '--help']);
    expect(stdout).toMatch(/Examples:\n {2}\S/);
    expect(exitCode).toBe(0);
  }
});
