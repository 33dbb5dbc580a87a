import { expect, test } from 'vitest';
import { autocast } from './autocast.ts';
import { DataType, type Node } from './graph-def.ts';

const float = { T: { type: DataType.FLOAT } };
const node = (name: string, op: string, input: string[]): Node => ({ name, op, input, attr: float });

test('a convolution, its batch norm and ReLU stay in bfloat16; what follows gets float32 back', () => {
  const shapes = new Map([['conv:0', [1, 8, 8, 4]]]);
  const { nodes, full } = autocast(
    [
      node('conv', 'Conv2D', ['x:0', 'w:0']),
      node('norm', 'FusedBatchNormV3', ['conv:0', 'gamma:0', 'beta:0', 'mean:0', 'variance:0']),
      node('relu', 'Relu', ['norm:0']),
      node('sum', 'Sum', ['relu:0', 'axes:0']),
    ],
    shapes,
  );
  const byName = Object.fromEntries(nodes.map((n) => [n.name, n]));
  expect(byName['conv']!.attr['T']).toEqual({ type: DataType.BFLOAT16 });
  expect(byName['conv']!.input).toEqual(['x_0_bf16:0', 'w_0_bf16:0']);
  expect(byName['norm']!.input).toEqual(['conv:0', 'gamma:0', 'beta:0', 'mean:0', 'variance:0']);
  expect(byName['relu']!.attr['T']).toEqual({ type: DataType.BFLOAT16 });
  expect(byName['sum']!.input).toEqual(['relu_0_fp32:0', 'axes:0']);
  expect(byName['sum']!.attr['T']).toEqual({ type: DataType.FLOAT });
  expect(full('relu:0')).toBe('relu_0_fp32:0');
  expect(full('sum:0')).toBe('sum:0');
});

test('ReLU of float32 stays float32', () => {
  const { nodes } = autocast([node('relu', 'Relu', ['x:0'])], new Map());
  expect(nodes).toEqual([node('relu', 'Relu', ['x:0'])]);
});

test('gradients of kernels leave in float32, so that towers add them up exactly', () => {
  const { nodes } = autocast(
    [node('dw', 'Conv2DBackpropFilter', ['x:0', 'sizes:0', 'dy:0']), node('total', 'AddV2', ['dw:0', 'dw:0'])],
    new Map([['total:0', [3, 3, 1, 4]]]),
  );
  const total = nodes.find(({ name }) => name === 'total')!;
  expect(total.input).toEqual(['dw_0_fp32:0', 'dw_0_fp32:0']);
  expect(total.attr['T']).toEqual({ type: DataType.FLOAT });
});

test('a residual sum of feature maps stays in bfloat16, a sum of other things does not', () => {
  const sum = (rank: number[]): Node => {
    const { nodes } = autocast(
      [node('a', 'Conv2D', ['x:0', 'w:0']), node('b', 'AddV2', ['a:0', 'a:0'])],
      new Map([['b:0', rank]]),
    );
    return nodes.find(({ name }) => name === 'b')!;
  };
  expect(sum([1, 8, 8, 4]).attr['T']).toEqual({ type: DataType.BFLOAT16 });
  expect(sum([8, 4]).attr['T']).toEqual({ type: DataType.FLOAT });
});
