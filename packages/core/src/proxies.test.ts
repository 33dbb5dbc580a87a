import { expect, test } from 'vitest';
import { describeError } from './errors.ts';
import { proxiesOf } from './proxies.ts';

test('proxies are named in small letters or in capitals, and an empty one is none', () => {
  expect(proxiesOf({})).toEqual({ httpProxy: '', httpsProxy: '', noProxy: '' });
  expect(
    proxiesOf({ http_proxy: '', HTTP_PROXY: 'http://a:1', https_proxy: 'socks5://b', HTTPS_PROXY: 'x', NO_PROXY: 'c' }),
  ).toEqual({ httpProxy: 'http://a:1', httpsProxy: 'socks5://b', noProxy: 'c' });
});

test.each([
  ['nonsense', 'nonsense'],
  ['proxy:3128', 'proxy:3128'],
  ['me:geheim@proxy:3128', '***@proxy:3128'],
])('what is no address is named, without its password: %s', (https_proxy, shown) => {
  const read = () => proxiesOf({ https_proxy });
  expect(read).toThrow(expect.objectContaining({ code: 'BAD_PROXY', kind: 'wrongInput', where: 'https_proxy' }));
  try {
    read();
  } catch (error) {
    expect(describeError(error)).toContain(`"${shown}"`);
    expect(describeError(error)).not.toContain('geheim');
  }
});
