import { add, type Call, cannotConvert, type Convert, weightsOf, windowOf } from './call.ts';
import { convertActivation, convertReLU } from './convert-activation.ts';
import { recurrentLayers } from './convert-recurrent.ts';
import { sequenceLayers } from './convert-sequences.ts';
import { bidirectional, timeDistributed } from './convert-wrappers.ts';
import { concatenate, dot, layerNorm, permute, upSampling } from './convert-shapes.ts';
import type { PlanNode, Window } from './plan.ts';

const passOn: Convert = ({ inputs }) => inputs[0]!;

/** Adds the layer's own activation, if it has one. */
const activated = (call: Call, node: PlanNode): PlanNode =>
  convertActivation({ ...call, inputs: [node] }, call.config['activation'] ?? 'linear');

const convolution: Convert = (call) => {
  const [kernel, bias] = weightsOf(call);
  const window = windowOf(call, call.config['kernelSize']);
  return activated(call, add(call, { kind: 'convolution', kernel: kernel!, bias: bias?.values, window }));
};

const transposedConvolution: Convert = (call) => {
  const [kernel, bias] = weightsOf(call);
  const window = windowOf(call, call.config['kernelSize']);
  if (window.dilations.some((rate) => rate !== 1)) throw cannotConvert(call.layer, 'its kernel is dilated');
  return activated(call, add(call, { kind: 'transposedConvolution', kernel: kernel!, bias: bias?.values, window }));
};

/** No runtime of these strides over gaps, or wider than high, for each channel alone. */
function depthwiseWindow(call: Call): Window {
  const window = windowOf(call, call.config['kernelSize']);
  if (window.dilations.some((rate) => rate !== 1)) throw cannotConvert(call.layer, 'its kernel is dilated');
  if (window.strides[0] !== window.strides[1]) throw cannotConvert(call.layer, 'its strides differ');
  return window;
}

const depthwise: Convert = (call) => {
  const [kernel, bias] = weightsOf(call);
  const operation = { kind: 'depthwise', kernel: kernel!, bias: bias?.values, window: depthwiseWindow(call) } as const;
  return activated(call, add(call, operation));
};

const onePlace: Window = { size: [1, 1], strides: [1, 1], dilations: [1, 1], padding: 'valid' };

const separable: Convert = (call) => {
  const [perChannel, kernel, bias] = weightsOf(call);
  const window = depthwiseWindow(call);
  const channels = kernel!.shape[2]!;
  const filtered = call.builder.add(
    `${call.layer.name}/depthwise`,
    { kind: 'depthwise', kernel: perChannel!, bias: undefined, window },
    call.inputs,
    [...call.shape.slice(0, 2), channels],
  );
  const mixed = { kind: 'convolution', kernel: kernel!, bias: bias?.values, window: onePlace } as const;
  return activated(call, add({ ...call, inputs: [filtered] }, mixed));
};

/** A map is seen through a window of one place: runtimes have that for it. */
const dense: Convert = (call) => {
  const [kernel, bias] = weightsOf(call);
  const { values, shape } = kernel!;
  const linear =
    call.shape.length === 3
      ? ({
          kind: 'convolution',
          kernel: { values, shape: [1, 1, ...shape] },
          bias: bias?.values,
          window: onePlace,
        } as const)
      : ({ kind: 'product', kernel: kernel!, bias: bias?.values } as const);
  return activated(call, add(call, linear));
};

/** At inference, batch norm is y = γ (x − μ) / √(σ² + ε) + β. */
const batchNorm: Convert = (call) => {
  const { config, layer, shape } = call;
  const axis = Number(config['axis'] ?? -1);
  if (axis !== -1 && axis !== shape.length) throw cannotConvert(layer, 'it normalises another axis than the last');
  const weights = weightsOf(call).map(({ values }) => values);
  const gamma = (config['scale'] ?? true) ? weights.shift()! : undefined;
  const beta = (config['center'] ?? true) ? weights.shift()! : undefined;
  const [mean, variance] = weights as [Float32Array, Float32Array];
  const epsilon = Number(config['epsilon'] ?? 1e-3);
  const scale = variance.map((value, k) => (gamma?.[k] ?? 1) / Math.sqrt(value + epsilon));
  const offset = mean.map((value, k) => (beta?.[k] ?? 0) - value * scale[k]!);
  return add(call, { kind: 'affine', scale, offset });
};

const pooling =
  (how: 'max' | 'average'): Convert =>
  (call) =>
    add(call, { kind: 'pooling', how, window: windowOf(call, call.config['poolSize']) });

const globalPooling =
  (how: 'max' | 'average'): Convert =>
  (call) => {
    windowOf(call, 1);
    return add(call, { kind: 'globalPooling', how });
  };

const merge =
  (kind: 'add' | 'multiply' | 'maximum' | 'minimum'): Convert =>
  (call) => {
    requireOneRank(call);
    return add(call, { kind });
  };

function requireOneRank({ layer, inputs }: Call): void {
  if (new Set(inputs.map(({ shape }) => shape.length)).size > 1)
    throw cannotConvert(layer, 'its inputs have different numbers of axes');
}

/** Of maps with channels first tfjs moves that axis to the end before it flattens them. */
const flatten: Convert = (call) => {
  const { builder, config, inputs, layer } = call;
  const { shape } = inputs[0]!;
  if (config['dataFormat'] !== 'channelsFirst' || shape.length < 2) return add(call, { kind: 'reshape' });
  const order = [...shape.map((_, axis) => axis).slice(1), 0];
  const moved = order.map((axis) => shape[axis]!);
  const last = builder.add(`${layer.name}/permuted`, { kind: 'permute', order }, inputs, moved);
  return add({ ...call, inputs: [last] }, { kind: 'reshape' });
};

/** `x scale + offset`, alike for every channel. */
const scaled = (call: Call, scale: number, offset: number): PlanNode => {
  const channels = new Float32Array(call.shape.at(-1)!);
  return add(call, { kind: 'affine', scale: channels.map(() => scale), offset: channels.map(() => offset) });
};

const average: Convert = (call) => {
  requireOneRank(call);
  const sum = call.builder.add(`${call.layer.name}/sum`, { kind: 'add' }, call.inputs, call.shape);
  return scaled({ ...call, inputs: [sum] }, 1 / call.inputs.length, 0);
};

/** By class name, as tfjs saves it. */
const converters: Readonly<Record<string, Convert>> = {
  Activation: (call) => convertActivation(call, call.config['activation']),
  Add: merge('add'),
  AlphaDropout: passOn,
  Average: average,
  AveragePooling2D: pooling('average'),
  BatchNormalization: batchNorm,
  Bidirectional: bidirectional,
  Concatenate: concatenate,
  Conv2D: convolution,
  Conv2DTranspose: transposedConvolution,
  Dense: dense,
  DepthwiseConv2D: depthwise,
  Dot: dot,
  Dropout: passOn,
  ELU: (call) =>
    convertActivation(call, Number(call.config['alpha'] ?? 1) === 1 ? 'elu' : 'elu with another alpha than 1'),
  Flatten: flatten,
  GaussianDropout: passOn,
  GaussianNoise: passOn,
  GlobalAveragePooling1D: globalPooling('average'),
  GlobalAveragePooling2D: globalPooling('average'),
  GlobalMaxPooling1D: globalPooling('max'),
  GlobalMaxPooling2D: globalPooling('max'),
  LayerNormalization: layerNorm,
  LeakyReLU: (call) => add(call, { kind: 'leakyRelu', slope: Number(call.config['alpha'] ?? 0.3) }),
  MaxPooling2D: pooling('max'),
  Maximum: merge('maximum'),
  Minimum: merge('minimum'),
  Multiply: merge('multiply'),
  Permute: permute,
  ReLU: convertReLU,
  Rescaling: (call) => scaled(call, Number(call.config['scale']), Number(call.config['offset'] ?? 0)),
  Reshape: (call) => add(call, { kind: 'reshape' }),
  SeparableConv2D: separable,
  SpatialDropout1D: passOn,
  Softmax: (call) => convertActivation(call, 'softmax'),
  TimeDistributed: timeDistributed,
  UpSampling2D: upSampling,
  ...recurrentLayers,
  ...sequenceLayers,
};

/** @throws InputError EXPORT_LAYER, with the layer's name and class and what to do */
export function convertLayer(call: Call): PlanNode {
  const convert = Object.hasOwn(converters, call.layer.getClassName()) && converters[call.layer.getClassName()];
  if (!convert) throw cannotConvert(call.layer, undefined, Object.keys(converters));
  return convert(call);
}
