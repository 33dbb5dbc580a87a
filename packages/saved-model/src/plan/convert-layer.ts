import { type Call, convertActivation, convertReLU } from './convert-activation.ts';
import { cannotConvert } from './cannot-convert.ts';
import type { Operation, PlanNode, Weights, Window } from './plan.ts';

type Convert = (call: Call) => PlanNode;

const add = ({ builder, layer, inputs, shape }: Call, operation: Operation): PlanNode =>
  builder.add(layer.name, operation, inputs, shape);

const passOn: Convert = ({ inputs }) => inputs[0]!;

const pair = (value: unknown): [number, number] =>
  Array.isArray(value) ? [Number(value[0]), Number(value[1] ?? value[0])] : [Number(value), Number(value)];

/** @throws InputError for what the formats cannot all do */
function windowOf(call: Call, size: unknown): Window {
  const { config } = call;
  if ((config['dataFormat'] ?? 'channelsLast') !== 'channelsLast')
    throw cannotConvert(call.layer, 'its maps have channels first');
  const window = {
    size: pair(size),
    strides: pair(config['strides'] ?? 1),
    dilations: pair(config['dilationRate'] ?? 1),
  };
  const padding = config['padding'] ?? 'valid';
  if (padding !== 'same' && padding !== 'valid') throw cannotConvert(call.layer, `its padding is ${String(padding)}`);
  return { ...window, padding };
}

const weightsOf = ({ layer }: Call): Weights[] =>
  layer.getWeights().map((tensor) => ({ values: tensor.dataSync<'float32'>().slice(), shape: tensor.shape }));

/** Adds the layer's own activation, if it has one. */
const activated = (call: Call, node: PlanNode): PlanNode =>
  convertActivation({ ...call, inputs: [node] }, call.config['activation'] ?? 'linear');

const convolution: Convert = (call) => {
  const [kernel, bias] = weightsOf(call);
  const window = windowOf(call, call.config['kernelSize']);
  return activated(call, add(call, { kind: 'convolution', kernel: kernel!, bias: bias?.values, window }));
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
  const point: Window = { size: [1, 1], strides: [1, 1], dilations: [1, 1], padding: 'valid' };
  const mixed = { kind: 'convolution', kernel: kernel!, bias: bias?.values, window: point } as const;
  return activated(call, add({ ...call, inputs: [filtered] }, mixed));
};

const dense: Convert = (call) => {
  if (call.inputs[0]!.shape.length !== 1)
    throw cannotConvert(call.layer, 'it is applied to maps; put a flatten before it');
  const [kernel, bias] = weightsOf(call);
  return activated(call, add(call, { kind: 'product', kernel: kernel!, bias: bias?.values }));
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
  (kind: 'add' | 'multiply'): Convert =>
  (call) => {
    const ranks = new Set(call.inputs.map(({ shape }) => shape.length));
    if (ranks.size > 1) throw cannotConvert(call.layer, 'its inputs have different numbers of axes');
    return add(call, { kind });
  };

const concatenate: Convert = (call) => {
  const axis = Number(call.config['axis'] ?? -1);
  if (axis !== -1 && axis !== call.shape.length) throw cannotConvert(call.layer, 'it joins another axis than the last');
  return add(call, { kind: 'concatenate' });
};

/** By class name, as tfjs saves it. */
const converters: Readonly<Record<string, Convert>> = {
  Activation: (call) => convertActivation(call, call.config['activation']),
  Add: merge('add'),
  AlphaDropout: passOn,
  AveragePooling2D: pooling('average'),
  BatchNormalization: batchNorm,
  Concatenate: concatenate,
  Conv2D: convolution,
  Dense: dense,
  DepthwiseConv2D: depthwise,
  Dropout: passOn,
  ELU: (call) =>
    convertActivation(call, Number(call.config['alpha'] ?? 1) === 1 ? 'elu' : 'elu with another alpha than 1'),
  Flatten: (call) => add(call, { kind: 'reshape' }),
  GaussianDropout: passOn,
  GaussianNoise: passOn,
  GlobalAveragePooling2D: globalPooling('average'),
  GlobalMaxPooling2D: globalPooling('max'),
  LeakyReLU: (call) => add(call, { kind: 'leakyRelu', slope: Number(call.config['alpha'] ?? 0.3) }),
  MaxPooling2D: pooling('max'),
  Multiply: merge('multiply'),
  ReLU: convertReLU,
  Reshape: (call) => add(call, { kind: 'reshape' }),
  SeparableConv2D: separable,
  Softmax: (call) => convertActivation(call, 'softmax'),
};

/** @throws InputError EXPORT_LAYER, with the layer's name and class and what to do */
export function convertLayer(call: Call): PlanNode {
  const convert = Object.hasOwn(converters, call.layer.getClassName()) && converters[call.layer.getClassName()];
  if (!convert) throw cannotConvert(call.layer, undefined, Object.keys(converters));
  return convert(call);
}
