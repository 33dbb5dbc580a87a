// Builds the command line, the threads and what a project can import as JavaScript for this checkout: see load-program.js.
import * as fs from 'node:fs/promises';
import { builtinModules } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const PROGRAMS = [
  'packages/trainer/src/cli.ts',
  'packages/tracking/src/worker/worker.ts',
  // Commands that are programs of other packages: see run-program.js.
  'packages/tensorflow/src/cli.ts',
  'packages/mlflow-server/src/cli.ts',
  'packages/playground/src/cli.ts',
];
/** These decide what comes of the sources, too. */
const BUILDERS = ['package-lock.json', 'packages/trainer/bin/load-program.js', 'packages/trainer/bin/build-program.js'];
/** Installed where npm writes it, and there only. */
const INSTALLED = 'node_modules/.package-lock.json';
/** Become part of the build: of many files each, in JavaScript alone, and nobody else's business as zod's and tfjs's schemas and tensors. */
const BUNDLED = /\/node_modules\/(?:commander|undici|yaml|vega[a-z-]*|d3-[a-z-]*)\//;
const UNUSED_AFTER_MS = 24 * 3600_000;

/**
 * @param {string} root the checkout
 * @param {string} folder what holds its builds
 * @param {(contents: [file: string, content: Uint8Array][]) => string} keyOf
 */
export async function buildProgram(root, folder, keyOf) {
  await fs.mkdir(folder, { recursive: true });
  const draft = await fs.mkdtemp(join(folder, 'draft-'));
  try {
    const contents = new Map();
    const read = async (file) => contents.set(file, await fs.readFile(join(root, file))).get(file);
    for (const file of BUILDERS) await read(file);
    await read(INSTALLED).catch(() => undefined);
    const names = [...PROGRAMS, ...(await importableNames(root, read))];
    await build({
      entryPoints: names.map((name, k) => ({
        in: PROGRAMS.includes(name) ? join(root, name) : name,
        out: `entry-${k}`,
      })),
      outdir: draft,
      // Loaders, as that of a project, go by the name.
      outExtension: { '.js': '.mjs' },
      absWorkingDir: join(root, 'packages/trainer'),
      bundle: true,
      splitting: true,
      format: 'esm',
      platform: 'node',
      target: `node${process.versions.node}`,
      // As Node resolves, and not as bundlers may.
      conditions: [],
      ignoreAnnotations: true,
      keepNames: true,
      sourcemap: true,
      sourcesContent: false,
      logLevel: 'silent',
      tsconfigRaw: { compilerOptions: { target: 'es2023', verbatimModuleSyntax: true } },
      plugins: [asIfInPlace(root, read)],
    });
    const sorted = [...contents].sort(([a], [b]) => (a < b ? -1 : 1));
    const key = keyOf(sorted);
    const target = join(folder, key);
    // Another process may have been as quick: then its files stay.
    await fs.rename(draft, target).catch(() => fs.access(join(target, 'entry-0.mjs')));
    const entries = Object.fromEntries(names.map((name, k) => [name, join(target, `entry-${k}.mjs`)]));
    const built = { key, inputs: sorted.map(([file]) => file), entries };
    const index = join(folder, 'built.json');
    await fs.writeFile(`${index}.${process.pid}`, JSON.stringify(built));
    await fs.rename(`${index}.${process.pid}`, index);
    await removeUnused(folder, key);
    return built;
  } finally {
    await fs.rm(draft, { recursive: true, force: true });
  }
}

/** What package.json files of the workspace export of their sources, as `@glyphlab/nn/kinds`. */
async function importableNames(root, read) {
  const names = [];
  for (const folder of ['packages', 'packages/models']) {
    for (const name of (await fs.readdir(join(root, folder))).sort()) {
      const file = join(folder, name, 'package.json');
      const manifest = JSON.parse(await read(file).catch(() => '{}'));
      for (const [path, target] of Object.entries(manifest.exports ?? {}))
        if (/\/src\/.*\.ts$/.test(target) && !path.startsWith('./testing')) names.push(manifest.name + path.slice(1));
    }
  }
  return names;
}

/**
 * Sources see themselves where they lie, and packages of npm are the files that Node itself would take, each loaded once however it
 * is imported. Those of CommonJS are required: Node's `import` of them reads them twice, which takes 0.3 s for tfjs.
 */
function asIfInPlace(root, read) {
  return {
    name: 'as-if-in-place',
    setup({ onResolve, onLoad, resolve }) {
      const asked = Symbol('asked');
      const find = async (path, resolveDir, kind = 'import-statement') => {
        const found = await resolve(path, { kind, resolveDir, pluginData: asked });
        if (found.errors.length > 0) throw new Error(found.errors[0].text);
        return found.path;
      };
      onResolve({ filter: /^[^./]/ }, async ({ path, kind, importer, resolveDir, pluginData }) => {
        if (pluginData === asked) return undefined;
        if (path.startsWith('node:') || builtinModules.includes(path))
          return kind === 'require-call' ? { path, namespace: 'builtin' } : { path, external: true };
        const isOurs = !importer.includes('/node_modules/');
        const file = await find(path, resolveDir, isOurs ? undefined : kind).catch((error) => {
          if (isOurs) throw error;
        });
        // A package does without it.
        if (file === undefined) return { path, external: true };
        if (!file.includes('/node_modules/') || BUNDLED.test(file)) return { path: file };
        // `import()` is to have the names that Node finds in it.
        const isRequired = kind !== 'dynamic-import' && (await isCommonJs(file));
        return isRequired ? { path: file, namespace: 'commonjs' } : { path: pathToFileURL(file).href, external: true };
      });
      onLoad({ filter: /./, namespace: 'commonjs' }, ({ path }) => {
        const file = JSON.stringify(path);
        return {
          contents: `module.exports = process.getBuiltinModule('node:module').createRequire(${file})(${file});`,
        };
      });
      onLoad({ filter: /./, namespace: 'builtin' }, ({ path }) => ({
        contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)});`,
      }));
      onLoad({ filter: /\.[mc]?[jt]s$/, namespace: 'file' }, async ({ path }) => {
        if (path.includes('/node_modules/')) return undefined;
        const source = (await read(relative(root, path))).toString();
        const contents = source.includes('import.meta') ? await inPlace(source, path, find) : source;
        return { contents, loader: path.endsWith('ts') ? 'ts' : 'js' };
      });
    },
  };
}

async function inPlace(source, path, find) {
  const url = JSON.stringify(pathToFileURL(path).href);
  const resolved = new Map();
  for (const [, name] of source.matchAll(/\bimport\.meta\.resolve\('([^']+)'\)/g))
    resolved.set(name, JSON.stringify(pathToFileURL(await find(name, dirname(path))).href));
  const resolveIn = `((name) => process.getBuiltinModule('node:url').pathToFileURL(process.getBuiltinModule('node:module').createRequire(${url}).resolve(name)).href)`;
  return source
    .replace(/\bimport\.meta\.resolve\('([^']+)'\)/g, (_, name) => resolved.get(name))
    .replace(/\bimport\.meta\.resolve\b/g, resolveIn)
    .replace(/\bimport\.meta\.url\b/g, url)
    .replace(/\bimport\.meta\.dirname\b/g, JSON.stringify(dirname(path)));
}

const packageTypes = new Map();

/** As Node tells them apart. */
async function isCommonJs(file) {
  if (/\.[cm]js$/.test(file)) return file.endsWith('.cjs');
  if (!file.endsWith('.js')) return false;
  let folder = dirname(file);
  while (!packageTypes.has(folder)) {
    const manifest = await fs.readFile(join(folder, 'package.json'), 'utf8').catch(() => undefined);
    if (manifest !== undefined) packageTypes.set(folder, JSON.parse(manifest).type);
    else folder = dirname(folder);
  }
  return packageTypes.get(folder) !== 'module';
}

/** A process that runs touches its build now and then. */
async function removeUnused(folder, current) {
  for (const name of await fs.readdir(folder)) {
    if (name === current || name === 'built.json') continue;
    const path = join(folder, name);
    const isOld = Date.now() - (await fs.stat(path)).mtimeMs > UNUSED_AFTER_MS;
    if (isOld) await fs.rm(path, { recursive: true, force: true });
  }
}
