import { temporaryDirectory } from '@glyphlab/core/testing';
import { workspace } from '@glyphlab/release/published-packages';
import { expect, test } from 'vitest';
import { markdownFiles } from './documents.ts';
import { brokenLinks } from './markdown-links.ts';

test('every link of a markdown file of this repository to a file or a heading of it leads there', () => {
  const files = markdownFiles();
  expect(files).toEqual(expect.arrayContaining(['README.md', 'docs/data.md', 'packages/graph/README.md']));
  expect(files.flatMap((file) => brokenLinks(workspace, file))).toEqual([]);
});

test('a link that leads nowhere is found, with its line', () => {
  const root = temporaryDirectory({
    'a.md': [
      '# A title, twice\n\n# A title, twice',
      '[file](docs/b.md) [folder](docs) ![picture](docs/p.png) [heading](docs/b.md#what-x-does) [own](#a-title-twice-1)',
      '[web](https://example.org/none) `[code](none.md)`\n\n    [code](none.md)',
      '[file](docs/none.md)',
      '[heading](docs/b.md#none)\n[own](#none)',
      '| table |\n| --- |\n| ![picture](none.png) |',
      '[out](../out.md) [root](/docs/b.md)\n[by name]\n\n[by name]: none.md',
      '[not markdown](docs/p.png#there)',
    ].join('\n\n'),
    'docs/b.md': '# B\n\n## What `x` *does*\n',
    'docs/p.png': '',
  });
  expect(brokenLinks(root, 'a.md')).toEqual([
    'a.md:11 › docs/none.md: there is no such file',
    'a.md:13 › docs/b.md#none: there is no such heading',
    'a.md:13 › #none: there is no such heading',
    'a.md:18 › none.png: there is no such file',
    'a.md:20 › ../out.md: is not a path within the repository',
    'a.md:20 › /docs/b.md: is not a path within the repository',
    'a.md:20 › none.md: there is no such file',
    'a.md:25 › docs/p.png#there: an anchor, but no markdown file',
  ]);
});
