import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { artifactFile, journalFile } from '@glyphlab/tracking';

/** Begins a line in which a member tells of its run, where the session cannot read the run's folder. */
const MARK = '@glyphlab-run ';

/** What a member tells: its run's configuration once, and each line of its journal. */
export interface Told {
  run: string;
  config?: string;
  line?: string;
}

/** As a line of the member's output. */
export const toldLine = (told: Told): string => `${MARK}${JSON.stringify(told)}\n`;

/** What a job printed, apart: for a person, and what it told of its runs. The last line of what is still printed is left out. */
export function splitOutput(output: string): { text: string; told: Told[] } {
  const told: Told[] = [];
  const lines = output.slice(0, output.lastIndexOf('\n') + 1).split('\n');
  const text = lines.flatMap((line) => {
    // Ray's word of the command, in which the whole configuration stands.
    if (line.startsWith('Running entrypoint for job ')) return [];
    const at = line.indexOf(MARK);
    if (at < 0) return [line];
    try {
      told.push(JSON.parse(line.slice(at + MARK.length)) as Told);
    } catch {
      // A line that was cut off with its process.
    }
    return at === 0 ? [] : [line.slice(0, at)];
  });
  return { text: text.join('\n'), told };
}

/** Writes the journals that were told, one folder a run, as the run itself does elsewhere. */
export function writeRelayed(directory: string, told: readonly Told[]): void {
  const runs = new Map<string, { config: string; journal: string }>();
  for (const { run, config, line } of told) {
    if (!/^[\w-]+$/.test(run)) continue;
    const known = runs.get(run) ?? { config: '', journal: '' };
    runs.set(run, { config: config ?? known.config, journal: known.journal + (line === undefined ? '' : `${line}\n`) });
  }
  for (const [run, { config, journal }] of runs) {
    const folder = join(directory, run);
    const configFile = artifactFile(folder, 'config.yaml');
    mkdirSync(dirname(configFile), { recursive: true });
    if (config !== '') writeFileSync(configFile, config);
    writeFileSync(journalFile(folder), journal);
  }
}
