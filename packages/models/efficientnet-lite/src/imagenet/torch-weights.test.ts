import { expect, test } from 'vitest';
import { readPickle } from './pickle.ts';
import { readTorchWeights } from './torch-weights.ts';

const pickle = (...bytes: (number | string)[]): Buffer =>
  Buffer.concat(bytes.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.of(part))));

test.each<[what: string, pickled: Buffer, says: RegExp]>([
  ['a call of os.system', pickle(0x80, 2, 'cos\nsystem\n(', 0x58, 2, 0, 0, 0, 'ls', 'tR.'), /it names os system/],
  ['an operation that weights do not need', pickle(0x80, 2, 0x81, '.'), /operation 0x81 at byte 2/],
  ['another protocol', pickle(0x80, 4, 'N.'), /another protocol/],
  ['an end too early', pickle(0x80, 2, 0x4a, 1), /ends too early/],
  ['no end', pickle(0x80, 2, 'N'), /ends too early/],
  ['an empty stack', pickle(0x80, 2, '.'), /takes more than it put down/],
  ['a call of a number', pickle(0x80, 2, 0x4b, 1, ')R.'), /calls what is no function/],
  ['a name of every object', pickle(0x80, 2, 'cconstructor\n\n.'), /it names/],
])('%s is refused', (_, bytes, says) => {
  expect(() => readPickle(bytes, 0, { globals: {} })).toThrow(says);
});

test('dictionaries, lists, tuples, texts and numbers are read', () => {
  const list = [']', 'q', 1, '(', 0x4b, 7, 0x4d, 1, 1, 0x4a, 255, 255, 255, 255, 'e'];
  const bytes = pickle(0x80, 2, '}(', 0x58, 1, 0, 0, 0, 'a', ...list, 0x8a, 2, 0, 1, 'h', 1, 0x85, 'u.');
  const { value, end } = readPickle(bytes, 0, { globals: {} });
  expect(value).toEqual(new Map<unknown, unknown>([['a', [7, 257, -1]], [256n, [[7, 257, -1]]]])); // prettier-ignore
  expect(end).toBe(bytes.length);
});

test('what is no file of weights is refused', () => {
  expect(() => readTorchWeights(Buffer.from('PK\u0003\u0004'))).toThrow(
    expect.objectContaining({ kind: 'wrongInput' }),
  );
  expect(() => readTorchWeights(pickle(0x80, 2, 0x4b, 1, '.'))).toThrow(/begins otherwise/);
});
