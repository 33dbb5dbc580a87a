import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Manifest, type Package, publicExports } from './published-packages.ts';

/** Where a path of the sources lies in the published package. */
export const builtPath = (path: string): string => path.replace(/^(\.\/)?src\//, '$1dist/');

const asJavaScript = (path: string): string => builtPath(path).replace(/\.ts$/, '.js');

/** The package.json that npm gets: it points to JavaScript and declarations instead of sources. */
export function stagedManifest({ dir, manifest }: Package): Record<string, unknown> {
  const { nx: _nx, devDependencies: _dev, exports: _exports, files = [], sideEffects, ...kept } = manifest;
  const subpaths = publicExports(manifest).map(([subpath, source]) => [
    subpath,
    source.endsWith('.ts')
      ? { types: asJavaScript(source).replace(/\.js$/, '.d.ts'), default: asJavaScript(source) }
      : source,
  ]);
  const hasModules = existsSync(join(dir, 'src'));
  return {
    ...kept,
    sideEffects: Array.isArray(sideEffects) ? sideEffects.map(asJavaScript) : (sideEffects ?? false),
    ...(subpaths.length > 0 && { exports: { ...Object.fromEntries(subpaths), './package.json': './package.json' } }),
    files: [...new Set([...(hasModules ? ['dist'] : []), ...files.map(builtPath), ...(isVendoring(manifest) ? ['vendor', 'prebuilt'] : [])])].filter((path) => path === 'dist' || !path.startsWith('dist/')), // prettier-ignore
    publishConfig: { access: 'public', provenance: true },
  };
}

/** The package whose files are published inside of ours, instead of depending on it. */
export const VENDORED = '@tensorflow/tfjs-node-gpu';

export const isVendoring = ({ name }: Manifest): boolean => name === '@glyphlab/tensorflow';
