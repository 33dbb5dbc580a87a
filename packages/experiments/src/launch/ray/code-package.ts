import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RayClient } from './ray-client.ts';

/** Ray drops a package that no job uses after ten minutes; asking for it makes it stay as long again. */
const ASK_AGAIN_MS = 120_000;
/** Made by tools, where no `.gitignore` can be asked. */
const LEFT_OUT = new Set(['node_modules', 'dist', 'out-tsc', 'coverage']);
/** ZIP knows no earlier time. The same for all files, so that the same code is the same package. */
const NO_TIME = new Date(1980, 0, 1);

/** The code of a project as a package that Ray unpacks on every node, for a job to run in. */
export class CodePackage {
  readonly #root: string;
  readonly #client: RayClient;
  #uploaded: { atMs: number; uri: Promise<string> } | undefined;

  /** @param root of the project; what git ignores is left out */
  constructor(root: string, client: RayClient) {
    this.#root = root;
    this.#client = client;
  }

  /**
   * Sees to it that Ray has the package, as the code is now.
   *
   * @returns its URI, for `working_dir`
   * @throws GlyphlabError if Ray does not take it
   */
  uri(): Promise<string> {
    if (!this.#uploaded || Date.now() - this.#uploaded.atMs > ASK_AGAIN_MS) {
      const uri = this.#upload();
      this.#uploaded = { atMs: Date.now(), uri };
      uri.catch(() => (this.#uploaded = undefined));
    }
    return this.#uploaded.uri;
  }

  async #upload(): Promise<string> {
    const files = filesOf(this.#root).map((path) => ({ path, content: readFileSync(join(this.#root, path)) }));
    const hash = createHash('sha256');
    for (const { path, content } of files) hash.update(`${path}\0${content.length}\0`).update(content);
    const name = `_ray_pkg_${hash.digest('hex').slice(0, 32)}.zip`;
    if (!(await this.#client.hasPackage(name))) {
      const { zipSync } = await import('fflate');
      const entries = Object.fromEntries(files.map(({ path, content }) => [path, content]));
      await this.#client.uploadPackage(name, zipSync(entries, { mtime: NO_TIME }));
    }
    return `gcs://${name}`;
  }
}

/** Paths from the root, sorted. */
function filesOf(root: string): string[] {
  const paths = gitFiles(root) ?? walk(root, '');
  return paths.filter((path) => lstatSync(join(root, path), { throwIfNoEntry: false })?.isFile()).sort();
}

/** With what is new and not ignored; undefined where git does not know the folder. */
function gitFiles(root: string): string[] | undefined {
  try {
    const output = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
      cwd: root,
      encoding: 'utf8',
      maxBuffer: 64e6,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return [...new Set(output.split('\0').filter(Boolean))];
  } catch {
    return undefined;
  }
}

const walk = (root: string, folder: string): string[] =>
  readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    const isHidden = entry.name.startsWith('.') && entry.name !== '.npmrc';
    if (isHidden || LEFT_OUT.has(entry.name)) return [];
    return entry.isDirectory() ? walk(root, path) : [path];
  });
