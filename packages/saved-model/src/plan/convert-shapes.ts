import { add, type Convert, requireChannelsLast, weightsOf } from './call.ts';
import { cannotConvert } from './cannot-convert.ts';

/** Of an axis as tfjs counts it, the batch as 0 or from behind: without the batch, from 0. */
const axisOf = (axis: unknown, rank: number): number => (Number(axis) < 0 ? rank + Number(axis) : Number(axis) - 1);

export const layerNorm: Convert = (call) => {
  const { config, layer, shape } = call;
  const axes = [config['axis'] ?? -1]
    .flat()
    .map((axis) => axisOf(axis, shape.length))
    .sort((a, b) => a - b);
  if (axes[0]! < 0 || axes.some((axis, k) => axis !== shape.length - axes.length + k))
    throw cannotConvert(layer, 'it normalises other axes than the last');
  const weights = weightsOf(call).map(({ values }) => values);
  const size = shape.slice(-axes.length).reduce((product, side) => product * side, 1);
  const scale = (config['scale'] ?? true) ? weights.shift()! : new Float32Array(size).fill(1);
  const offset = (config['center'] ?? true) ? weights.shift()! : new Float32Array(size);
  return add(call, { kind: 'layerNorm', axes: axes.length, scale, offset, epsilon: Number(config['epsilon'] ?? 1e-3) });
};

/** Of two matrices, as attention takes it: [queries, width] · [keys, width] → [queries, keys]. */
export const dot: Convert = (call) => {
  const { config, inputs, layer } = call;
  if (inputs.some(({ shape }) => shape.length !== 2)) throw cannotConvert(layer, 'its inputs are not both matrices');
  if (config['normalize'] === true) throw cannotConvert(layer, 'it normalises');
  const axes = Array.isArray(config['axes']) ? (config['axes'] as unknown[]) : [config['axes'], config['axes']];
  // tfjs counts the batch also from behind.
  const [left, right] = axes.map((axis) => (Number(axis) < 0 ? Number(axis) + 3 : Number(axis)));
  return add(call, { kind: 'matrixProduct', transposed: [left !== 2, right === 2] });
};

export const permute: Convert = (call) =>
  add(call, { kind: 'permute', order: (call.config['dims'] as number[]).map((axis) => axis - 1) });

export const concatenate: Convert = (call) =>
  add(call, { kind: 'concatenate', axis: axisOf(call.config['axis'] ?? -1, call.shape.length) });

export const upSampling: Convert = (call) => {
  requireChannelsLast(call);
  const how = call.config['interpolation'] ?? 'nearest';
  if (how !== 'nearest' && how !== 'bilinear') throw cannotConvert(call.layer, `its interpolation is ${String(how)}`);
  return add(call, { kind: 'upsample', how });
};
