import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InputError } from '@glyphlab/core';
import type { RayClient } from './ray-client.ts';

/** Ray drops a package that no job uses after ten minutes; asking for it makes it stay as long again. */
const ASK_AGAIN_MS = 120_000;
/** Made by tools, where no `.gitignore` can be asked. */
const LEFT_OUT = new Set(['node_modules', 'dist', 'out-tsc', 'coverage']);
/** What code is smaller than, mostly: more is told. */
const TOLD_BYTES = 10e6;
/** Ray takes one package of so much, as its largest message (RAY_max_grpc_message_size). Code is not that large, packed or not. */
const LARGEST_BYTES = 500 * 1024 ** 2;
/** ZIP knows no earlier time. The same for all files, so that the same code is the same package. */
const NO_TIME = new Date(1980, 0, 1);

/** A folder here, and where the package has it: `.` for its root. */
export interface SentFolder {
  from: string;
  to: string;
}

/** Code as a package that Ray unpacks on every node, for a job to run in. */
export class CodePackage {
  readonly #folders: readonly SentFolder[];
  readonly #client: RayClient;
  #uploaded: { atMs: number; uri: Promise<string> } | undefined;

  /** @param folders of code; what git ignores is left out */
  constructor(folders: readonly SentFolder[], client: RayClient) {
    this.#folders = folders;
    this.#client = client;
  }

  /**
   * How much is to be sent, where it is more than code mostly is.
   *
   * @returns undefined if there is nothing to say
   * @throws InputError RAY_CODE_TOO_LARGE
   */
  checkSize(): string | undefined {
    const folders = new Map<string, number>();
    let bytes = 0;
    for (const { file, path } of this.#files()) {
      const { size } = lstatSync(file);
      const folder = path.includes('/') ? `${path.split('/', 1)[0]}/` : path;
      folders.set(folder, (folders.get(folder) ?? 0) + size);
      bytes += size;
    }
    if (bytes < TOLD_BYTES) return undefined;
    const largest = [...folders]
      .sort(([, a], [, b]) => b - a)
      .slice(0, 3)
      .filter(([, size]) => size > 0.05 * bytes);
    const what = `The code to be sent to Ray is ${megabytes(bytes)}, most of it in ${largest.map(([name, size]) => `${name} (${megabytes(size)})`).join(', ')}.`;
    if (bytes <= LARGEST_BYTES) return `${what} What git ignores is not sent.`;
    throw new InputError('RAY_CODE_TOO_LARGE', what, {
      where: this.#folders.map(({ from }) => from).join(', '),
      hint: 'List what is not code in .gitignore, or install the project on the nodes and use --code.',
    });
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
    const files = this.#files().map(({ file, path }) => ({ path, content: readFileSync(file) }));
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

  /** @returns each file with its path in the package */
  #files(): { file: string; path: string }[] {
    return this.#folders.flatMap(({ from, to }) =>
      filesOf(from).map((path) => ({ file: join(from, path), path: join(to, path) })),
    );
  }
}

/** Paths from the root, sorted. */
function filesOf(root: string): string[] {
  const paths = gitFiles(root) ?? walk(root, '');
  return paths.filter((path) => lstatSync(join(root, path), { throwIfNoEntry: false })?.isFile()).sort();
}

/** With what is new and not ignored; undefined where git does not know the folder, or ignores all of it. */
function gitFiles(root: string): string[] | undefined {
  try {
    const output = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
      cwd: root,
      encoding: 'utf8',
      maxBuffer: 64e6,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const paths = [...new Set(output.split('\0').filter(Boolean))];
    return paths.length > 0 ? paths : undefined;
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

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(0)} MB`;
