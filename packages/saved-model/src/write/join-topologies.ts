import type { ImageShape } from '@glyphlab/core';
import type * as tf from '@tensorflow/tfjs';
import { repairTopology } from '../read/repair-topology.ts';

/** Layer, which of its calls, and which of that one's results. */
type Reference = [layer: string, call: number, result: number, ...kwargs: unknown[]];

interface LayerEntry {
  name: string;
  class_name: string;
  config: Record<string, unknown>;
  inbound_nodes: Reference[][];
}

/** A functional model as `model.json` has it. */
export interface Topology {
  class_name: 'Model';
  config: { name: string; layers: LayerEntry[]; input_layers: Reference[]; output_layers: Reference[] };
}

/** @param model functional, as `tf.model` makes it */
export function topologyOf(model: tf.LayersModel): Topology {
  const topology = model.toJSON(undefined, false) as unknown as Topology;
  const shapes = model.weights.map(({ originalName, shape }) => ({ name: originalName, shape }));
  repairTopology(topology, shapes as tf.io.WeightsManifestEntry[]);
  return topology;
}

const INPUT = 'image';
const OUTPUT = 'probabilities';

/**
 * The topology of a model that gives the mean of what its members give for the same images.
 *
 * @param members each with one input and one output
 * @param prefixes of the names of a member's layers, all different
 */
export function joinTopologies(
  members: readonly Topology[],
  prefixes: readonly string[],
  imageShape: ImageShape,
): Topology {
  const renamed = members.map((member, k) => (withPrefix(member, prefixes[k]!) as Topology).config);
  const input = {
    name: INPUT,
    class_name: 'InputLayer',
    config: { batch_input_shape: [null, ...imageShape], dtype: 'float32', sparse: false, name: INPUT },
    inbound_nodes: [],
  };
  const layers = renamed.flatMap((config) => {
    const [[own]] = config.input_layers as [Reference];
    const read = (from: Reference): Reference => (from[0] === own ? ([INPUT, ...from.slice(1)] as Reference) : from);
    return config.layers
      .filter(({ name }) => name !== own)
      .map((layer) => ({ ...layer, inbound_nodes: layer.inbound_nodes.map((call) => call.map(read)) }));
  });
  const mean = {
    name: OUTPUT,
    class_name: 'Average',
    config: { name: OUTPUT, trainable: true },
    inbound_nodes: [renamed.map(({ output_layers: [output] }): Reference => [...output!, {}])],
  };
  return {
    class_name: 'Model',
    config: {
      name: 'ensemble',
      layers: [input, ...layers, mean],
      input_layers: [[INPUT, 0, 0]],
      output_layers: [[OUTPUT, 0, 0]],
    },
  };
}

/** Keys that hold references to layers, at any depth. */
const REFERRING = ['inbound_nodes', 'input_layers', 'output_layers'];

type Fields = Record<string, unknown>;
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The same with a prefix before each layer's name, inner ones and those of models in the model too: names of weights come from them. */
function withPrefix(value: unknown, prefix: string): unknown {
  if (Array.isArray(value)) return value.map((item) => withPrefix(item, prefix));
  if (!isFields(value)) return value;
  const inner = Object.fromEntries(
    Object.entries(value).map(([key, field]) => [
      key,
      REFERRING.includes(key) ? refer(field, prefix) : withPrefix(field, prefix),
    ]),
  );
  // What has a class and a name is a layer; initializers and the like have none.
  if (!('class_name' in value) || !isFields(inner['config'])) return inner;
  return { ...named(inner, prefix), config: named(inner['config'], prefix) };
}

const named = (fields: Fields, prefix: string): Fields =>
  typeof fields['name'] === 'string' ? { ...fields, name: `${prefix}${fields['name']}` } : fields;

/** References lie in lists, and in lists of lists. */
function refer(value: unknown, prefix: string): unknown {
  if (!Array.isArray(value)) return value;
  const [first, ...others] = value as unknown[];
  return typeof first === 'string' ? [`${prefix}${first}`, ...others] : value.map((item) => refer(item, prefix));
}
