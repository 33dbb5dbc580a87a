import type { Kinds } from './registry.ts';

/** Kinds of a person's own, to be named in configurations beside ours. */
export type ProjectKinds = Partial<Kinds>;

/**
 * What `glyphlab.config.ts` exports by default. The file is looked for in the folder of a configuration and in those above it.
 *
 * ```ts
 * export default defineProject({ models: [myNet], metrics: [worstClass] });
 * ```
 */
export const defineProject = (kinds: ProjectKinds): ProjectKinds => kinds;
