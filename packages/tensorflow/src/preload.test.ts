import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '@glyphlab/python';
import { beforeAll, expect, test } from 'vitest';
import { installTensorFlow } from './install.ts';
import { loaderIn, prepareLoader } from './preload.ts';

beforeAll(async () => {
  const installation = await installTensorFlow();
  await prepareLoader(installation);
  if (process.platform === 'linux') expect(existsSync(loaderIn(installation))).toBe(true);
}, 600_000);

const index = join(import.meta.dirname, 'index.ts');
/** Says what this process writes, and whether the library was there before it was asked for. */
const script = `
  import { readFileSync } from 'node:fs';
  import { setTimeout as sleep } from 'node:timers/promises';
  import { loadTensorFlow, locateTensorFlow, preloadTensorFlow } from ${JSON.stringify(index)};
  const isLoaded = () => readFileSync('/proc/self/maps', 'utf8').includes('libtensorflow_cc');
  preloadTensorFlow();
  process.stderr.write('other messages are seen\\n');
  while (!isLoaded()) await sleep(5);
  const tf = loadTensorFlow(locateTensorFlow());
  console.log(String(tf.square([3]).dataSync()[0]));`;

const run = (env: NodeJS.ProcessEnv) =>
  runCommand([process.execPath, '--import', import.meta.resolve('tsx'), '--input-type=module', '-e', script], { env });

test.runIf(process.platform === 'linux')(
  'TensorFlow loads beside other work, and prints nothing of its own',
  async () => {
    const { TF_CPP_MIN_LOG_LEVEL: _, ...env } = process.env;
    const { output, exitCode } = await run(env);
    expect(output.trim().split('\n').sort()).toEqual(['9', 'other messages are seen']);
    expect(exitCode).toBe(0);
    expect((await run({ ...env, TF_CPP_MIN_LOG_LEVEL: '0' })).output).toContain('This TensorFlow binary is optimized');
  },
);
