import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryDirectory } from '@glyphlab/core/testing';
import { describe, expect, test } from 'vitest';
import { type Files, generateInProject, type ProjectKind, projectKinds } from './generate-in-project.ts';
import { onDisk } from './on-disk.ts';

const modules = fileURLToPath(new URL('../../../../node_modules', import.meta.url));
const program = fileURLToPath(new URL('../../bin/generators.js', import.meta.url));
const CONFIG = 'glyphlab.config.ts';

/** Files in memory. */
function inMemory(files: Record<string, string>): Files & { all: Map<string, string> } {
  const all = new Map(Object.entries(files));
  return {
    all,
    root: '/w',
    read: (path) => all.get(path) ?? null,
    write: (path, text) => void all.set(path, text),
    exists: (path) => all.has(path),
  };
}

const project = `import { defineModel, defineProject } from '@glyphlab/trainer';

const small = defineModel({ type: 'small' });

export default defineProject({ models: [small] });
`;

test('one of each kind in a project: their tests pass, and a run names them all', { timeout: 240_000 }, () => {
  const directory = temporaryDirectory({
    'package.json': '{ "type": "module" }',
    [CONFIG]: "import { defineProject } from '@glyphlab/trainer';\n\nexport default defineProject({});\n",
    'first.yaml': `
      name: first
      dataset: { type: someBars, size: 64 }
      model: { type: someNet, filters: 4 }
      training:
        epochs: 1
        batchSize: 16
        loss: { type: someLoss }
        optimizer: { type: sgd, learningRate: 0.01, momentum: 0.9 }
        callbacks: [{ type: sinceBest }]
      evaluation: { metrics: [{ type: sureness }] }`,
  });
  mkdirSync(join(directory, 'src'));
  symlinkSync(modules, join(directory, 'node_modules'));
  const node = (cwd: string, ...args: string[]): string =>
    execFileSync(process.execPath, args, { cwd, encoding: 'utf8', stdio: 'pipe', env: { ...process.env, FORCE_COLOR: '0', NO_COLOR: '1' } });
  const names = { dataset: 'some-bars', model: 'some-net', loss: 'some-loss', metric: 'sureness' } as const;
  expect([...Object.keys(names), 'callback'].sort()).toEqual([...projectKinds].sort());
  for (const [what, name] of Object.entries(names)) generateInProject(onDisk(directory), what as ProjectKind, name);
  // The program, from a folder below the project's.
  const said = node(join(directory, 'src'), program, 'callback', 'since-best');
  expect(said).toBe('since-best.ts\nsince-best.test.ts\n../glyphlab.config.ts\nA configuration names it by type: sinceBest.\n');

  expect(node(directory, join(modules, 'vitest/vitest.mjs'), 'run')).toMatch(/Test Files +5 passed/);
  const run = ['run', '--no-tracking', '--config', 'first.yaml'];
  expect(node(directory, join(modules, '@glyphlab/trainer/bin/glyphlab.js'), ...run)).toMatch(/Test accuracy/);
}); // prettier-ignore

test('an Nx workspace: the project is that of the folder one stands in, or of one above', () => {
  const files = inMemory({ [`apps/digits/${CONFIG}`]: project });
  const { written } = generateInProject(files, 'metric', 'top-two', 'apps/digits/src/deep');
  expect(written).toEqual(['apps/digits/src/top-two.ts', 'apps/digits/src/top-two.test.ts', `apps/digits/${CONFIG}`]);
  const config = files.all.get(`apps/digits/${CONFIG}`)!;
  expect(config).toContain("import { defineMetric, defineModel, defineProject } from '@glyphlab/trainer';");
  expect(config).toContain("import { z } from 'zod';");
  expect(config).toContain("name: 'top_two'");
  expect(config).toContain('export default defineProject({ models: [small], metrics: [topTwo] });');
  generateInProject(files, 'metric', 'top-three', 'apps/digits');
  expect(files.all.get(`apps/digits/${CONFIG}`)).toContain('metrics: [topTwo, topThree] });');
});

describe('refused, with nothing written', () => {
  const cases: [name: string, code: string, config?: string][] = [
    ['Wide Net', 'KIND_BAD_NAME'],
    ['small', 'KIND_BAD_NAME'],
    ['there', 'KIND_BAD_NAME'],
    ['accuracy', 'KIND_BAD_NAME'],
    ['other', 'PROJECT_FILE_UNKNOWN', 'export default makeProject();\n'],
  ];
  test.each(cases)('%s: %s', (name, code, config = project) => {
    const files = inMemory({ [CONFIG]: config, 'src/there.ts': '' });
    const before = new Map(files.all);
    expect(() => generateInProject(files, 'metric', name)).toThrow(expect.objectContaining({ code }));
    expect(files.all).toEqual(before);
  });

  test('where there is no project', () => {
    expect(() => generateInProject(inMemory({}), 'model', 'net', 'apps/digits')).toThrow(
      expect.objectContaining({ code: 'PROJECT_NOT_FOUND' }),
    );
  });
});

test('the program ends with code 2 and no stack trace on wrong input', () => {
  const directory = temporaryDirectory({ [CONFIG]: project });
  writeFileSync(join(directory, 'package.json'), '{}');
  const run = (): string =>
    execFileSync(process.execPath, [program, 'model', 'small'], { cwd: directory, encoding: 'utf8', stdio: 'pipe' });
  expect(run).toThrow(expect.objectContaining({ status: 2, stderr: expect.not.stringMatching(/\n\s+at /) }));
});
