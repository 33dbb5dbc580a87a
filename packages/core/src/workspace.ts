import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder that the runs of this process belong to: the nearest with an `nx.json` or `.glyphlab`, else the current one. */
export function workspaceDir(start = process.cwd()): string {
  for (let dir = start; ; dir = dirname(dir)) {
    if (existsSync(join(dir, 'nx.json')) || existsSync(join(dir, '.glyphlab'))) return dir;
    if (dir === dirname(dir)) return start;
  }
}
