import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildModel, imageTable } from '@glyphlab/nn';
import { decodeSavedModel, type Node } from '@glyphlab/saved-model/testing';
import { createNetwork, Learner } from '@glyphlab/training';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadKind, make } from '../project/make.ts';
import { ownKinds } from '../project/registry.ts';

/** Of each op with a kernel on the GPU: the types of each of its kernels, by attribute. Made by record-kernels.py. */
const { kernels: gpu } = JSON.parse(
  readFileSync(new URL('../testing/gpu/gpu-kernels.json', import.meta.url), 'utf8'),
) as { kernels: Record<string, Record<string, number[]>[]> };

/** Our own ops are of the processor alone: on a GPU these stand in their place. */
const REPLACED: Readonly<Record<string, string[]>> = {
  GlyphlabConv2D: ['Conv2D'],
  GlyphlabConv2DBackpropInput: ['Conv2DBackpropInput'],
  GlyphlabConv2DBackpropFilter: ['Conv2DBackpropFilter'],
  GlyphlabFusedConv2D: ['Conv2D', 'BiasAdd', 'Relu', 'MaxPool'],
};

/** Whole numbers in variables stay with the processor: of a data set these are the classes, four bytes an image. */
const ON_PROCESSOR = 'VarHandleOp dtype=3';

/** Augmentations as that each does something. */
const augmentations = [
  { type: 'affine', rotation: 8, scale: 0.1, translate: 1.5, shear: 5 },
  { type: 'elastic' },
  { type: 'erasing' },
  { type: 'flip', horizontal: 0.5, vertical: 0.5 },
  { type: 'perspective', distortion: 0.2 },
  { type: 'randomResizedCrop' },
  { type: 'colorJitter', brightness: 0.2, contrast: 0.2, saturation: 0.2, hue: 0.1 },
  { type: 'grayscale', probability: 0.5 },
  { type: 'blur' },
];

let folder = '';
const before = { ...process.env };
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'glyphlab-gpu-'));
  // As on a GPU, whatever this processor computes fast in.
  Object.assign(process.env, { TFJS_GRAPH_DIR: folder, GLYPHLAB_BF16: 'native' });
});
afterEach(() => {
  rmSync(folder, { recursive: true });
  process.env = { ...before };
});

interface Training {
  model?: string;
  side?: number;
  channels?: number;
  optimizer?: string;
  changes?: readonly { type: string }[];
}

/** The nodes of a step of training and of one of validation. */
async function graphOf(
  { model: type = 'cnn', side = 28, channels = 1, optimizer = 'sgd', changes = [] }: Training,
  precision: 'fp32' | 'bf16',
): Promise<Node[]> {
  const optionsOf = (kinds: readonly { type: string; options: { parse(value: unknown): unknown } }[], { type, ...given }: { type: string }) =>
    ({ type, ...(kinds.find((kind) => kind.type === type)!.options.parse(given) as object) });
  const imageShape = [side, side, channels] as const;
  const build = await loadKind('model', ownKinds.models, optionsOf(ownKinds.models, { type }));
  const network = createNetwork(buildModel(() => build({ imageShape, numClasses: 10 }), 1));
  const size = 8;
  const images = imageTable(
    { images: new Uint8Array(size * side * side * channels), labels: Uint8Array.from({ length: size }, (_, k) => k), size },
    imageShape,
  );
  const learner = new Learner(network, { train: images, val: images }, {
    seed: 1, batchSize: size, evaluationBatchSize: size, towers: 1, precision,
    createOptimizer: await loadKind('optimizer', ownKinds.optimizers, optionsOf(ownKinds.optimizers, { type: optimizer })),
    augmentation: await Promise.all(changes.map((one) => make('augmentation', ownKinds.augmentations, optionsOf(ownKinds.augmentations, one), undefined))),
    loss: await make('loss', ownKinds.losses, optionsOf(ownKinds.losses, { type: 'crossEntropy' }), { numClasses: 10, classCounts: new Array<number>(10).fill(1) }),
  });
  await learner.trainEpoch({ epoch: 1, lrAt: () => 0.001 });
  await learner.validate();
  learner.dispose();
  const last = readdirSync(folder).sort((a, b) => parseInt(a.slice(6)) - parseInt(b.slice(6))).at(-1)!;
  return decodeSavedModel(readFileSync(join(folder, last)));
} // prettier-ignore

/** Ops, with their types, that no kernel of the GPU is there for. */
function withoutKernel(nodes: readonly Node[]): string[] {
  const found = new Set<string>();
  for (const node of nodes) {
    for (const op of REPLACED[node.op] ?? [node.op]) {
      const types = Object.entries(node.attr).flatMap(([name, { type }]) => (type === undefined ? [] : [[name, type] as const]));
      const suits = (kernel: Record<string, number[]>): boolean =>
        types.every(([name, type]) => kernel[name]?.includes(type) ?? true);
      if (!gpu[op]?.some(suits)) found.add(`${op} ${types.map(([name, type]) => `${name}=${type}`).join(' ')}`);
    }
  }
  found.delete(ON_PROCESSOR);
  return [...found].sort();
} // prettier-ignore

test('all augmentations are looked at', () => {
  expect(augmentations.map(({ type }) => type).sort()).toEqual(ownKinds.augmentations.map(({ type }) => type).sort());
});

test.each<Training>([
  { model: 'cnn' },
  { model: 'resnet', side: 20 },
  { model: 'efficientnet', side: 20 },
  { model: 'efficientnet-lite', side: 64 },
  { optimizer: 'adam' },
  { optimizer: 'muon' },
  { changes: augmentations.slice(0, 4) },
  { changes: augmentations.slice(4), channels: 3 },
])('each op of the steps has a kernel on the GPU, in fp32 and bf16: %j', async (training) => {
  const graphs = { fp32: await graphOf(training, 'fp32'), bf16: await graphOf(training, 'bf16') };
  expect(withoutKernel(graphs.fp32)).toEqual([]);
  expect(withoutKernel(graphs.bf16)).toEqual([]);
});
