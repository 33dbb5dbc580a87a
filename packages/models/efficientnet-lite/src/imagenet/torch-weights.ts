import { DataError } from '@glyphlab/core';
import { readPickle } from './pickle.ts';

/** float32 values as they lie in memory, last axis fastest. */
export interface TorchTensor {
  values: Float32Array;
  shape: readonly number[];
}

interface Storage {
  key: string;
  size: number;
  kind: string;
}

interface Unfilled {
  storage: Storage;
  offset: number;
  shape: number[];
  /** Values from one to the next along each axis: a tensor may lie transposed. */
  strides: number[];
}

const MAGIC = 0x1950a86a20f9469cfc6cn;
const BYTES: Readonly<Record<string, number>> = { float32: 4, int64: 8 };

/**
 * Reads a dictionary of weights in PyTorch's format of before 1.6 (`torch/serialization.py`, `_legacy_load`): pickles of a magic
 * number, a version, sizes of types, the dictionary and the order of the storages; then each storage, its size as int64 before it.
 *
 * @returns the float32 tensors by name; whole numbers, as how many batches a batch norm has seen, are left out
 * @throws DataError PICKLE_REFUSED, TORCH_FILE_DAMAGED
 */
export function readTorchWeights(file: Buffer): Map<string, TorchTensor> {
  const refuse = (what: string): never => {
    throw new DataError('TORCH_FILE_DAMAGED', `This is not a weights file as PyTorch wrote them before 1.6: ${what}.`);
  };
  const storages = new Map<string, Storage>();
  const kind = (name: string) => () => name;
  const globals = {
    'collections OrderedDict': () => new Map(),
    'torch FloatStorage': kind('float32'),
    'torch LongStorage': kind('int64'),
    'torch._utils _rebuild_tensor_v2': (...[storage, offset, shape, strides]: unknown[]) =>
      ({ storage, offset: Number(offset), shape, strides }) as Unfilled,
  };
  const persistent = (id: unknown): Storage => {
    const [what, type, key, , size] = id as [string, () => string, string, string, number];
    if (what !== 'storage') refuse(`it has a ${what}`);
    const storage = storages.get(key) ?? { key, size, kind: type() };
    storages.set(key, storage);
    return storage;
  };

  const magic = readPickle(file, 0, { globals: {} });
  if (magic.value !== MAGIC) refuse('it begins otherwise');
  const version = readPickle(file, magic.end, { globals: {} });
  const sizes = readPickle(file, version.end, { globals: {} });
  const weights = readPickle(file, sizes.end, { globals, persistent });
  const keys = readPickle(file, weights.end, { globals: {} });
  if (!(weights.value instanceof Map) || !Array.isArray(keys.value)) return refuse('it holds no dictionary');

  const contents = new Map<string, Buffer>();
  let at = keys.end;
  for (const key of keys.value as string[]) {
    const storage = storages.get(key) ?? refuse('it has a storage that nothing uses');
    const bytes = storage.size * BYTES[storage.kind]!;
    if (at + 8 + bytes > file.length) refuse('it ends too early');
    if (Number(file.readBigInt64LE(at)) !== storage.size) refuse('a storage has another size than its tensors');
    contents.set(key, file.subarray(at + 8, at + 8 + bytes));
    at += 8 + bytes;
  }
  const tensors = new Map<string, TorchTensor>();
  for (const [name, { storage, offset, shape, strides }] of weights.value as Map<string, Unfilled>) {
    if (storage.kind !== 'float32') continue;
    const content = contents.get(storage.key);
    const last = shape.reduce((place, side, axis) => place + (side - 1) * strides[axis]!, offset);
    if (!content || !(last < storage.size)) return refuse(`${name} lies outside its storage`);
    tensors.set(name, { values: gather(content, offset, shape, strides), shape });
  }
  return tensors;
}

/** The float32 values of a tensor, last axis fastest, wherever its storage has them. */
function gather(content: Buffer, offset: number, shape: readonly number[], strides: readonly number[]): Float32Array {
  const values = new Float32Array(shape.reduce((product, side) => product * side, 1));
  const index = shape.map(() => 0);
  for (let k = 0, place = offset; k < values.length; k++) {
    values[k] = content.readFloatLE(4 * place);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      place += strides[axis]!;
      if (++index[axis]! < shape[axis]!) break;
      place -= shape[axis]! * strides[axis]!;
      index[axis] = 0;
    }
  }
  return values;
}
