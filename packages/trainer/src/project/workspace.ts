import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { workspaceDir } from '@glyphlab/core';

export { workspaceDir } from '@glyphlab/core';

/**
 * What a person should know of where runs go: a `.glyphlab` somewhere above, without a project around it, may be none that they
 * think of.
 */
export function unexpectedWorkspace(start = process.cwd()): string | undefined {
  const dir = workspaceDir(start);
  if (dir === start || existsSync(join(dir, 'nx.json'))) return undefined;
  return `The workspace is ${dir}, since it has a .glyphlab folder. To keep runs here: mkdir .glyphlab`;
}

/** Holds one folder a run. */
export const runsDir = (): string => join(workspaceDir(), '.glyphlab', 'runs');

/** Where a run keeps what it can go on from. */
export const checkpointFile = (runDirectory: string): string => join(runDirectory, 'checkpoint.safetensors');
