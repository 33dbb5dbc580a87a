import { add, cannotConvert, type Convert, requireChannelsLast, weightsOf } from './call.ts';

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

/** tfjs's smallest square of a length. */
const LEAST_SQUARE = 1e-7;

/** Of two matrices, as attention takes it: [queries, width] · [keys, width] → [queries, keys]; a vector is a matrix of one row or column. */
export const dot: Convert = (call) => {
  const { config, inputs, layer, builder, shape } = call;
  const axes = Array.isArray(config['axes']) ? (config['axes'] as unknown[]) : [config['axes'], config['axes']];
  const over = inputs.map((input, k) => axisOf(axes[k], input.shape.length));
  const normal = inputs.map((input, k) =>
    config['normalize'] === true
      ? builder.add(
          `${layer.name}/unit`,
          { kind: 'unitLength', axis: over[k]!, least: LEAST_SQUARE },
          [input],
          input.shape,
        )
      : input,
  );
  const [left, right] = normal.map((input, k) => {
    const [size] = input.shape;
    return input.shape.length === 1
      ? builder.add(`${layer.name}/matrix`, { kind: 'reshape' }, [input], k === 0 ? [1, size!] : [size!, 1])
      : input;
  });
  const isVector = inputs.map((input) => input.shape.length === 1);
  const transposed = [!isVector[0] && over[0] !== 1, !isVector[1] && over[1] === 1] as const;
  const sides = [left!.shape[transposed[0] ? 1 : 0]!, right!.shape[transposed[1] ? 0 : 1]!];
  const product = { kind: 'matrixProduct', transposed } as const;
  if (!isVector.includes(true)) return builder.add(layer.name, product, [left!, right!], sides);
  const matrix = builder.add(`${layer.name}/product`, product, [left!, right!], sides);
  return builder.add(layer.name, { kind: 'reshape' }, [matrix], shape);
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
