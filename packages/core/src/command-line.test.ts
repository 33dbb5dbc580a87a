import { Command } from 'commander';
import { expect, test, vi } from 'vitest';
import { ExitCode, runCommandLine } from './command-line.ts';
import { ConfigError, GlyphlabError } from './errors.ts';

class Interrupted extends GlyphlabError {
  override readonly kind = 'interrupted';
}

/** Runs a program whose only command throws. */
async function failWith(error: unknown): Promise<{ code: number; said: string }> {
  let said = '';
  const spy = vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((said += String(text)), true));
  const program = new Command('p').action(() => {
    throw error;
  });
  const advice = (code: string): string | undefined => (code === 'WAITS' ? 'To send it: p send' : undefined);
  const code = await runCommandLine({ program, exitCode: () => ExitCode.done, advice }, []).finally(() =>
    spy.mockRestore(),
  );
  return { code, said };
}

test.each([
  [new GlyphlabError('X', 'It broke.'), 1],
  [new ConfigError('X', 'It is wrong.'), 2],
  [new Interrupted('X', 'It was ended.'), 130],
  [new TypeError('x is not a function'), 1],
])('the exit code follows from the kind of an error: %s', async (error, code) => {
  expect((await failWith(error)).code).toBe(code);
});

test('says below the hint which command helps', async () => {
  const { said } = await failWith(new GlyphlabError('WAITS', 'It waits.', { hint: 'Wait too.' }));
  expect(said).toBe('GlyphlabError [WAITS]\n  It waits.\n  Wait too.\n  To send it: p send\n');
  expect((await failWith(new GlyphlabError('OTHER', 'It waits.'))).said).toBe('GlyphlabError [OTHER]\n  It waits.\n');
});
