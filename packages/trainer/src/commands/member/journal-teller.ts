import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { toldLine } from '@glyphlab/experiments';

const EVERY_MS = 1000;

/** Prints the journal of the only run in a folder as it grows, for a session that cannot read it. */
export class JournalTeller {
  readonly #runsDir: string;
  readonly #config: string;
  readonly #timer: NodeJS.Timeout;
  #toldBytes = 0;
  #isConfigTold = false;

  /** @param config of the run, as it is told */
  constructor(runsDir: string, config: string) {
    this.#runsDir = runsDir;
    this.#config = config;
    this.#timer = setInterval(() => this.#tell(), EVERY_MS);
  }

  /** Tells the rest. */
  end(): void {
    clearInterval(this.#timer);
    this.#tell();
  }

  #tell(): void {
    const [run] = existsSync(this.#runsDir) ? readdirSync(this.#runsDir) : [];
    const file = join(this.#runsDir, run ?? '', 'journal.jsonl');
    if (run === undefined || !existsSync(file)) return;
    const journal = readFileSync(file);
    const end = journal.lastIndexOf('\n') + 1;
    const lines = journal.toString('utf8', this.#toldBytes, end).split('\n').slice(0, -1);
    const config = this.#isConfigTold ? '' : toldLine({ run, config: this.#config });
    const text = config + lines.map((line) => toldLine({ run, line })).join('');
    if (text !== '') process.stdout.write(text);
    this.#isConfigTold = true;
    this.#toldBytes = end;
  }
}
