import { DataType, type Node } from './graph-def.ts';

/**
 * Lets rows of bytes be taken out of a variable where it lies: one op in place of reading it and gathering. On a processor that is the
 * same work. On a GPU, TensorFlow gathers bytes only so; the other way it would copy the whole of a data set to the processor at each step.
 *
 * @param variables the variables that no step assigns, by the op that reads them
 * @returns new nodes; no output changes its name, type or shape
 */
export function gatherInPlace(nodes: readonly Node[], variables: ReadonlyMap<string, string>): Node[] {
  const byName = new Map(nodes.map((node) => [node.name, node]));
  return nodes.map((node) => {
    const [table, rows, axis] = node.input;
    const variable = variables.get(table?.replace(/:0$/, '') ?? '');
    if (node.op !== 'GatherV2' || variable === undefined || node.attr['Tparams']?.type !== DataType.UINT8) return node;
    const zeros = byName.get(axis!.replace(/:0$/, ''))?.attr['value']?.tensor?.tensor_content;
    if (!zeros?.every((byte) => byte === 0) || (node.attr['batch_dims']?.i ?? 0) !== 0) return node;
    const attr = { dtype: { type: DataType.UINT8 }, Tindices: node.attr['Tindices']!, batch_dims: { i: 0 } };
    return { name: node.name, op: 'ResourceGather', input: [variable, rows!], attr };
  });
}
