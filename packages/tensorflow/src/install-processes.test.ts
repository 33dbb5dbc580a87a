import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { installWheels } from './install.ts';
import { FAKE_COMPILER, type FakeMachine, fakeMachine } from './testing/fake-machine.ts';

let machine: FakeMachine;
const children: ChildProcess[] = [];
beforeEach(() => (machine = fakeMachine()));
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  machine.remove();
});

function installInChild() {
  const { wheel, installation, env } = machine;
  const script = join(import.meta.dirname, 'testing', 'install-in-child.ts');
  const args = ['--import', import.meta.resolve('tsx'), script, JSON.stringify({ wheel, installation })];
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const messages: string[] = [];
  const lines = createInterface(child.stdout).on('line', (line) => messages.push(line));
  const ended = once(child, 'close').then(([code]) => code as number);
  return { child, lines, messages, ended };
}

test('of two processes that install at once, one does it and the other waits', async () => {
  const [a, b] = [installInChild(), installInChild()];
  expect(await Promise.all([a.ended, b.ended])).toEqual([0, 0]);
  expect(machine.countCalls(/^python3 -m pip download/)).toBe(1);
  expect([...a.messages, ...b.messages]).toContain('Another process is installing TensorFlow; waiting for it.');
  expect(existsSync(machine.installation.binding)).toBe(true);
});

test('a killed installation is taken over where it stopped', { timeout: 60_000 }, async () => {
  machine.addProgram('g++', `[ "$1" = --version ] && exit 0; echo $$ > '${machine.at('pid')}'; exec /bin/sleep 60`);
  const { child, ended } = installInChild();
  while (!existsSync(machine.at('pid'))) await new Promise((resolve) => setTimeout(resolve, 20));
  child.kill('SIGKILL');
  await ended;
  process.kill(Number(readFileSync(machine.at('pid'), 'utf8')));

  machine.addProgram('g++', FAKE_COMPILER);
  await installWheels([machine.wheel], machine.installation, { env: machine.env });
  expect(existsSync(machine.installation.binding)).toBe(true);
  expect(existsSync(`${machine.installation.dir}.partial`)).toBe(false);
  expect(machine.countCalls(/^python3 -m pip download/)).toBe(1);
});
