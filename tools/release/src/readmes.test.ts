import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { temporaryDirectory } from '@glyphlab/core/testing';
import { mapParallel } from '@glyphlab/core/map-parallel';
import { expect, test } from 'vitest';
import { publishedPackages, workspace } from './published-packages.ts';

/** mlflow-client's examples need a server, and have a test there. */
const examples = publishedPackages()
  .filter(({ manifest }) => manifest.name !== '@glyphlab/mlflow-client')
  .map(({ dir, manifest }) => ({ name: manifest.name, readme: readFileSync(join(dir, 'README.md'), 'utf8') }));

/** What the comments behind and below `console.log` say is printed. */
function expectedOutput(code: string): string {
  return [...code.matchAll(/(?:^|console\.log\(.*\); )\/\/ (.*)$/gm)].map(([, text]) => `${text}\n`).join('');
}

test('every README says in its first lines what the package is for, how to install it and, in code, how to use it', () => {
  for (const { name, readme } of examples) {
    expect(readme, name).toMatch(new RegExp(`^# ${name}\n\n.{40,}`));
    expect(readme, name).toMatch(/^ {4}npm (install|create) /m);
    expect(readme, name).toMatch(/```ts\n(.*\n){2,12}?```/);
  }
});

test('the first example of every README prints what it says', async () => {
  const run = async ({ name, readme }: (typeof examples)[number]): Promise<string> => {
    const code = /```ts\n(.*?)```/s.exec(readme)![1]!;
    const directory = temporaryDirectory({ 'example.ts': code, 'package.json': '{ "type": "module" }' });
    mkdirSync(join(directory, '.glyphlab'));
    symlinkSync(join(workspace, 'node_modules'), join(directory, 'node_modules'));
    const args = ['--import', import.meta.resolve('tsx'), 'example.ts'];
    const env = { ...process.env, FORCE_COLOR: '0', MLFLOW_TRACKING_URI: '' };
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: directory, env }).catch(
      (error: { stderr?: string }) => {
        return { stdout: `nothing, and ended with\n${error.stderr?.slice(-1000)}` };
      },
    );
    // What a run or a server says of itself is not the example's.
    const printed = stdout.replace(/\x1b\[[0-9;]*m/g, '');
    return printed.endsWith(expectedOutput(code))
      ? ''
      : `${name} printed\n${printed}instead of\n${expectedOutput(code)}`;
  };
  expect((await mapParallel(examples, run, { concurrency: 2 })).filter(Boolean)).toEqual([]);
}, 300_000);
