import { createHash } from 'node:crypto';
import type { Distribution, SearchEntry } from '../file/search-schema.ts';

export interface Drawn {
  /** As results show it. */
  label: string;
  value: unknown;
}

/** What was drawn, as results show it, by key. */
export const labelsOf = (drawn: Readonly<Record<string, Drawn>>): Record<string, string> =>
  Object.fromEntries(Object.entries(drawn).map(([key, { label }]) => [key, label]));

const SIGNIFICANT_DIGITS = 3;
const MAX_ATTEMPTS = 1000;

/**
 * Configurations of a search, each different. A value depends on the search, the seed, the trial and its own key alone: it is the
 * same on every machine, and more trials or another key change no other.
 *
 * @param search name of the search, with its seed
 * @returns values by key, as many trials as are asked for, or fewer where the space has not so many
 */
export function drawTrials(
  { space, trials }: Pick<SearchEntry, 'space' | 'trials'>,
  search: string,
): Record<string, Drawn>[] {
  const drawn = new Map<string, Record<string, Drawn>>();
  for (let trial = 1; trial <= trials; trial++) {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const values = Object.fromEntries(
        Object.entries(space).map(([key, from]) => [key, draw(from, fraction([search, trial, attempt, key]))]),
      );
      const mark = JSON.stringify(Object.values(values).map(({ label }) => label));
      if (drawn.has(mark)) continue;
      drawn.set(mark, values);
      break;
    }
    if (drawn.size < trial) break;
  }
  return [...drawn.values()];
}

/** A number from 0 up to, not including, 1. */
export function fraction(source: readonly unknown[]): number {
  const bits = createHash('sha256').update(JSON.stringify(source)).digest().readUIntBE(0, 6);
  return bits / 2 ** 48;
}

/** @param u from 0 up to, not including, 1 */
export function draw({ uniform, logUniform, randInt, logRandInt, choice }: Distribution, u: number): Drawn {
  if (choice) {
    const options = optionsOf(choice);
    return options[Math.floor(u * options.length)]!;
  }
  const [min, max] = (uniform ?? logUniform ?? randInt ?? logRandInt) as [number, number];
  const between = (low: number, high: number): number => low + u * (high - low);
  const drawn = uniform
    ? rounded(between(min, max))
    : logUniform
      ? rounded(Math.exp(between(Math.log(min), Math.log(max))))
      : randInt
        ? min + Math.floor(u * (max - min + 1))
        : // Half a unit more at both ends: else these two numbers would come half as often as their neighbours.
          Math.round(Math.exp(between(Math.log(min - 0.5), Math.log(max + 0.5))));
  const value = Math.min(max, Math.max(min, drawn));
  return { label: String(value), value };
}

export const optionsOf = (choice: NonNullable<Distribution['choice']>): Drawn[] =>
  Array.isArray(choice)
    ? choice.map((value) => ({ label: labelOf(value), value }))
    : Object.entries(choice).map(([label, value]) => ({ label, value }));

/** More digits would tell nothing, and fill names and tables. */
export const rounded = (value: number): number => Number(value.toPrecision(SIGNIFICANT_DIGITS));

function labelOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  const { type } = value as { type?: unknown };
  return typeof type === 'string' ? type : JSON.stringify(value).replaceAll('"', '');
}
