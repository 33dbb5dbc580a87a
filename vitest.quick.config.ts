import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { defineConfig } from 'vitest/config';

// `npm run test:quick`: the tests that need neither TensorFlow nor a server, a browser or Python. They are found by what they name,
// so that nobody keeps a list: a package is left out whose own configuration sets something up for every test, or that is itself
// about installing and starting things; a test is left out that imports one of these, or has it from a helper in `testing/`. One that
// starts a server by other ways fails here, where none is installed: it shall import '@glyphlab/mlflow-server/testing'.

const STARTS_SOMETHING =
  /(from|import) '(@glyphlab\/(tensorflow|mlflow-server|python|graph)[/']|playwright)|\bselectBackend\(/;
const SETS_UP = /setup(Files|\.ts)/;
const kindsLeftOut = ['kind:runtime', 'kind:development'];

const packages = ['packages', 'packages/models']
  .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
  .filter((folder) => existsSync(join(folder, 'vitest.config.ts')))
  .filter((folder) => {
    const { nx } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { nx: { tags: string[] } };
    const isLeftOut = nx.tags.some((tag) => kindsLeftOut.includes(tag));
    return !isLeftOut && !SETS_UP.test(readFileSync(join(folder, 'vitest.config.ts'), 'utf8'));
  });

/** Follows the helpers of tests only: that what is tested could start a server does not mean that its test does. */
function startsSomething(file: string, seen = new Set<string>()): boolean {
  if (seen.has(file) || !existsSync(file)) return false;
  seen.add(file);
  const text = readFileSync(file, 'utf8');
  if (STARTS_SOMETHING.test(text)) return true;
  const helpers = [...text.matchAll(/from '(\.[^']*\/testing\/[^']+|\.\/[^']+)'/g)]
    .map(([, specifier]) => join(dirname(file), specifier!))
    .filter((helper) => helper.includes('/testing/'));
  return helpers.some((helper) => startsSomething(helper, seen));
}

const projects = packages.flatMap((root) => {
  const tests = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts') && !file.endsWith('.webgpu.test.ts'))
    .map((file) => join('src', file));
  const quick = tests.filter((test) => !startsSomething(join(root, test)));
  return quick.length === 0 ? [] : [{ test: { name: basename(root), root, include: quick, testTimeout: 60_000 } }];
});

// Its own, so that what this machine has does not decide; it keeps what data sets make of their files.
const env = { GLYPHLAB_CACHE_DIR: join(import.meta.dirname, 'node_modules/.cache/test-quick'), PIP_NO_INDEX: '1' };

export default defineConfig({ test: { projects, env } });
