import { DataType, type Node } from './graph-def.ts';
import type { SessionVariable } from './session-variable.ts';

/** That a variable gets the value of an edge at the end of the step; `read` is the node that read it at the start. */
export interface Update {
  variable: SessionVariable;
  read: string;
  edge: string;
}

/**
 * Finds SGD with momentum among the updates, `v ← c·v + g` and `w ← w − lr·v`, and makes each pair TensorFlow's own op for it: one
 * pass over the weights in place of four and two assignments.
 *
 * @param nodes all of the step's nodes
 * @param shapeOf shape of an edge
 * @returns nodes that do these updates, and the updates that are left
 */
export function momentumUpdates(
  prefix: string,
  nodes: readonly Node[],
  updates: readonly Update[],
  shapeOf: (edge: string) => readonly number[] | undefined,
): { nodes: Node[]; rest: Update[] } {
  const byEdge = new Map(nodes.map((node) => [`${node.name}:0`, node]));
  const updateOf = new Map(updates.map((update) => [update.edge, update]));
  /** The op needs one shape for all three; tfjs would spread a smaller velocity or gradient over the weight. */
  const sameShape = (...edges: string[]): boolean => new Set(edges.map((edge) => String(shapeOf(edge)))).size === 1;
  const isScalar = (edge: string): boolean => shapeOf(edge)?.length === 0;
  const float = (edge: string, op: string): Node | undefined => {
    const node = byEdge.get(edge);
    return node?.op === op && node.attr['T']?.type === DataType.FLOAT ? node : undefined;
  };
  /** The two inputs, that which passes first. */
  const ordered = ({ input: [a, b] }: Node, isFirst: (edge: string) => boolean): [string, string] | undefined =>
    isFirst(a!) ? [a!, b!] : isFirst(b!) ? [b!, a!] : undefined;

  /** Of `c·v + g`: c and g. */
  const velocityParts = ({ edge, read }: Update): { momentum: string; gradient: string } | undefined => {
    const sum = float(edge, 'Add');
    let momentum: string | undefined;
    const parts = sum && ordered(sum, (part) => (momentum = scaled(part, `${read}:0`)) !== undefined);
    return parts && { momentum: momentum!, gradient: parts[1] };
  };
  /** Of `c·x`: c, if it is a scalar. */
  const scaled = (edge: string, x: string): string | undefined => {
    const product = float(edge, 'Mul');
    const parts = product && ordered(product, (part) => part === x);
    return parts && isScalar(parts[1]) ? parts[1] : undefined;
  };

  const done = new Set<Update>();
  const fused: Node[] = [];
  for (const weight of updates) {
    const difference = float(weight.edge, 'Sub');
    if (difference?.input[0] !== `${weight.read}:0`) continue;
    const step = float(difference.input[1]!, 'Mul');
    const velocity = step?.input.map((edge) => updateOf.get(edge)).find((update) => update !== undefined);
    const lr = velocity && scaled(difference.input[1]!, velocity.edge);
    const parts = velocity && !done.has(velocity) && velocityParts(velocity);
    if (!lr || !parts || !sameShape(weight.edge, velocity.edge, parts.gradient)) continue;
    const [w, v] = [weight, velocity].map(({ variable }) => variable.handle) as [string, string];
    fused.push({
      name: `${prefix}momentum${fused.length}`,
      op: 'ResourceApplyMomentum',
      // Variables are read before they are assigned, whatever else the step does with them.
      input: [w, v, lr, parts.gradient, parts.momentum, `^${weight.read}`, `^${velocity.read}`],
      attr: { T: { type: DataType.FLOAT }, use_locking: { b: false }, use_nesterov: { b: false } },
    });
    done.add(weight).add(velocity);
  }
  return { nodes: fused, rest: updates.filter((update) => !done.has(update)) };
}
