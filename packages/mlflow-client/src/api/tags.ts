import type { WireTag } from './wire.ts';

/** Tags or params as `{ key: value }`. */
export type Tags = Readonly<Record<string, string>>;

export const toWireTags = (tags: Tags): WireTag[] => Object.entries(tags).map(([key, value]) => ({ key, value }));

/** An empty value is left out of answers. */
export const fromWireTags = (tags: readonly WireTag[] = []): Record<string, string> =>
  Object.fromEntries(tags.map(({ key, value }) => [key, value ?? '']));
