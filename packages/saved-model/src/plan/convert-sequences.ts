import { type Call, type Convert, weightsOf, windowOf } from './call.ts';
import { convertActivation } from './convert-activation.ts';
import type { Operation, PlanNode, Window } from './plan.ts';

/** What moves over a sequence [length, channels] moves over a map of its height that is one place wide. */
function overMap(call: Call, size: unknown, operationOf: (window: Window) => Operation): PlanNode {
  const { layer, inputs, shape, builder } = call;
  const along = windowOf(call, size);
  const high = ([first]: readonly [number, number]): [number, number] => [first, 1];
  const window = {
    ...along,
    size: high(along.size),
    strides: high(along.strides),
    dilations: high(along.dilations),
  };
  const [input] = inputs as [PlanNode];
  const [length, channels] = input.shape as [number, number];
  const map = builder.add(`${layer.name}/map`, { kind: 'reshape' }, [input], [length, 1, channels]);
  const moved = builder.add(`${layer.name}/moved`, operationOf(window), [map], [shape[0]!, 1, shape[1]!]);
  return builder.add(layer.name, { kind: 'reshape' }, [moved], shape);
}

const convolution: Convert = (call) => {
  const [kernel, bias] = weightsOf(call);
  const { values, shape } = kernel!;
  const [size, from, to] = shape as [number, number, number];
  const node = overMap(call, call.config['kernelSize'], (window) => ({
    kind: 'convolution',
    kernel: { values, shape: [size, 1, from, to] },
    bias: bias?.values,
    window,
  }));
  return convertActivation({ ...call, inputs: [node] }, call.config['activation'] ?? 'linear');
};

const pooling =
  (how: 'max' | 'average'): Convert =>
  (call) =>
    overMap(call, call.config['poolSize'], (window) => ({ kind: 'pooling', how, window }));

/** By class name, as tfjs saves it. */
export const sequenceLayers: Readonly<Record<string, Convert>> = {
  AveragePooling1D: pooling('average'),
  Conv1D: convolution,
  MaxPooling1D: pooling('max'),
};
