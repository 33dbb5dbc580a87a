import { expect, test } from 'vitest';
import { decodeSafetensors, encodeSafetensors } from './safetensors.ts';

const file = {
  tensors: new Map([
    ['weights/0', { shape: [2, 2], values: Float32Array.of(1, 2, 3, NaN) }],
    ['scalar', { shape: [], values: Float32Array.of(-0.5) }],
  ]),
  metadata: { state: '{"epoch":3}' },
};

test('what is written comes back', () => {
  expect(decodeSafetensors(encodeSafetensors(file))).toEqual(file);
});

test('the layout is that of the format: header length, JSON, values from a multiple of 8', () => {
  const bytes = Buffer.from(encodeSafetensors(file));
  const length = Number(bytes.readBigUInt64LE(0));
  expect((8 + length) % 8).toBe(0);
  const header = JSON.parse(bytes.toString('utf8', 8, 8 + length)) as Record<string, unknown>;
  expect(header['scalar']).toEqual({ dtype: 'F32', shape: [], data_offsets: [16, 20] });
  expect(bytes.readFloatLE(8 + length + 16)).toBe(-0.5);
});

test('a file cut short is refused', () => {
  const bytes = encodeSafetensors(file);
  expect(() => decodeSafetensors(bytes.subarray(0, bytes.length - 1))).toThrow(/ends within scalar/);
  expect(() => decodeSafetensors(bytes.subarray(0, 20))).toThrow(/ends within its header/);
  expect(() => decodeSafetensors(bytes.subarray(0, 4))).toThrow();
});

test('one flipped bit is seen, wherever it is', () => {
  const bytes = Buffer.from(encodeSafetensors(file));
  for (let at = 8; at < bytes.length; at++) {
    const flipped = Buffer.from(bytes);
    flipped[at]! ^= 1;
    let same = false;
    try {
      const { tensors, metadata } = decodeSafetensors(flipped);
      same =
        JSON.stringify([...tensors]) === JSON.stringify([...file.tensors]) && metadata['state'] === file.metadata.state;
    } catch {
      continue;
    }
    // What changes nothing, as a space for padding, does no harm.
    expect(same, `byte ${at}`).toBe(true);
  }
});

test('a file without a checksum, of an earlier release, is read', () => {
  const bytes = Buffer.from(encodeSafetensors(file));
  const length = Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.toString('utf8', 8, 8 + length)) as { __metadata__: Record<string, string> };
  delete header.__metadata__['sha256'];
  bytes.write(JSON.stringify(header).padEnd(length), 8);
  expect(decodeSafetensors(bytes)).toEqual(file);
});
