// How a person's own project finds our packages, and the libraries that both must share: one copy of tfjs and zod for all.
// Runs on the thread of Node's module hooks.
import { pathToFileURL } from 'node:url';

const shared = /^(?:@glyphlab\/|@tensorflow\/tfjs(?:\/|$)|zod(?:\/|$))/;
const ours = new URL('../../../', import.meta.url).href;
const isOurs = (url = '') => url.startsWith(ours);
let base = '';
let built = {};

/**
 * @param {{ base: string, built?: Record<string, string> }} data `base`: a file of the package whose dependencies are shared;
 * `built`: the files of the running program, by the names that they are imported by
 */
export function initialize(data) {
  base = pathToFileURL(data.base).href;
  built = data.built ?? {};
}

export async function resolve(specifier, context, next) {
  if (built[specifier] !== undefined)
    return { url: pathToFileURL(built[specifier]).href, format: 'module', shortCircuit: true };
  if (shared.test(specifier) && !isOurs(context.parentURL)) return next(specifier, { ...context, parentURL: base });
  const found = await next(specifier, context);
  // A folder without package.json counts as CommonJS, whose requires would not come by here.
  const isTypeScript = /\.ts(?:\?|$)/.test(found.url) && !isOurs(found.url);
  return isTypeScript ? { ...found, format: 'module' } : found;
}
