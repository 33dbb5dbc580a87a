import { expect, test } from 'vitest';
import { describeError, InputError } from './errors.ts';
import { hideAddressSecrets, hideSecrets } from './secrets.ts';

test.each([
  ['postgresql://user:secret@db/mlflow', 'postgresql://***@db/mlflow'],
  ['http://me:p@ss/secret@host:5000/x', 'http://***@host:5000/x'],
  ['fetch "https://secret@host/simple" failed', 'fetch "https://***@host/simple" failed'],
  ['https://host/a?access_token=secret&b=1', 'https://host/a?access_token=***&b=1'],
  ['models:/digits@champion and http://127.0.0.1:5000', 'models:/digits@champion and http://127.0.0.1:5000'],
])('%s', (text, shown) => {
  expect(hideSecrets(text)).toBe(shown);
});

test.each([
  ['postgresql:/user:secret@db', 'postgresql:/***@db'],
  ['me:secret@host', '***@host'],
  ['host:5000', 'host:5000'],
])('as a malformed address: %s', (text, shown) => {
  expect(hideAddressSecrets(text)).toBe(shown);
});

test('no error shows one, wherever it stands', () => {
  const address = 'sqlite+x://me:secret@host';
  const error = new InputError('SOME', `No ${address}.`, { where: address, hint: `Not ${address}.` });
  expect(describeError(error)).not.toContain('secret');
  expect(describeError(new TypeError(`No ${address}.`))).not.toContain('secret');
  expect(describeError(`No ${address}.`)).not.toContain('secret');
});
