import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { toldLine } from '@glyphlab/experiments';
import { JournalTail } from '@glyphlab/tracking';

const EVERY_MS = 1000;

/** Prints the journal of the only run in a folder as it grows, for a session that cannot read it. */
export class JournalTeller {
  readonly #runsDir: string;
  readonly #config: string;
  readonly #timer: NodeJS.Timeout;
  #run: { name: string; tail: JournalTail } | undefined;

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
    const [name] = existsSync(this.#runsDir) ? readdirSync(this.#runsDir) : [];
    if (name === undefined) return;
    let text = '';
    if (!this.#run) {
      this.#run = { name, tail: new JournalTail(join(this.#runsDir, name)) };
      text = toldLine({ run: name, config: this.#config });
    }
    for (const line of this.#run.tail.lines()) text += toldLine({ run: name, line });
    if (text !== '') process.stdout.write(text);
  }
}
