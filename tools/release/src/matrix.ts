import { join } from 'node:path';
import { allJourneys } from './journeys.ts';
import { type BuildOption, withPublished } from './rehearse.ts';
import { Traveller } from './traveller.ts';

/** The oldest Node that the packages are for, and each line that is maintained: what `engines` says was run. */
const NODES = ['20.19.0', '22', '24', '26'];

/** All journeys with each Node, from npm's packages of it; TensorFlow and MLflow are installed once for all. */
export const matrix = (versions: readonly string[], option: BuildOption): Promise<void> =>
  withPublished(option, async (registry, home) => {
    const env = { GLYPHLAB_CACHE_DIR: join(home, 'cache'), npm_config_cache: join(home, 'npm-cache') };
    const lines: string[] = [];
    for (const version of versions.length > 0 ? versions : NODES) {
      const setUp = new Traveller(join(home, `node-${version}`), registry.url, { env });
      const cwd = setUp.folder('node', { 'package.json': '{ "private": true }' });
      const name = `node-${process.platform}-${process.arch}`;
      await setUp.run(`Node ${version}: npm install ${name}`, cwd, ['npm', 'install', `${name}@${version}`]);
      const node = join(cwd, 'node_modules', name, 'bin', 'node');
      const traveller = new Traveller(join(home, `with-${version}`), registry.url, { node, env });
      const found = (await traveller.run(`Node ${version}`, cwd, ['node', '--version'])).trim();
      await allJourneys(traveller);
      const seconds = traveller.steps.reduce((sum, step) => sum + step.seconds, 0);
      lines.push(`${found.padEnd(10)} ${traveller.steps.length} steps, ${Math.round(seconds)} s`);
    }
    console.log(`\n${lines.join('\n')}`);
  });
