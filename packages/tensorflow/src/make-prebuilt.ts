import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { compileBinding, compileAddon, requireCompiler } from './compile-binding.ts';
import { addonsIn, BUILD, type Installation } from './installation.ts';
import { isOlder, MANIFEST, type PrebuiltManifest } from './prebuilt.ts';
import { LOADER_SOURCE, loaderIn } from './preload.ts';

/**
 * Compiles the addons for a package to ship, with the C++ library inside, so that only the system's C library matters.
 *
 * @param installation whose libraries and headers they are for
 * @returns false on another system than Linux on x64, for which none are made
 */
export async function makePrebuilt(target: string, installation: Installation): Promise<boolean> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return false;
  const scratch = mkdtempSync(join(tmpdir(), 'glyphlab-prebuilt-'));
  try {
    const libraries = dirname(installation.binding);
    const linked = join(scratch, 'tensorflow');
    mkdirSync(linked);
    for (const name of readdirSync(libraries).filter((name) => !name.endsWith('.node')))
      symlinkSync(join(libraries, name), join(linked, name));
    const compiler = await requireCompiler(process.env);
    const options = { compiler, log: join(scratch, 'log'), env: process.env, flags: ['-static-libstdc++', '-static-libgcc', '-s'] }; // prettier-ignore
    await compileBinding(scratch, options);
    await compileAddon(LOADER_SOURCE, loaderIn({ dir: scratch }), options);
    const { binding, stderrGate } = addonsIn(scratch);
    const made = [binding, stderrGate, loaderIn({ dir: scratch })];
    rmSync(target, { recursive: true, force: true });
    mkdirSync(target, { recursive: true });
    for (const file of made) cpSync(file, join(target, basename(file)));
    const glibc = made.map(neededGlibc).reduce((a, b) => (isOlder(a, b) ? b : a));
    const manifest = {
      build: BUILD,
      tensorflow: installation.version,
      glibc,
      files: made.map((file) => basename(file)),
    };
    writeFileSync(join(target, MANIFEST), `${JSON.stringify(manifest satisfies PrebuiltManifest, null, 2)}\n`);
    return true;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** The newest version of the C library's symbols that a file names. */
const neededGlibc = (file: string): string =>
  [...readFileSync(file, 'latin1').matchAll(/\bGLIBC_(\d+\.\d+)/g)]
    .map(([, version]) => version!)
    .reduce((a, b) => (isOlder(a, b) ? b : a), '2.0');
