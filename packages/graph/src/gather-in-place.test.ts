import * as tf from '@tensorflow/tfjs';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { decodeSavedModel } from './graph-def.ts';
import { FLOAT, INT32, nativeOp, UINT8, uint8Tensor } from './native-op.ts';
import { Program } from './program.ts';
import type { Step } from './trace.ts';

let folder = '';
beforeEach(() => void (process.env['TFJS_GRAPH_DIR'] = folder = mkdtempSync(join(tmpdir(), 'glyphlab-'))));
afterEach(() => {
  delete process.env['TFJS_GRAPH_DIR'];
  rmSync(folder, { recursive: true });
});

const bytes = Uint8Array.from({ length: 12 }, (_, k) => 20 * k);
const table = uint8Tensor(bytes, [4, 3]);

/** Rows, or along another axis, as float32. */
const gather =
  (axis: number): Step =>
  ({ rows }) => {
    const types = { type: { Tparams: UINT8, Tindices: INT32, Taxis: INT32 }, int: { batch_dims: 0 } };
    const taken = nativeOp('GatherV2', types, table, rows!, tf.scalar(axis, 'int32'));
    return { taken: nativeOp('Cast', { type: { SrcT: UINT8, DstT: FLOAT }, bool: { Truncate: false } }, taken) };
  };

function run(step: Step): { values: number[]; ops: string[] } {
  const program = new Program({ variables: [], resident: [table] });
  const { taken } = program.compile(step)({ rows: tf.tensor1d([2, 0], 'int32') });
  program.dispose();
  const ops = decodeSavedModel(readFileSync(join(folder, 'graph-1.pb'))).map(({ op }) => op);
  return { values: [...taken!.dataSync()], ops: ops.filter((op) => op.includes('Gather')) };
}

test('rows of bytes are taken out of the variable where they lie', () => {
  expect(run(gather(0))).toEqual({ values: [120, 140, 160, 0, 20, 40], ops: ['ResourceGather'] });
});

test('columns are gathered as TensorFlow does', () => {
  expect(run(gather(1))).toEqual({ values: [40, 0, 100, 60, 160, 120, 220, 180], ops: ['GatherV2'] });
});
