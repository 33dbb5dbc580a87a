import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const workspace = join(import.meta.dirname, '../../..');

/** Without what the test's own Nx and vitest have set, and without a daemon that would stay behind. */
const env = {
  ...Object.fromEntries(
    Object.entries(process.env).filter(([key]) => !/^(NX_|VITEST|NODE_ENV|INIT_CWD|npm_)/.test(key)),
  ),
  NX_DAEMON: 'false',
};

interface Told {
  cwd: string;
  args: string[];
  isTTY: boolean;
}

function npx(args: readonly string[], cwd = workspace) {
  const { status, stdout, stderr } = spawnSync('npx', ['nx', 'run', 'nx-executor:echo', ...args], {
    cwd,
    env,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

const told = (stdout: string): Told => JSON.parse(stdout) as Told;

test('arguments, folder and exit code are those of the command that was typed, and nothing else is printed', () => {
  const args = ['--set', 'name=my first run', '--set', 'model.filters=[8, 16]', '--set', 'seed=$(echo x)'];
  const quoted = [
    '--set',
    `description="it's #3"`,
    'training.epochs=3',
    '--no-tracking',
    '--parallel',
    '2',
    '--code',
    '2',
  ];
  const cwd = join(workspace, 'packages/trainer/src');
  const { status, stdout, stderr } = npx([...args, ...quoted], cwd);
  expect(told(stdout)).toEqual({ cwd, args: ['first', ...args, ...quoted], isTTY: false });
  expect(stderr).toBe('');
  expect(status).toBe(2);
});

test('one of several tasks is run as Nx runs tasks', () => {
  const { status, stdout } = spawnSync('npx', ['nx', 'run-many', '-t', 'echo', 'echo-again', '--output-style=static'], {
    cwd: workspace,
    env,
    encoding: 'utf8',
  });
  expect(stdout).toContain('"args":["first"');
  expect(stdout).toContain('"args":["again"');
  expect(status).toBe(0);
});

test.each([
  ['npx', 'SIGTERM'],
  ['node_modules/.bin/nx', 'SIGINT'],
  ['node_modules/.bin/nx', 'SIGTERM'],
  ['node_modules/.bin/nx', 'SIGHUP'],
  ['node_modules/.bin/nx', 'SIGQUIT'],
] as const)('of %s, %s reaches the program, which ends in its own time', async (program, signal) => {
  const args = ['run', 'nx-executor:echo', '--wait'];
  const nx = spawn(program, program === 'npx' ? ['nx', ...args] : args, { cwd: workspace, env });
  let output = '';
  nx.stdout.on('data', (data: Buffer) => (output += String(data)));
  while (!output.includes('"args"')) await once(nx.stdout, 'data');
  nx.kill(signal);
  const [code] = (await once(nx, 'close')) as [number | null];
  expect(output).toContain(JSON.stringify({ signal }));
  if (program !== 'npx') expect(code).toBe(130);
});
