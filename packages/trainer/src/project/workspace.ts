import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder that the runs of this process belong to: the nearest with an `nx.json` or `.glyphlab`, else the current one. */
export function workspaceDir(start = process.cwd()): string {
  for (let dir = start; ; dir = dirname(dir)) {
    if (existsSync(join(dir, 'nx.json')) || existsSync(join(dir, '.glyphlab'))) return dir;
    if (dir === dirname(dir)) return start;
  }
}

/**
 * What a person should know of where runs go: a `.glyphlab` somewhere above, without a project around it, may be none that they
 * think of.
 */
export function unexpectedWorkspace(start = process.cwd()): string | undefined {
  const dir = workspaceDir(start);
  if (dir === start || existsSync(join(dir, 'nx.json'))) return undefined;
  return `The workspace is ${dir}, since there is a .glyphlab folder. To keep runs here: mkdir .glyphlab`;
}

/** Holds one folder a run. */
export const runsDir = (): string => join(workspaceDir(), '.glyphlab', 'runs');

/** Where a run keeps what it can go on from. */
export const checkpointFile = (runDirectory: string): string => join(runDirectory, 'checkpoint.safetensors');
