import { randomUUID } from 'node:crypto';
import { limits } from '@glyphlab/mlflow-client/limits';

/** Where MLflow's page looks for an image of a panel with a slider, and for what it shows until the image is asked for. */
export function imagePaths(key: string, step: number, timeMs: number): { image: string; thumbnail: string } {
  const stem = `images/${key.replaceAll('/', '~')}+step+${step}+timestamp+${timeMs}+${randomUUID()}`;
  return { image: `${stem}.png`, thumbnail: `${stem}+compressed.png` };
}

/** Key and step of an image, by its path; of its thumbnail, and of other files, undefined. */
export function imageOfStep(path: string): { key: string; step: number } | undefined {
  const [, key, step] = /^images\/(.+)\+step\+(\d+)\+timestamp\+\d+\+[\da-f-]+\.png$/.exec(path) ?? [];
  return key === undefined ? undefined : { key: key.replaceAll('~', '/'), step: Number(step) };
}

/** The tag by which MLflow's page knows which artifacts are tables. */
export class LoggedTables {
  static readonly tag = 'mlflow.loggedArtifacts';
  readonly #tables: { path: string; type: 'table' }[];

  /** @param tag its value so far, if there is one */
  constructor(tag: string | undefined) {
    this.#tables = tag === undefined ? [] : (JSON.parse(tag) as { path: string; type: 'table' }[]);
  }

  /** @returns the tag to set; undefined if nothing changes or no more tables fit, so that this one is a plain artifact */
  add(path: string): Record<string, string> | undefined {
    if (this.#tables.some((table) => table.path === path)) return undefined;
    const tables = [...this.#tables, { path, type: 'table' as const }];
    const value = JSON.stringify(tables);
    // MLflow would cut it, and cut JSON would hide every table of the run.
    if (value.length > limits.tagLength) return undefined;
    this.#tables.push(tables.at(-1)!);
    return { [LoggedTables.tag]: value };
  }
}
