import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { workspace } from '@glyphlab/release/published-packages';

/** What is made, or comes from elsewhere. */
const NOT_OURS = new Set(['node_modules', 'dist', 'out-tsc', 'coverage', '.git', '.nx', '.glyphlab', '.mlflow']);

/** All markdown files of the repository: paths from its top, sorted. */
export function markdownFiles(dir = ''): string[] {
  return readdirSync(join(workspace, dir), { withFileTypes: true })
    .flatMap((entry) => {
      const path = join(dir, entry.name);
      if (entry.isDirectory()) return NOT_OURS.has(entry.name) ? [] : markdownFiles(path);
      return entry.name.endsWith('.md') ? [path] : [];
    })
    .sort();
}

/** The headings over the documents of the site, in their order there. A file belongs to the first one that fits. */
const groups = [
  { title: 'Guides', fits: /^docs\/[^/]+$|^CONTRIBUTING\.md$/ },
  { title: 'Results', fits: /^experiments\// },
  { title: 'Decisions', fits: /^docs\/adr\// },
  // READMEs of published packages stand with their API.
  { title: 'Only in a clone', fits: /^packages\/(playground|zoo\/models\/\w+)\/README\.md$/ },
] as const;

export const documentGroups: readonly { title: string; files: readonly string[] }[] = groups.map(({ title, fits }) => ({
  title,
  files: markdownFiles()
    .filter((file) => fits.test(file))
    .sort((a, b) => Number(b.endsWith('adr/README.md')) - Number(a.endsWith('adr/README.md'))),
}));

/** What the first line says, a heading. */
export function titleOf(text: string): string {
  const title = /^# (.+)\n/.exec(text)?.[1];
  if (title === undefined) throw new Error(`A document begins with "# " and its title, not with: ${text.slice(0, 80)}`);
  return title.replaceAll('`', '');
}

/** @param file path from the top of the repository */
export const readMarkdown = (file: string): string => readFileSync(join(workspace, file), 'utf8');
