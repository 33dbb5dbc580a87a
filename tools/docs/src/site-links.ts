import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { Parser } from 'htmlparser2';

interface Page {
  /** What its elements lead to: pages, pictures, styles, scripts. */
  targets: Set<string>;
  ids: Set<string>;
}

function readPage(file: string): Page {
  const page: Page = { targets: new Set(), ids: new Set() };
  const parser = new Parser({
    onopentag(_, { id, href, src }) {
      if (id !== undefined) page.ids.add(id);
      for (const target of [href, src]) if (target !== undefined) page.targets.add(target);
    },
  });
  parser.end(readFileSync(file, 'utf8'));
  return page;
}

/**
 * The links of a site that lead to no file of it, or to no anchor of that. Links to the web are not followed.
 *
 * @param dir where its pages lie
 */
export function checkSite(dir: string): { pages: number; links: number; broken: string[] } {
  const files = readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(html|svg)$/.test(name));
  const pages = new Map(files.map((name) => [join(dir, name), readPage(join(dir, name))]));
  const links = [...pages].flatMap(([file, { targets }]) => [...targets].filter((target) => !/^[a-z]+:/i.test(target)).map((target) => ({ file, target }))); // prettier-ignore
  const leads = ({ file, target }: { file: string; target: string }): boolean => {
    const [path = '', anchor] = decodeURI(target).split('#');
    const found = path === '' ? file : join(dirname(file), path);
    return existsSync(found) && (!anchor || (pages.get(found)?.ids.has(anchor) ?? false));
  };
  const broken = links.filter((link) => !leads(link)).map(({ file, target }) => `${relative(dir, file)} › ${target} leads nowhere`); // prettier-ignore
  return { pages: files.filter((name) => name.endsWith('.html')).length, links: links.length, broken };
}
