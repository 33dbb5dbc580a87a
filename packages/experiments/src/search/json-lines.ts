import { appendFileSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** A file of one JSON object a line, that is only added to. A last line that was cut off with its process is passed over. */
export class JsonLines<Line extends object> {
  readonly #file: string;
  #isCutOff: boolean;
  /** What was there at the start. */
  readonly found: readonly Line[];

  constructor(file: string) {
    this.#file = file;
    const text = readText(file);
    this.#isCutOff = text !== '' && !text.endsWith('\n');
    this.found = text.split('\n').flatMap((line) => {
      try {
        return [JSON.parse(line) as Line];
      } catch {
        return [];
      }
    });
  }

  add(line: Line): void {
    mkdirSync(dirname(this.#file), { recursive: true });
    appendFileSync(this.#file, `${this.#isCutOff ? '\n' : ''}${JSON.stringify(line)}\n`);
    this.#isCutOff = false;
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // Nothing was written yet.
    return '';
  }
}
