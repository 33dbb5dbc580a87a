import { expect, test } from 'vitest';
import { userCacheDir } from './user-dirs.ts';

test('the cache directory follows its own variable before the desktop standard', () => {
  expect(userCacheDir({ GLYPHLAB_CACHE_DIR: '/a', XDG_CACHE_HOME: '/b' })).toBe('/a');
  expect(userCacheDir({ XDG_CACHE_HOME: '/b' })).toBe('/b/glyphlab');
  expect(userCacheDir({})).toMatch(/\/glyphlab$/);
});
