import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';

/** An empty folder that is there while the tests run, if they do; `path` is known from the first test on. */
export function temporaryDirectory(): { readonly path: string } {
  const directory = { path: '' };
  beforeAll(() => {
    directory.path = mkdtempSync(join(tmpdir(), 'playground-'));
  });
  afterAll(() => rmSync(directory.path, { recursive: true, force: true }));
  return directory;
}
