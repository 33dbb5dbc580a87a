import crc32c from 'crc-32/crc32c.js';

/** Length, its checksum; behind the data their checksum. */
const [HEADER_BYTES, FOOTER_BYTES] = [12, 4];

/** CRC-32C, rotated and shifted, so that a checksum of what holds checksums is not weak (TensorFlow's crc32c.h). */
function maskedCrc(bytes: Uint8Array): number {
  const crc = crc32c.buf(bytes) >>> 0;
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

/** `data` as a TFRecord: uint64 length, masked CRC-32C of it, the data, masked CRC-32C of them; all little-endian. */
export function frameRecord(data: Uint8Array): Buffer {
  const record = Buffer.alloc(HEADER_BYTES + data.length + FOOTER_BYTES);
  record.writeBigUInt64LE(BigInt(data.length));
  record.writeUInt32LE(maskedCrc(record.subarray(0, 8)), 8);
  record.set(data, HEADER_BYTES);
  record.writeUInt32LE(maskedCrc(data), HEADER_BYTES + data.length);
  return record;
}

/**
 * Where each whole record ends, in bytes from the start. What a writer that was killed left of one, and all behind a damaged one,
 * is none.
 */
export function recordEnds(file: Buffer): number[] {
  const ends: number[] = [];
  for (let start = 0; start + HEADER_BYTES <= file.length;) {
    if (file.readUInt32LE(start + 8) !== maskedCrc(file.subarray(start, start + 8))) break;
    const dataEnd = start + HEADER_BYTES + Number(file.readBigUInt64LE(start));
    if (dataEnd + FOOTER_BYTES > file.length) break;
    if (file.readUInt32LE(dataEnd) !== maskedCrc(file.subarray(start + HEADER_BYTES, dataEnd))) break;
    start = dataEnd + FOOTER_BYTES;
    ends.push(start);
  }
  return ends;
}
