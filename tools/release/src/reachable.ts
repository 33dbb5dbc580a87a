import { existsSync, readFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import ts from 'typescript';

/**
 * The modules of a package that run when its entries do: what they import, and what they name as `./x`, `./x.ts` or `./x.mjs` in a
 * string, to start it as a worker or a process. So no test, and nothing that only tests use, is among them.
 *
 * @param entries full paths of modules in `src`
 * @returns full paths, the entries included
 * @throws Error if an entry imports a module that is not there
 */
export function reachableModules(entries: readonly string[]): string[] {
  const seen = new Set<string>();
  const waiting = [...entries];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (seen.has(file)) continue;
    const text = readFileSync(file, 'utf8');
    // What only brings TypeScript's loader to a thread of the workspace.
    if (file.endsWith('.mjs') && text.includes("'tsx/esm/api'")) continue;
    seen.add(file);
    for (const { fileName } of ts.preProcessFile(text, true, true).importedFiles) {
      if (!fileName.startsWith('.')) continue;
      const imported = sourceOf(join(dirname(file), fileName));
      if (!existsSync(imported)) throw new Error(`${file} imports ${fileName}, which is not there.`);
      waiting.push(imported);
    }
    for (const [, name] of text.matchAll(/['"`](\.{1,2}\/[\w./-]+)['"`]/g)) {
      const named = [name!, `${name}.ts`].map((candidate) => join(dirname(file), candidate));
      const module = named.find((candidate) => isModule(candidate) && existsSync(candidate));
      if (module !== undefined) waiting.push(module);
    }
  }
  return [...seen].sort();
}

/** Of what a program runs once it is published, `dist/x.js`, the module here. */
const sourceOf = (file: string): string => (existsSync(file) ? file : file.replace(/\/dist\/(.*)\.js$/, '/src/$1.ts'));

const isModule = (file: string): boolean => ['.ts', '.mjs', '.js'].includes(extname(file));
