import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Tree } from '@nx/devkit';
import { createTree } from '@nx/devkit/testing';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { generateKind } from './generate-kind.ts';
import { generateModel } from './generate-model.ts';
import { ScratchWorkspace } from './testing/scratch-workspace.ts';

const workspace = join(import.meta.dirname, '../../..');

/** Layers of networks that a person may put in place of the generated one. */
const others = {
  vgg: 'conv(16), conv(16), pool(), conv(32), conv(32), pool(), tf.layers.flatten(), dense(64), drop',
  perceptron: 'tf.layers.flatten(), dense(64), dense(64)',
};

describe('refused, with nothing written', () => {
  /** In memory, with the files of this workspace that the generator reads. */
  function workspaceTree(): Tree {
    const tree = createTree();
    for (const file of [
      'packages/trainer/src/project/registry.ts',
      'packages/models/cnn/package.json',
      'configs/quickstart.yaml',
      'packages/evaluation/src/metrics/kinds.ts',
      'packages/training/src/callbacks/kinds.ts',
      'packages/training/src/callbacks/monitored-metric.ts',
      'packages/nn/src/losses/kinds.ts',
      'packages/data/src/kinds.ts',
    ]) {
      tree.write(file, readFileSync(join(workspace, file)));
    }
    return tree;
  }

  test.each([
    ['Wide Net', /"Wide Net"[^]*Did you mean "wide-net"\?/],
    ['class', /"class"[^]*has a meaning already/],
    ['cnn', /"cnn"[^]*already/],
    ['quickstart', /"quickstart"[^]*configs\/quickstart\.yaml already exists/],
  ])('%s', async (name, message) => {
    const tree = workspaceTree();
    const before = tree.listChanges();
    await expect(generateModel(tree, { name })).rejects.toThrow(message);
    expect(tree.listChanges()).toEqual(before);
  });

  test.each([
    ['metric', 'macro-f1', /"macroF1" is taken/],
    ['metric', 'accuracy', /"accuracy" is taken/],
    ['metric', 'Wide Net', /Did you mean "wide-net"/],
    ['callback', 'early-stopping', /early-stopping/],
    ['callback', 'monitored-metric', /monitored-metric\.ts already exists/],
    ['loss', 'class-weights', /"classWeights" is taken/],
    ['loss', 'class', /Add a word: class-loss/],
    ['dataset', 'mnist', /"mnist" is taken/],
    ['dataset', 'quickstart', /configs\/quickstart\.yaml already exists/],
  ] as const)('%s %s', async (what, name, message) => {
    const tree = workspaceTree();
    const before = tree.listChanges();
    await expect(generateKind(tree, what, { name })).rejects.toThrow(message);
    expect(tree.listChanges()).toEqual(before);
  });

  test('a registry that is no longer as the generator knows it', async () => {
    const tree = workspaceTree();
    tree.write('packages/trainer/src/project/registry.ts', 'export const nets = new Map();\n');
    await expect(generateModel(tree, { name: 'wide-net' })).rejects.toThrow(/registry\.ts: expected a line/);
  });
});

describe('in a copy of the workspace', () => {
  let scratch: ScratchWorkspace;
  beforeAll(() => void (scratch = new ScratchWorkspace()), 60_000);
  afterAll(() => scratch.remove());

  test('a model is generated, passes all checks, and trains', { timeout: 300_000 }, () => {
    const generated = scratch.run('npx', 'nx', 'generate', '@glyphlab/generators:model', 'wide-net');
    expect(generated).toMatchObject({ status: 0 });
    expect(generated.output).toContain('CREATE packages/models/wide-net/src/wide-net.ts');
    expect(generated.output).toContain('UPDATE packages/trainer/src/project/registry.ts');

    const checks = ['-t', 'lint', 'typecheck', 'test', '-p', 'model-wide-net', '--outputStyle=static'];
    expect(scratch.run('npx', 'nx', 'run-many', ...checks)).toMatchObject({ status: 0 });
    expect(scratch.run('npx', 'nx', 'sync:check')).toMatchObject({ status: 0 });
    const written = ['packages/models/wide-net', 'packages/trainer', 'configs', 'tsconfig.json'];
    expect(scratch.run('npx', 'prettier', '--check', ...written)).toMatchObject({ status: 0 });
    // As `npm ci` would say.
    expect(scratch.run('npm', 'ls', '--package-lock-only', '--offline', '@glyphlab/model-wide-net')).toMatchObject({
      status: 0,
    });

    const few = ['--set', 'dataset.limit=200', '--set', 'training.epochs=1'];
    const run = ['run', '--no-tracking', '--config', 'configs/wide-net.yaml', ...few];
    const trained = scratch.run('node', 'packages/trainer/bin/glyphlab.js', ...run);
    expect(trained).toMatchObject({ status: 0 });
    expect(trained.output).toMatch(/wide-net: 50,474 parameters/);
    expect(trained.output).toMatch(/Test accuracy/);
  });

  test('its test passes with other networks in it: a plain VGG, a perceptron', { timeout: 120_000 }, () => {
    const root = join(scratch.root, 'packages/models/wide-net/src');
    onTestFinished(() => Object.keys(others).forEach((name) => rmSync(join(root, name), { recursive: true })));
    const generated = readdirSync(root);
    for (const [name, layers] of Object.entries(others)) {
      for (const file of generated) cpSync(join(root, file), join(root, name, file));
      writeFileSync(
        join(root, name, 'wide-net.ts'),
        `import type { BuildModel } from '@glyphlab/nn';
         import * as tf from '@tensorflow/tfjs';
         import type { options } from './options.ts';
         const activation = 'relu', padding = 'same';
         const conv = (filters: number) => tf.layers.conv2d({ filters, kernelSize: 3, padding, activation });
         const dense = (units: number) => tf.layers.dense({ units, activation });
         export const buildWideNet: BuildModel<typeof options> = (_, { imageShape, numClasses }) => {
           const pool = () => tf.layers.maxPooling2d({ poolSize: 2 }), drop = tf.layers.dropout({ rate: 0.5 });
           const input = tf.input({ shape: [...imageShape] });
           const layers = [${layers}, tf.layers.dense({ units: numClasses })];
           const outputs = layers.reduce((x, layer) => layer.apply(x) as tf.SymbolicTensor, input);
           return tf.model({ inputs: input, outputs });
         };`,
      );
    }
    const tested = scratch.run('npx', 'vitest', 'run', '--root', 'packages/models/wide-net', ...Object.keys(others));
    expect(tested, tested.output).toMatchObject({ status: 0 });
    for (const name of Object.keys(others)) expect(tested.output).toContain(`src/${name}/wide-net.test.ts`);
  });

  test('one of each other kind is generated, passes its checks, and a run names them all', { timeout: 300_000 }, () => {
    const kinds = [
      ['dataset', 'bars', 'packages/data', 'bars'],
      ['metric', 'sureness', 'packages/evaluation', 'metrics/sureness'],
      ['callback', 'since-best', 'packages/training', 'callbacks/since-best'],
      ['loss', 'brier-score', 'packages/nn', 'losses/brier-score'],
    ] as const;
    for (const [what, name] of kinds)
      expect(scratch.run('npx', 'nx', 'generate', `@glyphlab/generators:${what}`, name)).toMatchObject({ status: 0 });
    // Their tests, under the settings of their packages.
    const roots = kinds.map(([, , root]) => root);
    const config = join(scratch.root, 'vitest.kinds.config.ts');
    writeFileSync(config, `export default { test: { projects: ${JSON.stringify(roots)} } };\n`);
    const tests = kinds.map(([, name]) => name);
    const tested = scratch.run('npx', 'vitest', 'run', '--config', config, ...tests);
    expect(tested, tested.output).toMatchObject({ status: 0 });
    for (const [, , , folder] of kinds) expect(tested.output).toContain(` src/${folder}/`);
    const folders = kinds.map(([, , root, folder]) => `${root}/src/${folder}`);
    expect(scratch.run('npx', 'eslint', '--max-warnings', '0', ...folders)).toMatchObject({ status: 0 });
    const lists = [
      'packages/data/src',
      'packages/evaluation/src',
      'packages/training/src',
      'packages/nn/src',
      'configs',
    ];
    expect(scratch.run('npx', 'prettier', '--check', ...lists)).toMatchObject({ status: 0 });
    const built = scratch.run('npx', 'tsc', '--build', 'packages/trainer');
    expect(built, built.output).toMatchObject({ status: 0 });

    const named = [
      'training.epochs=1',
      'training.loss={ type: brierScore }',
      'training.callbacks=[{ type: sinceBest }]',
      'evaluation.metrics=[{ type: sureness }]',
    ].flatMap((set) => ['--set', set]);
    const run = ['run', '--no-tracking', '--config', 'configs/bars.yaml', ...named];
    const trained = scratch.run('node', 'packages/trainer/bin/glyphlab.js', ...run);
    expect(trained).toMatchObject({ status: 0 });
    expect(trained.output).toMatch(/Test accuracy/);
  });
});
