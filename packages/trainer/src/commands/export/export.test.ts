import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadDataset } from '@glyphlab/data';
import { largestDifference, readFloats, runOnnx, runPython } from '@glyphlab/saved-model/testing';
import { locateServing } from '@glyphlab/mlflow-server';
import { imageTable, selectBackend } from '@glyphlab/nn';
import { locatePinned, pythonTensorFlow } from '@glyphlab/python';
import { predict } from '@glyphlab/training';
import { beforeAll, expect, test } from 'vitest';
import { openModel } from '../../project/saved-model.ts';
import { cli, digitsRun, runInScratch, scratch } from '../../testing/index.ts';

/** With this set the tools are to be there; else nobody should wait for their download unasked. */
const testAll = process.env['GLYPHLAB_TEST_ALL'] !== undefined;
const mlflow = locateServing();
const tensorflow = locatePinned(pythonTensorFlow);
if (!mlflow) console.warn("Skipped, without Python's ONNX: npx @glyphlab/mlflow-server install --serving");
if (!tensorflow) console.warn("Skipped, without Python's TensorFlow (1.6 GB): npx nx run python:tensorflow");

const names = ['cnn', 'resnet', 'efficientnet'] as const;
const config = new URL('../../../../../configs/quickstart.yaml', import.meta.url).pathname;

interface Trained {
  directory: string;
  savedModel: string;
  /** Of tfjs, for the test images. */
  expected: Float32Array;
}
const trained = new Map<string, Trained>();
let pixels: Float32Array;
let shape: number[];
const all = (): Trained[] => names.map((name) => trained.get(name)!);

beforeAll(async () => {
  const { test, imageShape } = await loadDataset({ type: 'mnist-10k' } as never, { seed: 1 });
  pixels = Float32Array.from(test.images);
  shape = [test.size, ...imageShape];
  expect(test.size).toBe(1000);
  for (const name of names) {
    // A few steps at least, so that weights and the statistics of batch norm are such as training leaves.
    const set = [`model={ type: ${name} }`, 'dataset.limit=500', 'training.epochs=1'];
    const { run } = name === 'cnn' ? await digitsRun() : await runInScratch(['--config', config, ...set]);
    const directory = join(scratch(), 'model');
    cpSync(join(run, 'model'), directory, { recursive: true });
    const savedModel = join(scratch(), 'exported');
    const result = await cli(['export', '--model', directory, '--format', 'savedmodel', '--out', savedModel]);
    expect(result).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('saved_model.pb') });

    await selectBackend({ backend: 'auto', threads: 'auto', towers: 1 });
    const { network } = await openModel(directory);
    const table = imageTable(test, imageShape);
    trained.set(name, { directory, savedModel, expected: await predict(network, table, { batchSize: 250 }) });
    table.images.dispose();
    table.labels.dispose();
  }
});

const TOLERANCE = 1e-4;

test.each(names)('%s: onnxruntime says what tfjs says', async (name) => {
  const { directory, expected } = trained.get(name)!;
  const probabilities = await runOnnx(readFileSync(join(directory, 'model.onnx')), pixels, shape);
  expect(largestDifference(probabilities, expected)).toBeLessThan(TOLERANCE);
  // What agrees by saying the same of all images would prove little.
  expect(largestDifference(expected.subarray(0, 10), expected.subarray(10, 20))).toBeGreaterThan(0.01);
});

test.skipIf(!mlflow && !testAll)(
  "ONNX's checker accepts each model, Python's onnxruntime says what tfjs says, MLflow predicts the example",
  async () => {
    const images = { file: join(scratch(), 'pixels.f32'), pixels, shape };
    await runPython(mlflow!.python, 'check_onnx.py', images, all().map(({ directory }) => directory)); // prettier-ignore
    for (const { directory, expected } of all()) {
      expect(largestDifference(await readFloats(directory, 'probabilities.f32'), expected)).toBeLessThan(TOLERANCE);
      // The example is the first of the test images.
      const first = expected.subarray(0, 10);
      expect(largestDifference(await readFloats(directory, 'mlflow.f32'), first)).toBeLessThan(TOLERANCE);
    }
  },
  120_000,
);

test.skipIf(!tensorflow && !testAll)(
  "Python's TensorFlow says of the SavedModel what tfjs says",
  async () => {
    const images = { file: join(scratch(), 'pixels.f32'), pixels, shape };
    await runPython(tensorflow!, 'run_saved_model.py', images, all().map(({ savedModel }) => savedModel)); // prettier-ignore
    for (const { savedModel, expected } of all())
      expect(largestDifference(await readFloats(savedModel, 'probabilities.f32'), expected)).toBeLessThan(TOLERANCE);
  },
  120_000,
);

test('a run leaves all that MLflow and people need, and export writes it from a model that has less', async () => {
  const { directory } = trained.get('cnn')!;
  const card = readFileSync(join(directory, 'README.md'), 'utf8');
  expect(card).toMatch(
    /Results[^]*accuracy \| \d+\.\d\d %[^]*Intended use[^]*Limits[^]*onnxruntime[^]*loadLayersModel/,
  );
  expect(card).toContain('1,000 test images');
  // By which its own layers are found again.
  expect(readFileSync(join(directory, 'model.json'), 'utf8')).toContain('"kind":"cnn"');

  const out = join(scratch(), 'deep', 'onnx');
  expect((await cli(['export', '--model', directory, '--format', 'onnx', '--out', out])).exitCode).toBe(0);
  const made = ['MLmodel', 'README.md', 'input_example.json', 'model.onnx', 'serving_input_example.json'];
  expect(readdirSync(out).sort()).toEqual(made);
  expect(readFileSync(join(out, 'model.onnx'))).toEqual(readFileSync(join(directory, 'model.onnx')));

  // Into its own folder: what is there already stays.
  const again = ['export', '--model', directory, '--format', 'tfjs', '--out', directory];
  expect((await cli(again)).exitCode).toBe(2);
  expect((await cli([...again, '--force'])).exitCode).toBe(0);
  expect(readdirSync(directory)).toContain('model.onnx');
});
