import { execFile } from 'node:child_process';
import { readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { temporaryDirectory } from '@glyphlab/core/testing';
import { expect, test } from 'vitest';
import { createProject } from './create-project.ts';

const run = promisify(execFile);
const modules = fileURLToPath(new URL('../../../node_modules', import.meta.url));

test('makes a project whose own tests pass', async () => {
  const { directory, name } = createProject(join(temporaryDirectory(), 'my-digits'));
  expect(name).toBe('my-digits');
  const manifest = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as Record<string, unknown>;
  expect(manifest).toMatchObject({ name: 'my-digits', private: true });
  expect(readFileSync(join(directory, '.gitignore'), 'utf8')).toContain('.glyphlab/');
  expect(readFileSync(join(directory, 'README.md'), 'utf8')).toMatch(/^# my-digits\n/);

  symlinkSync(modules, join(directory, 'node_modules'));
  const { stdout } = await run(process.execPath, [join(modules, 'vitest/vitest.mjs'), 'run'], { cwd: directory });
  expect(stdout).toContain('2 passed');
});

test('refuses a folder with something in it, and a name that npm would not take', () => {
  const directory = temporaryDirectory({ 'my-digits/notes.md': '' });
  expect(() => createProject(join(directory, 'my-digits'))).toThrow(
    expect.objectContaining({
      code: 'PROJECT_NOT_EMPTY',
      message: expect.stringContaining('notes.md') as string,
    }) as Error,
  );
  expect(() => createProject(join(directory, 'My Digits'))).toThrow(
    expect.objectContaining({ code: 'PROJECT_BAD_NAME' }) as Error,
  );
});
