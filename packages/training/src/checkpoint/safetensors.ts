import { createHash } from 'node:crypto';

/** Float32 arrays by name, and a text beside them. */
export interface TensorFile {
  tensors: Map<string, { shape: number[]; values: Float32Array }>;
  metadata: Record<string, string>;
}

interface Entry {
  dtype: 'F32';
  shape: number[];
  data_offsets: [from: number, to: number];
}

/**
 * The bytes of a `.safetensors` file (https://huggingface.co/docs/safetensors, "Format"): length of the header, JSON header, values.
 * Python's and Rust's safetensors read it.
 */
export function encodeSafetensors({ tensors, metadata }: TensorFile): Uint8Array {
  const header: Record<string, Entry | Record<string, string>> = { __metadata__: metadata };
  let end = 0;
  for (const [name, { shape, values }] of tensors) {
    header[name] = { dtype: 'F32', shape, data_offsets: [end, (end += values.byteLength)] };
  }
  header['__metadata__'] = { ...metadata, [CHECKSUM]: checksum(metadata, [...tensors]) };
  // Padded with spaces, so that the values start on a multiple of 8.
  const json = Buffer.from(JSON.stringify(header));
  const start = Math.ceil((8 + json.length) / 8) * 8;
  const bytes = Buffer.alloc(start + end, ' ');
  bytes.writeBigUInt64LE(BigInt(start - 8), 0);
  json.copy(bytes, 8);
  let at = start;
  for (const { values } of tensors.values()) {
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at);
    at += values.byteLength;
  }
  return bytes;
}

/** @throws RangeError or SyntaxError if the bytes are not such a file, not all of it, or changed since */
export function decodeSafetensors(bytes: Uint8Array): TensorFile {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const start = 8 + Number(buffer.readBigUInt64LE(0));
  if (start > buffer.length) throw new RangeError('The file ends within its header.');
  const { __metadata__: metadata = {}, ...entries } = JSON.parse(buffer.toString('utf8', 8, start)) as Record<
    string,
    Entry
  > & {
    __metadata__?: Record<string, string>;
  };
  const { [CHECKSUM]: expected, ...ownMetadata } = metadata;
  const tensors: TensorFile['tensors'] = new Map();
  for (const [name, { shape, data_offsets }] of Object.entries(entries)) {
    const [from, to] = data_offsets;
    if (start + to > buffer.length) throw new RangeError(`The file ends within ${name}.`);
    tensors.set(name, {
      shape,
      values: new Float32Array(buffer.buffer.slice(buffer.byteOffset + start + from, buffer.byteOffset + start + to)),
    });
  }
  // Files of earlier releases have none.
  if (expected !== undefined && expected !== checksum(ownMetadata, [...tensors]))
    throw new RangeError('Its checksum does not match: something has changed it.');
  return { tensors, metadata: ownMetadata };
}

/** Key of the metadata: SHA-256 of all the rest. */
const CHECKSUM = 'sha256';

function checksum(
  metadata: Record<string, string>,
  tensors: [string, { shape: number[]; values: Float32Array }][],
): string {
  const hash = createHash('sha256').update(JSON.stringify(metadata));
  for (const [name, { shape, values }] of tensors)
    hash
      .update(JSON.stringify([name, shape]))
      .update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  return hash.digest('hex');
}
