import { type Call, cannotConvert } from './call.ts';
import type { Activation, PlanNode } from './plan.ts';

/** What tfjs calls them. */
const activations: ReadonlySet<unknown> = new Set<Activation>([
  'elu',
  'gelu',
  'gelu_new',
  'hardSigmoid',
  'relu',
  'relu6',
  'selu',
  'sigmoid',
  'softmax',
  'softplus',
  'swish',
  'tanh',
]);

const isActivation = (name: unknown): name is Activation => activations.has(name);

/** @throws InputError EXPORT_LAYER */
export function requireActivation(layer: Call['layer'], name: unknown): Activation | 'linear' {
  if (name === 'linear' || isActivation(name)) return name;
  throw cannotConvert(layer, `its activation is ${String(name)}`);
}

/** @param named as tfjs saves it; `linear` adds nothing */
export function convertActivation({ builder, layer, inputs, shape, config }: Call, named: unknown): PlanNode {
  const name = requireActivation(layer, named);
  if (name === 'linear') return inputs[0]!;
  if (name === 'softmax' && ![undefined, null, -1, shape.length].includes(config['axis'] as number | undefined | null))
    throw cannotConvert(layer, 'its softmax is not over the last axis');
  const own = inputs[0]!.name === layer.name;
  return builder.add(
    own ? `${layer.name}/${name}` : layer.name,
    { kind: 'activation', activation: name },
    inputs,
    shape,
  );
}

export function convertReLU(call: Call): PlanNode {
  const max = call.config['maxValue'] ?? undefined;
  if (max !== undefined && max !== 6) throw cannotConvert(call.layer, `it ends at ${String(max)}`);
  return convertActivation(call, max === 6 ? 'relu6' : 'relu');
}
