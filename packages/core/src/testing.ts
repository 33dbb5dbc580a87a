import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

const directories: string[] = [];
// A server that was ended just now may still write to its own.
afterAll(() => directories.forEach((path) => rmSync(path, { recursive: true, force: true, maxRetries: 5 })));

/** A new, empty folder, gone after all tests of the file. For tests and their hooks. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'glyphlab-test-'));
  directories.push(directory);
  return directory;
}
