import { spawn } from 'node:child_process';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const page = readFileSync(new URL('../../../../docs/serving.md', import.meta.url), 'utf8');

/** The block of docs/serving.md in this language that holds a text. */
export function fromDocs(language: string, holding: string): string {
  const blocks = [...page.matchAll(/```(\w+)\n(.*?)```/gs)].filter(([, name]) => name === language);
  const found = blocks.map(([, , code]) => code!).find((code) => code.includes(holding));
  if (found === undefined) throw new Error(`docs/serving.md has no ${language} with ${holding}.`);
  return found;
}

/** The line of a shell block of docs/serving.md that begins so, without its comment. */
export const commandFromDocs = (beginning: string): string =>
  fromDocs('sh', beginning)
    .split('\n')
    .find((line) => line.startsWith(beginning))!
    .replace(/ +#.*/, '');

/** Runs a program to its end. @returns what it printed; throws with what it said if it failed */
export async function output(command: string, args: readonly string[], cwd: string, path = ''): Promise<string> {
  const env = { ...process.env, FORCE_COLOR: '0', PATH: `${path}:${process.env['PATH']}` };
  const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (text) => (stdout += String(text)));
  child.stderr.on('data', (text) => (stderr += String(text)));
  const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  if (code !== 0) throw new Error(`${command} ended with ${String(code)}: ${stderr}`);
  return stdout;
}

/** Runs a program of docs/serving.md for Node in a directory, with the packages of this workspace. */
export async function runInNode(code: string, cwd: string): Promise<string> {
  symlinkSync(fileURLToPath(new URL('../../../../node_modules', import.meta.url)), join(cwd, 'node_modules'));
  writeFileSync(join(cwd, 'program.mjs'), code);
  return output(process.execPath, ['program.mjs'], cwd);
}

/** Starts a command that serves on a free port in place of 5001; it ends with the test. */
export async function serve(command: string, cwd: string, path: string): Promise<string> {
  const port = await freePort();
  const env = { ...process.env, PATH: `${path}:${process.env['PATH']}` };
  const server = spawn(command.replace('5001', String(port)), { shell: true, cwd, detached: true, env });
  let log = '';
  for (const stream of [server.stdout, server.stderr]) stream.on('data', (text) => (log += String(text)));
  const exit = new Promise((resolve) => server.once('exit', resolve));
  onTestFinished(async () => {
    if (server.exitCode === null) process.kill(-server.pid!, 'SIGTERM');
    await exit;
  });
  const url = `http://127.0.0.1:${port}`;
  const isReady = (): Promise<boolean> =>
    fetch(`${url}/ping`).then(
      ({ ok }) => ok,
      () => false,
    );
  while (!(await isReady())) {
    if (server.exitCode !== null) throw new Error(`It ended: ${log}`);
    await sleep(200);
  }
  return url;
}

async function freePort(): Promise<number> {
  const socket = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => socket.once('listening', resolve));
  const { port } = socket.address() as { port: number };
  await new Promise((resolve) => socket.close(resolve));
  return port;
}
