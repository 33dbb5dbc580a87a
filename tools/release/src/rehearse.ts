import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { allJourneys } from './journeys.ts';
import { type LocalRegistry, publish, startRegistry } from './local-registry.ts';
import { publishedPackages } from './published-packages.ts';
import { stagePackages } from './stage.ts';
import { Traveller } from './traveller.ts';

export interface BuildOption {
  /** False takes what `release:build` has left. */
  build: boolean;
}

/** Publishes everything to a registry of this machine and hands it over; nothing of it stays. */
export async function withPublished(
  { build }: BuildOption,
  use: (registry: LocalRegistry, home: string) => Promise<void>,
): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'glyphlab-release-'));
  const registry = await startRegistry(join(home, 'registry'));
  try {
    const publisher = new Traveller(join(home, 'publisher'), registry.url);
    const packages = build ? stagePackages({ prebuild: true }) : publishedPackages();
    await publish(packages, registry.url, (args) => publisher.run(`npm ${args[0]} ${args[1]!.split('/').at(-1)}`, home, ['npm', ...args])); // prettier-ignore
    await use(registry, home);
  } finally {
    await registry.stop();
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Uses the packages as their users will: in folders outside of the workspace, with empty caches, by npm and Node alone. */
export const rehearse = (option: BuildOption): Promise<void> =>
  withPublished(option, async (registry, home) => {
    const traveller = new Traveller(join(home, 'traveller'), registry.url);
    console.log(`\n${(await allJourneys(traveller)).join('\n')}`);
  });
