import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { type Package, publicExports, publishedPackages, stagedDir, workspace } from './published-packages.ts';
import { reachableModules } from './reachable.ts';
import { builtPath, isVendoring, stagedManifest, VENDORED } from './staged-manifest.ts';

const require = createRequire(import.meta.url);

/**
 * Compiles all packages and lays out in `dist/packages` what npm gets of each.
 *
 * @param prebuild also compiles the addons that the package of TensorFlow ships, which takes TensorFlow and a C++ compiler
 */
export function stagePackages({ prebuild }: { prebuild: boolean }): Package[] {
  const packages = publishedPackages();
  const compiled = packages.map(({ dir }) => dir).filter((dir) => existsSync(join(dir, 'tsconfig.json')));
  execFileSync(process.execPath, [require.resolve('typescript/bin/tsc'), '--build', ...compiled], { stdio: 'inherit' });
  rmSync(stagedDir, { recursive: true, force: true });
  for (const found of packages) stage(found);
  if (prebuild) for (const found of packages.filter(({ manifest }) => isVendoring(manifest))) compileAddons(found);
  return packages;
}

function stage(found: Package): void {
  const { dir, manifest, staged } = found;
  mkdirSync(staged, { recursive: true });
  for (const source of modulesOf(found)) copyModule(dir, relative(join(dir, 'src'), source), staged);
  for (const pattern of manifest.files ?? [])
    for (const file of filesOf(dir, pattern)) copy(join(dir, file), join(staged, builtPath(file)));
  requireNamedFiles(found);
  if (isVendoring(manifest)) vendor(join(staged, 'vendor', basename(VENDORED)));
  copy(join(workspace, 'LICENSE'), join(staged, 'LICENSE'));
  copy(join(dir, 'README.md'), join(staged, 'README.md'));
  writeFileSync(join(staged, 'package.json'), `${JSON.stringify(stagedManifest(found), null, 2)}\n`);
}

function compileAddons({ dir, staged }: Package): void {
  const target = join(staged, 'prebuilt', `${process.platform}-${process.arch}`);
  const script = ['--import', import.meta.resolve('tsx'), join(dir, 'src', 'prebuild.ts'), target];
  execFileSync(process.execPath, script, { stdio: 'inherit' });
}

/** What its exports and its programs run. */
function modulesOf({ dir, manifest }: Package): string[] {
  const programs = Object.values(manifest.bin ?? {});
  const all = reachableModules([...publicExports(manifest).map(([, source]) => source), ...programs].map((file) => join(dir, file))); // prettier-ignore
  return all.filter((file) => file.startsWith(join(dir, 'src', '/')));
}

/** @throws Error if a module names a file beside it, as `join(import.meta.dirname, 'x.cc')`, that is not published with it */
function requireNamedFiles(found: Package): void {
  const { dir, staged } = found;
  for (const source of modulesOf(found)) {
    const text = readFileSync(source, 'utf8');
    for (const [, name] of text.matchAll(/import\.meta\.dirname, '([^']+)'/g)) {
      const file = relative(dir, join(dirname(source), name!));
      if (existsSync(join(dir, file)) && !existsSync(join(staged, builtPath(file))))
        throw new Error(`${relative(dir, source)} names ${file}, which package.json › files does not publish: ${dir}`);
    }
  }
}

/** @returns paths relative to `dir`: of a file, of all in a folder, or of those in a folder whose names fit `*.ending` */
function filesOf(dir: string, pattern: string): string[] {
  if (!pattern.includes('*')) return [pattern];
  const [folder, ending] = [dirname(pattern), basename(pattern).replace('*', '')];
  const names = readdirSync(join(dir, folder)).filter((name) => name.endsWith(ending));
  if (names.length === 0) throw new Error(`${dir} publishes ${pattern}, of which there is none.`);
  return names.map((name) => join(folder, name));
}

/** JavaScript, its source map and its declarations, as tsc made them; what is JavaScript already stays. */
function copyModule(dir: string, module: string, staged: string): void {
  const built = join(staged, 'dist', module);
  if (!module.endsWith('.ts')) return copy(join(dir, 'src', module), built);
  const stem = (file: string) => file.replace(/\.ts$/, '');
  const made = join(dir, 'out-tsc', stem(module));
  for (const ending of ['.js', '.js.map']) copy(made + ending, stem(built) + ending);
  // Its map leads to sources, which are not published.
  const declarations = readFileSync(`${made}.d.ts`, 'utf8').replace(/\n\/\/# sourceMappingURL=.*\s*$/, '\n');
  writeFileSync(`${stem(built)}.d.ts`, localTypes(declarations, relative(dirname(built), staged)));
}

/** Relative imports as those of the JavaScript; types of what is vendored come from there. */
const localTypes = (declarations: string, toPackage: string): string =>
  declarations
    .replaceAll(/((?:from|import\()\s*['"]\.[^'"]*)\.ts(['"])/g, '$1.js$2')
    .replaceAll(`import('${VENDORED}')`, `import('${toPackage}/vendor/${basename(VENDORED)}/dist/index.js')`)
    .replaceAll(`import("${VENDORED}")`, `import("${toPackage}/vendor/${basename(VENDORED)}/dist/index.js")`);

/** Its JavaScript, its declarations and the sources of its binding. */
function vendor(target: string): void {
  const from = dirname(require.resolve(`${VENDORED}/package.json`));
  for (const folder of ['dist', 'binding']) {
    cpSync(join(from, folder), join(target, folder), {
      recursive: true,
      filter: (file) => !/(_test\.|\.map$|run_tests|\/test_)/.test(file),
    });
  }
  const { name, version, license, author, repository } = JSON.parse(readFileSync(join(from, 'package.json'), 'utf8')) as Record<string, unknown>; // prettier-ignore
  writeFileSync(join(target, 'package.json'), `${JSON.stringify({ name, version, license, author, repository }, null, 2)}\n`); // prettier-ignore
  copy(join(from, 'README.md'), join(target, 'README.md'));
}

function copy(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  cpSync(from, to, { recursive: true });
}
