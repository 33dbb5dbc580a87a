import { execFileSync } from 'node:child_process';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { runServer } from 'verdaccio';
import type { Package } from './published-packages.ts';

export interface LocalRegistry {
  url: string;
  stop(): Promise<void>;
}

/**
 * A registry on this machine that holds our packages and asks the user's own for all others.
 *
 * @param directory empty; keeps what is published
 */
export async function startRegistry(directory: string): Promise<LocalRegistry> {
  const upstream = execFileSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8' }).trim();
  const ours = { access: '$all', publish: '$all' };
  const config = {
    self_path: directory,
    storage: join(directory, 'storage'),
    auth: { htpasswd: { file: join(directory, 'htpasswd') } },
    uplinks: { npm: { url: upstream, timeout: '60s', max_fails: 100, maxage: '60m' } },
    packages: { '@glyphlab/*': ours, 'create-glyphlab': ours, '**': { access: '$all', proxy: 'npm' } },
    max_body_size: '100mb',
    web: { enable: false },
    log: { type: 'stdout', level: 'fatal' },
  };
  const server = (await (runServer as unknown as (config: object) => Promise<Server>)(config)) as Server;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return {
    url,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Publishes each as it would go to npm, but for the provenance, which only a CI service can attest. */
export async function publish(
  packages: readonly Package[],
  url: string,
  run: (args: string[]) => Promise<unknown>,
): Promise<void> {
  const token = `--${url.replace('http:', '')}:_authToken=local`;
  for (const { staged } of packages)
    await run(['publish', staged, '--provenance=false', '--ignore-scripts', `--registry=${url}`, token]);
}
