import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** An empty folder; gone after the test. */
export function scratch(): string {
  const directory = mkdtempSync(join(tmpdir(), 'glyphlab-saved-model-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}
