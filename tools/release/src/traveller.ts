import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { GlyphlabError } from '@glyphlab/core';

export interface Step {
  name: string;
  seconds: number;
}

/** Somebody outside of the workspace, with empty caches: runs commands in folders of its own and notes how long each takes. */
export class Traveller {
  readonly steps: Step[] = [];
  readonly #home: string;
  readonly #env: NodeJS.ProcessEnv;

  /**
   * @param home an empty folder
   * @param registry where npm gets packages
   * @param node whose `node` and `npm` are used; default: those of this process
   */
  constructor(home: string, registry: string, { node = process.execPath, env = {} as NodeJS.ProcessEnv } = {}) {
    this.#home = home;
    mkdirSync(home, { recursive: true });
    writeFileSync(join(home, 'npmrc'), '');
    // Nothing of the npm and the workspace that this was started from.
    const kept = Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_|NX_|GLYPHLAB_|INIT_CWD|MLFLOW_|FORCE_COLOR)/i.test(name)); // prettier-ignore
    this.#env = {
      ...Object.fromEntries(kept),
      PATH: [dirname(node), process.env['PATH']].join(delimiter),
      npm_config_cache: join(home, 'npm-cache'),
      npm_config_userconfig: join(home, 'npmrc'),
      npm_config_registry: registry,
      npm_config_audit: 'false',
      npm_config_fund: 'false',
      npm_config_update_notifier: 'false',
      GLYPHLAB_CACHE_DIR: join(home, 'cache'),
      NO_COLOR: '1',
      ...env,
    };
  }

  /** @returns a folder with these files */
  folder(name: string, files: Readonly<Record<string, string>> = {}): string {
    const directory = join(this.#home, name);
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(dirname(join(directory, file)), { recursive: true });
      writeFileSync(join(directory, file), text);
    }
    mkdirSync(directory, { recursive: true });
    return directory;
  }

  /**
   * @returns what it printed on standard output
   * @throws GlyphlabError RELEASE_STEP_FAILED with all that it printed
   */
  async run(name: string, cwd: string, [program, ...args]: readonly string[]): Promise<string> {
    const startMs = performance.now();
    const child = spawn(program!, args, { cwd, env: this.#env, stdio: ['ignore', 'pipe', 'pipe'] });
    let [output, all] = ['', ''];
    child.stdout.on('data', (text: Buffer) => ((output += text), (all += text)));
    child.stderr.on('data', (text: Buffer) => (all += text));
    const code = await new Promise<number | string | null>((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('close', resolve);
    });
    if (code !== 0)
      throw new GlyphlabError('RELEASE_STEP_FAILED', `${[program, ...args].join(' ')}\nended with ${code}:\n${all}`, { where: name }); // prettier-ignore
    const seconds = (performance.now() - startMs) / 1000;
    this.steps.push({ name, seconds });
    console.log(`${seconds.toFixed(1).padStart(7)} s  ${name}`);
    return output;
  }
}

/** Bytes of all files below a folder. */
export function bytesBelow(directory: string): number {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
}
