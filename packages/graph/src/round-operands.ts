import { LOWERED } from './autocast.ts';
import { ownOps } from './own-kernels.ts';
import { type AttrValue, DataType, type Node } from './graph-def.ts';

/**
 * bfloat16 for processors that cannot compute with it: rounds the operands of convolutions and matrix products to bfloat16 and leaves
 * the ops in float32, so that they add up in float32 at its speed. A product of two rounded numbers is exact in float32: what such
 * hardware computes too, but for the order of the sums and for what it stores between the ops, which stays unrounded here.
 *
 * @returns new nodes; no output changes its name or type
 */
export function roundOperands(nodes: readonly Node[]): Node[] {
  const result: Node[] = [];
  const known = new Map<string, string>();
  const rounded = (edge: string): string => {
    let name = known.get(edge);
    if (name === undefined) {
      name = `${edge.replace(':', '_')}_rounded`;
      const [bfloat16, float] = [{ type: DataType.BFLOAT16 }, { type: DataType.FLOAT }];
      const cast = (name: string, input: string, SrcT: AttrValue, DstT: AttrValue): Node => ({
        name,
        op: 'Cast',
        input: [input],
        attr: { SrcT, DstT, Truncate: { b: false } },
      });
      result.push(cast(`${name}_bf16`, edge, float, bfloat16), cast(name, `${name}_bf16:0`, bfloat16, float));
      known.set(edge, name);
    }
    return `${name}:0`;
  };
  for (const node of nodes) {
    const operands = node.attr['T']?.type === DataType.FLOAT ? operandsOf(node.op) : undefined;
    result.push(operands ? { ...node, input: node.input.map((edge, k) => (operands.includes(k) ? rounded(edge) : edge)) } : node); // prettier-ignore
  }
  return result;
}

const operandsOf = (op: string): readonly number[] | undefined => (ownOps.has(op) ? [0, 1] : LOWERED[op]?.[0]);
