import { lstatSync, readdirSync } from 'node:fs';
import { join, sep } from 'node:path';

/** Bytes of a run's folder on this disk, by what they are for. */
export interface Sizes {
  total: number;
  /** What a run that was cut off resumes from; of no use once it is finished. */
  checkpoints: number;
  /** The saved model, and the copy that goes to MLflow. */
  models: number;
  /** Figures, tables, panels. */
  artifacts: number;
  /** Journals and what is noted beside them. */
  journals: number;
}

export function sizesOf(directory: string): Sizes {
  const sizes: Sizes = { total: 0, checkpoints: 0, models: 0, artifacts: 0, journals: 0 };
  for (const file of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    if (!file.isFile()) continue;
    const path = join(file.parentPath, file.name);
    const bytes = lstatSync(path, { throwIfNoEntry: false })?.size ?? 0;
    sizes[kindOf(path.slice(directory.length + 1))] += bytes;
    sizes.total += bytes;
  }
  return sizes;
}

function kindOf(path: string): Exclude<keyof Sizes, 'total'> {
  const [first = ''] = path.split(sep);
  if (first.startsWith('checkpoint')) return 'checkpoints';
  if (first === 'model' || first === 'models') return 'models';
  return first === 'artifacts' ? 'artifacts' : 'journals';
}

/** As `1.5 GB`. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = bytes === 0 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  return `${Number((bytes / 1000 ** power).toPrecision(3))} ${units[power]}`;
}
