import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * The user's cache directory for glyphlab: `GLYPHLAB_CACHE_DIR`, else `$XDG_CACHE_HOME/glyphlab`, else `~/.cache/glyphlab`
 * (`~/Library/Caches/glyphlab` on macOS). Everything in it can be made again.
 */
export function userCacheDir(env: NodeJS.ProcessEnv = process.env): string {
  if (env['GLYPHLAB_CACHE_DIR']) return env['GLYPHLAB_CACHE_DIR'];
  if (env['XDG_CACHE_HOME']) return join(env['XDG_CACHE_HOME'], 'glyphlab');
  return process.platform === 'darwin'
    ? join(homedir(), 'Library', 'Caches', 'glyphlab')
    : join(homedir(), '.cache', 'glyphlab');
}
