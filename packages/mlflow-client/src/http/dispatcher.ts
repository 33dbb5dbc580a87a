import { Agent, type Dispatcher, EnvHttpProxyAgent } from 'undici';
import type { Settings } from './settings.ts';

/** uvicorn closes a connection that was idle for 5 s: to use one that is about to be closed would fail. */
const keepAliveMs = 4_000;

/** Connections to the server, through the proxy that `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` name, if any. */
export function makeDispatcher({ url, connections, tls, env }: Settings): Dispatcher {
  const options = {
    connections,
    keepAliveTimeout: keepAliveMs,
    // Time is kept per try by the transport, which also knows when a transfer moves.
    headersTimeout: 0,
    bodyTimeout: 0,
    connect: { ...tls, timeout: 10_000 },
  };
  const variable = (name: string) => env[name.toLowerCase()] || env[name.toUpperCase()];
  const proxies = { httpProxy: variable('http_proxy'), httpsProxy: variable('https_proxy') };
  if ((!proxies.httpProxy && !proxies.httpsProxy) || isLoopback(new URL(url).hostname)) return new Agent(options);
  return new EnvHttpProxyAgent({
    ...options,
    ...(proxies.httpProxy && { httpProxy: proxies.httpProxy }),
    ...(proxies.httpsProxy && { httpsProxy: proxies.httpsProxy }),
    noProxy: variable('no_proxy') ?? '',
    requestTls: tls,
  });
}

const isLoopback = (host: string) => /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(host);
