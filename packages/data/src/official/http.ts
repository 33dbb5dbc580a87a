import { proxiesOf } from '@glyphlab/core';
import { EnvHttpProxyAgent, interceptors, type Dispatcher } from 'undici';

/** Longest silence on a connection before it is given up, milliseconds. */
export const silenceMs = 20_000;

/** Does `work` with connections that follow redirects and the proxy variables of `env`, and ends them afterwards. */
export async function withHttp<T>(env: NodeJS.ProcessEnv, work: (dispatcher: Dispatcher) => Promise<T>): Promise<T> {
  const agent = new EnvHttpProxyAgent({
    // Empty text means none; undefined would make undici look at the process's own variables.
    ...proxiesOf(env),
    connect: { timeout: silenceMs / 2 },
  });
  try {
    return await work(agent.compose(interceptors.redirect({ maxRedirections: 5 })));
  } finally {
    await agent.destroy();
  }
}
