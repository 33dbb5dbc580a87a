import type { Operation, PlanNode } from '../plan/plan.ts';
import { isMap } from './layout.ts';
import type { OnnxGraph } from './onnx-graph.ts';

type MatrixOperation = Extract<
  Operation,
  { kind: 'layerNorm' | 'matrixProduct' | 'permute' | 'row' | 'stack' | 'turn' | 'unitLength' }
>;

/** Operations for which the order of the axes is everything: maps get it as in tfjs, and are put back. */
export function writeMatrixOperation(
  graph: OnnxGraph,
  { name, inputs, shape }: PlanNode,
  operation: MatrixOperation,
  results: string[],
): string {
  const [x] = results as [string];
  switch (operation.kind) {
    case 'layerNorm': {
      const { axes, scale, offset, epsilon } = operation;
      const dims = shape.slice(-axes);
      return inOrder((input, own) => {
        const values = [graph.floats(`${name}/scale`, scale, dims), graph.floats(`${name}/offset`, offset, dims)];
        return graph.add(own, 'LayerNormalization', [input, ...values], { axis: -axes, epsilon: { float: epsilon } });
      });
    }
    case 'permute': {
      const perm = [0, ...operation.order.map((axis) => axis + 1)];
      return inOrder((input, own) => graph.add(own, 'Transpose', [input], { perm }));
    }
    case 'matrixProduct': {
      const turned = results.map((result, k) =>
        operation.transposed[k] ? graph.add(`${name}/turned_${k}`, 'Transpose', [result], { perm: [0, 2, 1] }) : result,
      );
      return graph.add(name, 'MatMul', turned);
    }
    case 'row':
      return graph.add(name, 'Gather', [x, graph.integer(`${name}/index`, operation.index)], { axis: 1 });
    case 'turn': {
      const bounds = [[-1], [-(2 ** 31)], [1], [-1]].map((bound, k) => graph.integers(`${name}/bound_${k}`, bound));
      return graph.add(name, 'Slice', [x, ...bounds]);
    }
    case 'unitLength': {
      const { axis, least } = operation;
      const length = graph.add(`${name}/length`, 'ReduceL2', [x], { axes: [axis + 1], keepdims: 1 });
      const shortest = graph.floats(`${name}/shortest`, Float32Array.of(Math.sqrt(least)), [1]);
      return graph.add(name, 'Div', [x, graph.add(`${name}/divisor`, 'Max', [length, shortest])]);
    }
    case 'stack': {
      const axes = graph.integers(`${name}/axes`, [1]);
      const rows = results.map((row, k) => graph.add(`${name}/row_${k}`, 'Unsqueeze', [row, axes]));
      return graph.add(name, 'Concat', rows, { axis: 1 });
    }
  }

  function inOrder(write: (input: string, own: string) => string): string {
    const input = isMap(inputs[0]!.shape) ? graph.add(`${name}/last`, 'Transpose', [x], { perm: [0, 2, 3, 1] }) : x;
    if (!isMap(shape)) return write(input, name);
    return graph.add(name, 'Transpose', [write(input, `${name}/ordered`)], { perm: [0, 3, 1, 2] });
  }
}
