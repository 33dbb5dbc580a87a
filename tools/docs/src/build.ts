import { runThisProgram } from '@glyphlab/core/command-line';
import { GlyphlabError } from '@glyphlab/core';
import { Command } from 'commander';
import { checkSite } from './site-links.ts';
import { writeSite } from './site.ts';

/** @throws GlyphlabError DOCS_PROBLEMS if typedoc warns of something, or a link of the site leads nowhere */
async function build(): Promise<void> {
  const { dir, problems } = await writeSite();
  const { pages, links, broken } = checkSite(dir);
  if (problems.length + broken.length > 0)
    throw new GlyphlabError('DOCS_PROBLEMS', [...problems, ...broken].join('\n'));
  console.log(`${pages} pages in ${dir}; each of their ${links.toLocaleString('en')} links leads somewhere.`);
}

await runThisProgram(() =>
  new Command('docs').description('Builds the documentation, and the API of the packages, as a site.').action(build),
);
