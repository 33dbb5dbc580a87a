import { InputError } from './errors.ts';
import { hideAddressSecrets } from './secrets.ts';

/** Addresses of proxies; '' for none. */
export interface Proxies {
  httpProxy: string;
  httpsProxy: string;
  /** Hosts that are asked without one, by commas. */
  noProxy: string;
}

const KINDS = ['http:', 'https:', 'socks:', 'socks5:'];

/**
 * The proxies that `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` name, in small letters or in capitals.
 *
 * @throws InputError BAD_PROXY if one is no address
 */
export function proxiesOf(env: NodeJS.ProcessEnv): Proxies {
  const address = (name: string): string => {
    const key = env[name.toLowerCase()] ? name.toLowerCase() : name;
    const text = env[key] ?? '';
    if (text === '' || (URL.canParse(text) && KINDS.includes(new URL(text).protocol))) return text;
    throw new InputError('BAD_PROXY', `This is not the address of a proxy: "${hideAddressSecrets(text)}".`, {
      where: key,
      hint: 'Give it like this: http://proxy:3128. Empty means none.',
    });
  };
  return {
    httpProxy: address('HTTP_PROXY'),
    httpsProxy: address('HTTPS_PROXY'),
    noProxy: env['no_proxy'] || env['NO_PROXY'] || '',
  };
}
