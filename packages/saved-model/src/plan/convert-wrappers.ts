import type * as tf from '@tensorflow/tfjs';
import { cannotConvert, type Convert } from './call.ts';
import type { Operation, PlanNode } from './plan.ts';

/** The layer applied to each row, or to each map of a sequence of maps: for the runtimes, images of their own. */
export const timeDistributed: Convert = ({ layer, inputs, shape, builder, convert }) => {
  const { layer: inner } = layer as tf.layers.Layer & { layer: tf.layers.Layer };
  const [input] = inputs as [PlanNode];
  const each = builder.add(`${layer.name}/each`, { kind: 'reshape' }, [input], input.shape.slice(1));
  return builder.add(layer.name, { kind: 'reshape' }, [convert(inner, [each], shape.slice(1))], shape);
};

const merges: Readonly<Record<string, Operation['kind'] & ('add' | 'multiply')>> = {
  sum: 'add',
  ave: 'add',
  mul: 'multiply',
};

/** Two recurrent layers, one from each end; what the second gives for all rows is put into their order. */
export const bidirectional: Convert = (call) => {
  const { layer, config, inputs, shape, builder, convert } = call;
  const { forwardLayer, backwardLayer } = layer as tf.layers.Layer & Record<'forwardLayer' | 'backwardLayer', tf.layers.Layer>; // prettier-ignore
  const mode = String(config['mergeMode']);
  if (mode !== 'concat' && merges[mode] === undefined) throw cannotConvert(layer, 'it gives two results');
  const one = mode === 'concat' ? [...shape.slice(0, -1), shape.at(-1)! / 2] : shape;
  const forward = convert(forwardLayer, inputs, one);
  const other = convert(backwardLayer, inputs, one);
  const backward = shape.length === 1 ? other : builder.add(`${layer.name}/turned`, { kind: 'turn' }, [other], one);
  const both = [forward, backward];
  if (mode === 'concat') return builder.add(layer.name, { kind: 'concatenate', axis: shape.length - 1 }, both, shape);
  const merged = builder.add(layer.name, { kind: merges[mode]! }, both, shape);
  if (mode !== 'ave') return merged;
  const [scale, offset] = [0.5, 0].map((value) => new Float32Array(shape.at(-1)!).fill(value));
  return builder.add(`${layer.name}/mean`, { kind: 'affine', scale: scale!, offset: offset! }, [merged], shape);
};
