import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Runs one of the Python files here over model directories. @throws Error with what Python printed */
export async function runPython(
  python: string,
  script: 'check_onnx.py' | 'run_saved_model.py',
  { file, pixels, shape }: { file: string; pixels: Float32Array; shape: readonly number[] },
  directories: readonly string[],
): Promise<void> {
  writeFileSync(file, pixels);
  const args = [join(import.meta.dirname, script), file, shape.join(), ...directories];
  await promisify(execFile)(python, args, { env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' } });
}

/** What such a file wrote into a model directory. */
export async function readFloats(directory: string, name: string): Promise<Float32Array> {
  const bytes = await readFile(join(directory, name));
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}
