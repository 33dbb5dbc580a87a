import { temporaryDirectory } from '@glyphlab/core/testing';
import { expect, test } from 'vitest';
import { checkSite } from './site-links.ts';

test('links of a site that lead to no file or no anchor are found', () => {
  const site = temporaryDirectory({
    'index.html':
      '<h1 id="top">A</h1><a href="docs/b.html#there">b</a><a href="#top">top</a><img src="docs/p.png"><use href="i.svg#i">',
    'i.svg': '<svg><g id="i"/></svg>',
    'docs/b.html': '<h2 id="there">B</h2><a href="../index.html#none">a</a><a href="c.html">c</a><img src="q%20r.png">',
    'docs/p.png': '',
    'docs/web.html': '<a href="https://example.org/none">web</a><script src="../none.js"></script>',
  });
  expect(checkSite(site)).toEqual({
    pages: 3,
    links: 8,
    broken: [
      'docs/b.html › ../index.html#none leads nowhere',
      'docs/b.html › c.html leads nowhere',
      'docs/b.html › q%20r.png leads nowhere',
      'docs/web.html › ../none.js leads nowhere',
    ],
  });
});
