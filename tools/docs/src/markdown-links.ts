import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import GithubSlugger from 'github-slugger';
import MarkdownIt from 'markdown-it';

type Token = ReturnType<MarkdownIt['parse']>[number];

const markdown = new MarkdownIt({ html: true });

interface Link {
  target: string;
  /** From 1. */
  line: number;
}

/** Links and images of a markdown text, those in code left out. */
function linksOf(text: string): Link[] {
  const links: Link[] = [];
  let line = 1;
  for (const block of markdown.parse(text, {})) {
    // Cells of a table have no place of their own, their row has.
    if (block.map) line = block.map[0] + 1;
    for (const token of block.children ?? []) {
      const target = token.attrGet(token.type === 'image' ? 'src' : 'href');
      if (target !== null) links.push({ target: decodeURI(target), line });
    }
  }
  return links;
}

const headingText = ({ children }: Token): string =>
  (children ?? []).filter(({ type }) => type === 'text' || type === 'code_inline').map(({ content }) => content).join(''); // prettier-ignore

/** The anchors that GitHub gives the headings. */
function anchorsOf(text: string): Set<string> {
  const slugger = new GithubSlugger();
  const tokens = markdown.parse(text, {});
  return new Set(tokens.flatMap((token, k) => (token.type === 'heading_open' ? [slugger.slug(headingText(tokens[k + 1]!))] : []))); // prettier-ignore
}

/**
 * What is wrong with the links of a markdown file that lead to other files or headings. Links to the web are not followed.
 *
 * @param root the repository's top, which no link may leave
 * @param file path from there
 */
export function brokenLinks(root: string, file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8');
  return linksOf(text)
    .filter(({ target }) => !/^[a-z]+:/i.test(target))
    .flatMap(({ target, line }) => {
      const fault = faultOf(root, file, target);
      return fault ? [`${file}:${line} › ${target}: ${fault}`] : [];
    });
}

function faultOf(root: string, file: string, target: string): string | undefined {
  const [path = '', anchor] = target.split('#');
  const found = path === '' ? join(root, file) : join(root, dirname(file), path);
  if (path.startsWith('/') || !`${found}/`.startsWith(join(root, '/'))) return 'is not a path within the repository';
  if (!existsSync(found)) return 'there is no such file';
  if (anchor === undefined) return undefined;
  const readme = statSync(found).isDirectory() ? join(found, 'README.md') : found;
  if (!readme.endsWith('.md') || !existsSync(readme)) return 'an anchor, but no markdown file';
  return anchorsOf(readFileSync(readme, 'utf8')).has(anchor) ? undefined : 'there is no such heading';
}
