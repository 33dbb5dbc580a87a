import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const workspace = fileURLToPath(new URL('../../../..', import.meta.url));

/**
 * Trains a network on 10,000 digits for a few seconds, with the command that users type.
 *
 * @param directory empty folder that stands for a workspace
 * @returns the model's folder
 */
export async function trainModel(directory: string): Promise<string> {
  const glyphlab = join(workspace, 'packages', 'trainer', 'bin', 'glyphlab.js');
  const config = join(workspace, 'configs', 'quickstart.yaml');
  const few = ['training.epochs=3', 'training.optimizer.learningRate=0.03'].flatMap((set) => ['--set', set]);
  await promisify(execFile)(process.execPath, [glyphlab, 'run', '--no-tracking', '--config', config, ...few], {
    cwd: directory,
  });
  const runs = join(directory, '.glyphlab', 'runs');
  return join(runs, (await readdir(runs))[0]!, 'model');
}
