import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const models = fileURLToPath(new URL('../models/', import.meta.url));

/** The folder of a network that comes trained, as a run saves one; undefined if there is none of this name. */
export function zooFolder(name: string): string | undefined {
  const folder = join(models, name);
  return /^[a-z][a-z0-9-]*$/.test(name) && existsSync(join(folder, 'model.json')) ? folder : undefined;
}

/** Names of all of them. */
export const zooNames = (): string[] => readdirSync(models).filter((name) => zooFolder(name) !== undefined);
