import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { GlyphlabError, percent } from '@glyphlab/core';
import { bytesBelow, type Traveller } from './traveller.ts';

const plain = { 'package.json': '{ "type": "module", "private": true }' };

/** @throws GlyphlabError RELEASE_UNEXPECTED unless it fits */
function expectOutput(name: string, output: string, expected: RegExp): RegExpExecArray {
  const found = expected.exec(output);
  if (found) return found;
  throw new GlyphlabError('RELEASE_UNEXPECTED', `Expected ${expected}. Printed:\n${output}`, { where: name });
}

/** MLflow's client alone, in plain Node: what it weighs, how long its import takes, and what it says where no server is. */
async function mlflowClientAlone(traveller: Traveller): Promise<string> {
  const name = 'mlflow-client alone';
  const cwd = traveller.folder('mlflow-client', {
    ...plain,
    'program.js': `
      const [startMs, begun] = [performance.now(), process.cpuUsage()];
      const { MlflowClient, MlflowConnectionError } = await import('@glyphlab/mlflow-client');
      const { user, system } = process.cpuUsage(begun);
      console.log('imported in', Math.round(performance.now() - startMs), 'ms,', Math.round((user + system) / 1000));
      const client = new MlflowClient({ trackingUri: 'http://127.0.0.1:9', maxRetries: 0 });
      await client.ping().catch((error) => console.log(error instanceof MlflowConnectionError));
      await client.close();
    `,
  });
  await traveller.run(`${name}: npm install`, cwd, ['npm', 'install', '@glyphlab/mlflow-client']);
  const [importMs, processorMs]: number[][] = [[], []];
  for (let round = 0; round < 5; round++) {
    const output = await traveller.run(`${name}: program`, cwd, ['node', 'program.js']);
    const [, wall, processor] = expectOutput(name, output, /imported in (\d+) ms, (\d+)\ntrue/);
    importMs!.push(Number(wall));
    processorMs!.push(Number(processor));
  }
  const megabytes = bytesBelow(join(cwd, 'node_modules')) / 1e6;
  const median = (values: number[]): number => values.sort((a, b) => a - b)[2]!;
  return `mlflow-client alone: ${megabytes.toFixed(2)} MB installed, imported in ${median(importMs!)} ms, ${median(processorMs!)} ms of them processor time (medians of 5)`; // prettier-ignore
}

/** Native TensorFlow without anything else of ours, by its own API and under a stock tfjs-node. */
async function tensorFlowAlone(traveller: Traveller): Promise<void> {
  const name = 'tensorflow alone';
  const multiply = `console.log(tf.getBackend(), tf.matMul([[1, 2]], [[3], [4]]).dataSync()[0]);`;
  const cwd = traveller.folder('tensorflow', {
    ...plain,
    'program.js': `
      import { installTensorFlow, loadTensorFlow } from '@glyphlab/tensorflow';
      const tf = loadTensorFlow(await installTensorFlow());
      ${multiply}
    `,
    'stock.js': `import '@glyphlab/tensorflow/register';\nimport * as tf from '@tensorflow/tfjs-node';\n${multiply}`,
    'stock.cjs': `require('@glyphlab/tensorflow/register');\nconst tf = require('@tensorflow/tfjs-node');\n${multiply}`,
  });
  await traveller.run(`${name}: npm install`, cwd, ['npm', 'install', '@glyphlab/tensorflow']);
  await traveller.run(`${name}: install`, cwd, ['npx', '@glyphlab/tensorflow', 'install']);
  await traveller.run(`${name}: doctor`, cwd, ['npx', '@glyphlab/tensorflow', 'doctor']);
  const run = async (file: string) =>
    expectOutput(file, await traveller.run(`${name}: ${file}`, cwd, ['node', file]), /^tensorflow 11$/m);
  await run('program.js');
  const stock = ['npm', 'install', '--ignore-scripts', '@tensorflow/tfjs-node@4.22.0'];
  await traveller.run(`${name}: npm install tfjs-node`, cwd, stock);
  await run('stock.js');
  await run('stock.cjs');
}

/** A compiled fit in plain JavaScript. */
async function graphAlone(traveller: Traveller): Promise<void> {
  const name = 'graph alone';
  const cwd = traveller.folder('graph', {
    ...plain,
    'program.js': `
      import { fitCompiled } from '@glyphlab/graph';
      import { installTensorFlow, loadTensorFlow } from '@glyphlab/tensorflow';
      import * as tf from '@tensorflow/tfjs';
      loadTensorFlow(await installTensorFlow());
      const model = tf.sequential({ layers: [tf.layers.dense({ units: 1, inputShape: [2] })] });
      model.compile({ optimizer: tf.train.adam(0.1), loss: 'meanSquaredError' });
      const { history } = await fitCompiled(model, tf.randomNormal([256, 2]), tf.zeros([256, 1]), { epochs: 20 });
      console.log(history.loss.length, history.loss.at(-1) < 0.01);
    `,
  });
  await traveller.run(`${name}: npm install`, cwd, ['npm', 'install', '@glyphlab/graph']);
  expectOutput(name, await traveller.run(`${name}: program`, cwd, ['node', 'program.js']), /^20 true$/m);
}

/** From nothing to a trained, tracked run of a project of one's own, and on to predictions, an export, and its tests. */
async function projectOfOnesOwn(traveller: Traveller): Promise<string> {
  const name = 'my-digits';
  const parent = traveller.folder('projects');
  const cwd = join(parent, 'my-digits');
  const startMs = performance.now();
  await traveller.run(`${name}: npm create`, parent, ['npm', 'create', '--yes', 'glyphlab@latest', 'my-digits']);
  const config = ['--config', 'configs/first.yaml'];
  const trained = await traveller.run(`${name}: first run`, cwd, ['npx', 'glyphlab', 'run', ...config]);
  const minutes = (performance.now() - startMs) / 60_000;
  const [, accuracy] = expectOutput(name, trained, /Test accuracy +([\d.]+) %/);
  const [, model] = expectOutput(name, trained, /^Model +(\S+)$/m);
  expectOutput(name, trained, /^MLflow +http/m);
  if (!(Number(accuracy) > 90)) throw new GlyphlabError('RELEASE_UNEXPECTED', `It reads only ${accuracy} %.`, { where: name }); // prettier-ignore

  const again = ['npx', 'glyphlab', 'run', ...config, 'training.epochs=1', 'dataset.type=mnist-10k'];
  const digits = await traveller.run(`${name}: run on digits`, cwd, again);
  expectOutput(name, digits, /^MLflow +http/m);
  const picture = `
    import sharp from 'sharp';
    const draw = (file, ground, ink) => sharp(Buffer.from(
      '<svg width="200" height="200"><rect width="200" height="200" fill="' + ground + '"/><path d="M100 30v140" stroke="' + ink + '" stroke-width="24"/></svg>'
    )).png().toFile(file);
    await draw('one.png', '#eee', '#223');
    await draw('upright.png', '#222', '#ddd');
  `;
  await traveller.run(`${name}: picture`, cwd, ['node', '--input-type=module', '-e', picture]);
  const read = await traveller.run(`${name}: predict`, cwd, ['npx', 'glyphlab', 'predict', '--image', 'one.png']);
  expectOutput(name, read, /Predicted class: 1 /);
  const asked = ['npx', 'glyphlab', 'predict', '--model', model!, '--image', 'upright.png'];
  expectOutput(name, await traveller.run(`${name}: predict with it`, cwd, asked), /Predicted class: upright /);
  for (const format of ['onnx', 'savedmodel', 'tfjs'])
    await traveller.run(`${name}: export ${format}`, cwd, ['npx', 'glyphlab', 'export', '--model', model!, '--format', format, '--out', `out-${format}`]); // prettier-ignore
  if (!existsSync(join(cwd, 'out-onnx'))) throw new GlyphlabError('RELEASE_UNEXPECTED', `Exported: ${readdirSync(cwd).join()}`); // prettier-ignore
  await traveller.run(`${name}: runs`, cwd, ['npx', 'glyphlab', 'runs']);
  await traveller.run(`${name}: npm install generators`, cwd, ['npm', 'install', '--save-dev', '@glyphlab/generators']);
  for (const kind of ['model', 'dataset', 'metric', 'callback', 'loss'])
    await traveller.run(`${name}: generate ${kind}`, cwd, ['npx', '@glyphlab/generators', kind, `own-${kind}`]);
  const ofGenerated = ['model.type=ownModel', 'model.filters=4', 'dataset.type=ownDataset', 'training.loss.type=ownLoss', 'training.callbacks=[{ type: ownCallback }]', 'evaluation.metrics=[{ type: ownMetric }]', 'training.epochs=1']; // prettier-ignore
  const ownRun = ['npx', 'glyphlab', 'run', '--no-tracking', ...config, ...ofGenerated];
  expectOutput(name, await traveller.run(`${name}: run on what was generated`, cwd, ownRun), /Test accuracy/);
  await traveller.run(`${name}: npm test`, cwd, ['npm', 'test']);
  await traveller.run(`${name}: typecheck`, cwd, ['npm', 'run', 'typecheck']);
  return `npm create to a trained, tracked run: ${minutes.toFixed(1)} min, test accuracy ${percent(Number(accuracy) / 100)}`;
}

/** All of them. @returns figures of those that measure */
export async function allJourneys(traveller: Traveller): Promise<string[]> {
  const figures = [await projectOfOnesOwn(traveller), await mlflowClientAlone(traveller)];
  await tensorFlowAlone(traveller);
  await graphAlone(traveller);
  return figures;
}
