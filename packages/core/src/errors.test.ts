import { expect, test } from 'vitest';
import { ConfigError, describeError, GlyphlabError, InputError } from './errors.ts';

test('an error says what, where and what to do', () => {
  const error = new ConfigError('CONFIG_UNKNOWN_KEY', 'Unknown key.', {
    where: 'configs/a.yaml › optimizer.learningRat',
    hint: 'Did you mean "learningRate"?',
  });
  expect(describeError(error)).toBe(
    'ConfigError [CONFIG_UNKNOWN_KEY] configs/a.yaml › optimizer.learningRat\n  Unknown key.\n  Did you mean "learningRate"?',
  );
  expect(error.kind).toBe('wrongInput');
});

test('an error keeps its cause, and is a failure unless the input was wrong', () => {
  const cause = new Error('disk full');
  const error = new GlyphlabError('SAVE_FAILED', 'Could not save.', { cause });
  expect(error.cause).toBe(cause);
  expect(error.kind).toBe('failed');
  expect(new InputError('X', 'y').kind).toBe('wrongInput');
});

test('control characters, as a name or a server may have, are written out', () => {
  const error = new GlyphlabError('SOME', 'No \u001b[31mred\u0007\r\nNext.', { where: 'a\u009bb' });
  expect(describeError(error)).toBe('GlyphlabError [SOME] a\\x9bb\n  No \\x1b[31mred\\x07\n  Next.');
});

test('a foreign error is described without its stack', () => {
  expect(describeError(new TypeError('x is not a function'))).toBe('TypeError: x is not a function');
  expect(describeError('text')).toBe('text');
});
