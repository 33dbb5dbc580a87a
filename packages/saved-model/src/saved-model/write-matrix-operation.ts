import type { Operation, PlanNode } from '../plan/plan.ts';
import { integerType, type TensorFlowGraph } from './tensorflow-graph.ts';

type MatrixOperation = Extract<
  Operation,
  { kind: 'layerNorm' | 'matrixProduct' | 'permute' | 'row' | 'stack' | 'turn' | 'unitLength' }
>;

/** @param inputs names of the results it reads @returns name of its own */
export function writeMatrixOperation(
  graph: TensorFlowGraph,
  { name, shape }: PlanNode,
  operation: MatrixOperation,
  inputs: string[],
): string {
  const [x] = inputs as [string];
  switch (operation.kind) {
    case 'layerNorm':
      return writeLayerNorm(graph, name, operation, { x, shape });
    case 'permute': {
      const order = graph.integers(`${name}/order`, [0, ...operation.order.map((axis) => axis + 1)]);
      return graph.add(name, 'Transpose', [x, order], { Tperm: integerType });
    }
    case 'matrixProduct': {
      const [left, right] = operation.transposed;
      return graph.add(name, 'BatchMatMulV2', inputs, { adj_x: { b: left }, adj_y: { b: right } });
    }
    case 'row': {
      const [begin, end] = [0, 1].map((k) => graph.integers(`${name}/${k}`, [0, operation.index + k]));
      const strides = graph.integers(`${name}/strides`, [1, 1]);
      // All images, of each one row, whose axis goes.
      return graph.add(name, 'StridedSlice', [x, begin!, end!, strides], {
        Index: integerType,
        begin_mask: { i: 1 },
        end_mask: { i: 1 },
        shrink_axis_mask: { i: 2 },
        ellipsis_mask: { i: 0 },
        new_axis_mask: { i: 0 },
      });
    }
    case 'turn':
      return graph.add(name, 'ReverseV2', [x, graph.integers(`${name}/axis`, [1])], { Tidx: integerType });
    case 'unitLength': {
      const { axis, least } = operation;
      const squares = graph.add(`${name}/squares`, 'Mul', [x, x]);
      const over = graph.integers(`${name}/axis`, [axis + 1]);
      const sum = graph.add(`${name}/sum`, 'Sum', [squares, over], { Tidx: integerType, keep_dims: { b: true } });
      const smallest = graph.floats(`${name}/least`, Float32Array.of(least), []);
      const inverse = graph.add(`${name}/inverse`, 'Rsqrt', [graph.add(`${name}/square`, 'Maximum', [sum, smallest])]);
      return graph.add(name, 'Mul', [x, inverse]);
    }
    case 'stack':
      return graph.add(name, 'Pack', inputs, { N: { i: inputs.length }, axis: { i: 1 } });
  }
}

/** (x − μ) / √(σ² + ε) · scale + offset. */
function writeLayerNorm(
  graph: TensorFlowGraph,
  name: string,
  { axes, scale, offset, epsilon }: Extract<MatrixOperation, { kind: 'layerNorm' }>,
  { x, shape }: { x: string; shape: readonly number[] },
): string {
  const apply = (label: string, op: string, ...inputs: string[]): string => graph.add(`${name}/${label}`, op, inputs);
  const last = Array.from({ length: axes }, (_, k) => k - axes);
  const over = graph.integers(`${name}/axes`, last);
  const mean = (label: string, of: string): string =>
    graph.add(`${name}/${label}`, 'Mean', [of, over], { Tidx: integerType, keep_dims: { b: true } });
  const dims = shape.slice(-axes);
  const centred = apply('centred', 'Sub', x, mean('mean', x));
  const variance = mean('variance', apply('squares', 'Mul', centred, centred));
  const safe = apply('safe', 'AddV2', variance, graph.floats(`${name}/epsilon`, Float32Array.of(epsilon), []));
  const normal = apply('normal', 'Mul', centred, apply('root', 'Rsqrt', safe));
  const scaled = apply('scaled', 'Mul', normal, graph.floats(`${name}/scale`, scale, dims));
  return graph.add(name, 'AddV2', [scaled, graph.floats(`${name}/offset`, offset, dims)]);
}
