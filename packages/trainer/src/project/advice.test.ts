import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test, vi } from 'vitest';
import { advice, commands } from './advice.ts';
import { terminal } from './terminal.ts';

test('each code is one that a library uses', () => {
  const packages = fileURLToPath(new URL('../../..', import.meta.url));
  const files = ['tracking', 'experiments', 'saved-model', 'nn', 'data', 'config'].flatMap((name) =>
    readdirSync(`${packages}/${name}/src`, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
      .map((file) => readFileSync(`${packages}/${name}/src/${file}`, 'utf8')),
  );
  const text = files.join('\n');
  for (const code of Object.keys(commands)) expect(text, code).toContain(`'${code}'`);
});

test('a message is printed with the command that helps', () => {
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  terminal.onMessage('2 runs are not completely in MLflow.', 'RUNS_WAITING');
  terminal.onMessage('Nothing helps.', 'toString');
  terminal.onMessage('Plain.');
  const said = write.mock.calls.map(([text]) => text).join('');
  write.mockRestore();
  expect(said).toBe(`2 runs are not completely in MLflow.\n${advice('RUNS_WAITING')}\nNothing helps.\nPlain.\n`);
  expect(advice('RUNS_WAITING')).toBe('To send what is waiting: npx glyphlab sync');
});
