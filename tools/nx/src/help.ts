import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const workspace = join(import.meta.dirname, '../../..');

/** A target that is a program of ours. */
export interface Program {
  /** Of the executor, as `trainer-run`. */
  name: string;
  file: string;
  args: readonly string[];
}

interface Target {
  executor?: string;
  options?: { program: string; arguments?: string[] };
}

const OWN = '@glyphlab/nx:';
/** What has no options to show. */
const PLAIN = 'program';

/** Every target of this workspace that has an executor of its own, so that Nx shows its options. */
export function programs(): Program[] {
  const folders = ['packages', 'packages/models', 'tools'].flatMap((parent) =>
    readdirSync(join(workspace, parent)).map((name) => join(workspace, parent, name, 'package.json')),
  );
  return folders.filter(existsSync).flatMap((file) => {
    const { nx } = JSON.parse(readFileSync(file, 'utf8')) as { nx?: { targets?: Record<string, Target> } };
    return Object.values(nx?.targets ?? {}).flatMap(({ executor = '', options }) => {
      const name = executor.slice(OWN.length);
      if (!executor.startsWith(OWN) || name === PLAIN || !options) return [];
      return [{ name, file: options.program, args: options.arguments ?? [] }];
    });
  });
}

/** The schema that Nx shows for `nx run project:target --help`: what the program itself says for `--help`. */
export function helpSchema({ file, args }: Program): object {
  const loader = file.endsWith('.ts') ? ['--import', import.meta.resolve('tsx')] : [];
  const text = execFileSync(process.execPath, [...loader, join(workspace, file), ...args, '--help'], {
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  });
  return { $schema: 'https://json-schema.org/schema', version: 2, type: 'object', ...parseHelp(text) };
}

/** Description, options and examples of a help text. */
export function parseHelp(text: string): object {
  const paragraphs = text.split(/\n\n+/);
  const description = paragraphs
    .find((paragraph) => !paragraph.startsWith('Usage:'))!
    .replace(/\s+/g, ' ')
    .trim();
  const properties = Object.fromEntries(
    entries(paragraphs.find((paragraph) => /^Options/.test(paragraph)) ?? '').flatMap((entry) => {
      const [, name, value, said] = /^(?:-\w, )?--(\S+)(?: (\S+))? {2,}(.*)$/.exec(entry) ?? [];
      if (name === undefined || name === 'help') return [];
      return [[name, { type: value === undefined ? 'boolean' : 'string', description: said }]];
    }),
  );
  const examples = entries(paragraphs.find((paragraph) => /^Examples?/.test(paragraph)) ?? '').map((entry) => {
    const [command, ...about] = entry.split(/ {3,}/);
    return { command, description: about.join(' ') };
  });
  return { description, properties, ...(examples.length > 0 && { examples }) };
}

/** Entries of a section: what is indented by two; further lines go on with the one before. */
function entries(section: string): string[] {
  return section
    .split('\n')
    .slice(1)
    .reduce<string[]>((all, line) => {
      if (/^ {2}\S/.test(line)) all.push(line.trim());
      else if (all.length > 0) all.push(`${all.pop()} ${line.trim()}`.trim());
      return all;
    }, []);
}
