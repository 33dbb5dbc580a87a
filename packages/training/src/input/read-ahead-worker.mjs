// The thread of ReadAhead (read-ahead.ts): fills slot after slot, and waits where one is still full.
import { openSync, readSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';

const { file, imageBytes, rows, batchSize, full, pixels } = workerData;
const slots = new Int32Array(full);
const bytes = new Uint8Array(pixels);
const handle = openSync(file, 'r');
for (let from = 0, batch = 0; from < rows.length; from += batchSize, batch++) {
  const slot = batch % slots.length;
  Atomics.wait(slots, slot, 1);
  for (let k = 0; k < batchSize && from + k < rows.length; k++) {
    const start = (slot * batchSize + k) * imageBytes;
    const read = readSync(handle, bytes, start, imageBytes, rows[from + k] * imageBytes);
    if (read !== imageBytes) throw new Error(`it ends before image ${rows[from + k]}`);
  }
  Atomics.store(slots, slot, 1);
  parentPort.postMessage(batch);
}
