import type { Problem } from '@glyphlab/config';
import type { SetEntry } from '../file/set-schema.ts';

/** A key of the configuration and its value, with the path in the set's file where it was written. */
export interface Override {
  key: string;
  value: unknown;
  path: readonly PropertyKey[];
}

/** One combination of a grid's values. */
export interface GridPoint {
  /** What tells it from the others: `batchSize=64`, or the names that were given. */
  labels: readonly string[];
  overrides: readonly Override[];
}

/**
 * Every combination of the values, the last key changing fastest; one point without labels if there are no keys.
 *
 * @param path of the grid in the set's file
 * @param problems gets values that have no name and need one
 */
export function expandGrid(grid: SetEntry['grid'], path: readonly PropertyKey[], toProblem: ToProblem): GridPoint[] {
  return Object.entries(grid).reduce<GridPoint[]>(
    (points, [key, axis]) => {
      const values = axisValues(key, axis, [...path, key], toProblem);
      return points.flatMap(({ labels, overrides }) =>
        values.map((value) => ({
          labels: [...labels, value.label],
          overrides: [...overrides, { key, value: value.value, path: value.path }],
        })),
      );
    },
    [{ labels: [], overrides: [] }],
  );
}

/** Takes what is wrong at a path of the set's file. */
export type ToProblem = (path: readonly PropertyKey[], problem: Omit<Problem, 'where'>) => void;

interface AxisValue {
  label: string;
  value: unknown;
  path: readonly PropertyKey[];
}

function axisValues(
  key: string,
  axis: SetEntry['grid'][string],
  path: readonly PropertyKey[],
  toProblem: ToProblem,
): AxisValue[] {
  if (!Array.isArray(axis)) {
    return Object.entries(axis).map(([label, value]) => ({ label, value, path: [...path, label] }));
  }
  return axis.map((value, index) => {
    const label = labelOf(key, value);
    if (label === undefined) {
      toProblem([...path, index], {
        code: 'CONFIG_NO_NAME',
        message: 'A value with several parts needs a name for the results.',
        hint: 'Write the axis as a mapping of names to values.',
      });
    }
    return { label: label ?? String(index), value, path: [...path, index] };
  });
}

function labelOf(key: string, value: unknown): string | undefined {
  if (typeof value === 'object' && value !== null) {
    const { type } = value as { type?: unknown };
    return typeof type === 'string' ? type : undefined;
  }
  const last = key.split('.').at(-1)!;
  return last === 'type' ? String(value) : `${last}=${String(value)}`;
}
