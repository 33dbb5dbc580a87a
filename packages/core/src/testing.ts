import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';

const directories: string[] = [];
// A server that was ended just now may still write to its own.
afterAll(() => directories.forEach((path) => rmSync(path, { recursive: true, force: true, maxRetries: 5 })));

/** A new folder with these files, gone after all tests of the file. For tests and their hooks. */
export function temporaryDirectory(files: Readonly<Record<string, string | Uint8Array>> = {}): string {
  const directory = mkdtempSync(join(tmpdir(), 'glyphlab-test-'));
  directories.push(directory);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), content);
  }
  return directory;
}
