import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadDataset } from '@glyphlab/data';
import { imageTable, selectBackend } from '@glyphlab/nn';
import { locatePinned, pythonTensorFlow } from '@glyphlab/python';
import { largestDifference, readFloats, runOnnx, runPython } from '@glyphlab/saved-model/testing';
import { predict } from '@glyphlab/training';
import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { openModel } from '../../project/saved-model.ts';
import { cli, digitsRun, scratch } from '../../testing/index.ts';

const testAll = process.env['GLYPHLAB_TEST_ALL'] !== undefined;
const tensorflow = locatePinned(pythonTensorFlow);
const TOLERANCE = 1e-5;

let members: string[];
let pixels: Float32Array;
let shape: number[];
/** Mean of what tfjs says of each test image by each member. */
let expected: Float32Array;

beforeAll(async () => {
  // The second is of the zoo: wider, trained longer.
  members = [join((await digitsRun()).run, 'model'), 'digits'];
  const { test, imageShape } = await loadDataset({ type: 'mnist-10k' } as never, { seed: 1 });
  pixels = Float32Array.from(test.images);
  shape = [test.size, ...imageShape];
  await selectBackend({ backend: 'auto', threads: 'auto', towers: 1 });
  const table = imageTable(test, imageShape);
  const each: Float32Array[] = [];
  for (const name of members) each.push(await predict((await openModel(name)).network, table, { batchSize: 250 }));
  expected = each[0]!.map((p, k) => (p + each[1]![k]!) / 2);
  expect(largestDifference(each[0]!, each[1]!)).toBeGreaterThan(0.1);
  table.images.dispose();
  table.labels.dispose();
}, 300_000);

async function exported(format: string): Promise<string> {
  const out = join(scratch(), 'both');
  const result = await cli(['export', '--model', ...members, '--format', format, '--out', out]);
  expect(result.exitCode, result.stderr).toBe(0);
  return out;
}

test('onnxruntime says the mean of what tfjs says', async () => {
  const out = await exported('onnx');
  const said = await runOnnx(readFileSync(join(out, 'model.onnx')), pixels, shape);
  expect(largestDifference(said, expected)).toBeLessThan(TOLERANCE);
  expect(readFileSync(join(out, 'MLmodel'), 'utf8')).toContain('onnx');
});

test.skipIf(!tensorflow && !testAll)(
  "Python's TensorFlow says the mean of what tfjs says",
  async () => {
    const out = await exported('savedmodel');
    await runPython(tensorflow!, 'run_saved_model.py', { file: join(scratch(), 'pixels.f32'), pixels, shape }, [out]);
    expect(largestDifference(await readFloats(out, 'probabilities.f32'), expected)).toBeLessThan(TOLERANCE);
  },
  120_000,
);

test('plain tfjs says it too, and the whole is measured as its members are together', async () => {
  const out = await exported('tfjs');
  const { modelTopology, weightsManifest } = JSON.parse(
    readFileSync(join(out, 'model.json'), 'utf8'),
  ) as tf.io.ModelJSON;
  const weightData = new Uint8Array(readFileSync(join(out, 'weights.bin'))).buffer;
  const artifacts = { modelTopology: modelTopology as object, weightSpecs: weightsManifest[0]!.weights, weightData };
  const model = await tf.loadLayersModel(tf.io.fromMemory(artifacts));
  const said = tf.tidy(() => {
    const images = tf
      .tensor4d(pixels, shape as [number, number, number, number])
      .div(127.5)
      .sub(1);
    return (model.predict(images, { batchSize: 250 }) as tf.Tensor).dataSync();
  });
  expect(largestDifference(said, expected)).toBeLessThan(TOLERANCE);

  const measure = async (...models: string[]): Promise<{ accuracy: number; loss: number }> => {
    const { exitCode, stdout, stderr } = await cli(['evaluate', '--dataset', 'mnist-10k', '--json', '--model', ...models]); // prettier-ignore
    expect(exitCode, stderr).toBe(0);
    return JSON.parse(stdout) as { accuracy: number; loss: number };
  };
  const [whole, together] = [await measure(out), await measure(...members)];
  expect(whole.accuracy).toBe(together.accuracy);
  expect(whole.loss).toBeCloseTo(together.loss, 5);
});

test('members of other classes are refused before anything is written', async () => {
  const out = join(scratch(), 'none');
  const result = await cli(['export', '--model', members[0]!, 'letters', '--format', 'onnx', '--out', out]);
  expect(result.exitCode).toBe(2);
  expect(result.stderr).toMatch(
    /MODELS_DO_NOT_MATCH\] --model[^]*\(10, in place \d+ \S+\); letters knows the classes \(\d+, in place/,
  );
});
