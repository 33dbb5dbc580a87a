import { mkdirSync, rmSync } from 'node:fs';
import { GlyphlabError } from '@glyphlab/core';
import { runThisProgram } from '@glyphlab/core/command-line';
import { Command } from 'commander';
import { checkPackages } from './check-packages.ts';
import { matrix } from './matrix.ts';
import { type BuildOption, rehearse } from './rehearse.ts';
import { stagedDir, tarballsDir } from './published-packages.ts';
import { stagePackages } from './stage.ts';

/** @throws GlyphlabError RELEASE_PROBLEMS if a checker has anything to say */
async function check(): Promise<void> {
  const packages = stagePackages({ prebuild: false });
  rmSync(tarballsDir, { recursive: true, force: true });
  mkdirSync(tarballsDir, { recursive: true });
  const checked = await checkPackages(packages);
  for (const { name, files, packedBytes, bytes } of checked)
    console.log(`${name.padEnd(34)} ${String(files).padStart(4)} files  ${kilobytes(packedBytes)}, unpacked ${kilobytes(bytes)}`); // prettier-ignore
  const problems = checked.flatMap(({ name, problems }) => problems.map((problem) => `${name}: ${problem}`));
  if (problems.length > 0) throw new GlyphlabError('RELEASE_PROBLEMS', problems.join('\n'));
  console.log(`publint and arethetypeswrong find nothing wrong in ${checked.length} packages.`);
}

const kilobytes = (bytes: number): string => `${Math.round(bytes / 1000).toLocaleString('en')} kB`;

await runThisProgram(() => {
  const program = new Command('release').description('Builds and tries what npm gets.');
  program
    .command('build')
    .description('Build what npm gets, one folder per package.')
    .action(() => console.log(`${stagePackages({ prebuild: true }).length} packages in ${stagedDir}`));
  program.command('check').description('Build, pack and check with publint and arethetypeswrong.').action(check);
  const noBuild = ['--no-build', 'take what is in dist/packages already'] as const;
  program
    .command('rehearse')
    .description('Publish to a local registry and use the packages from there.')
    .option(...noBuild)
    .action((option: BuildOption) => rehearse(option));
  program
    .command('matrix')
    .description('Use the packages from there with each Node that they are for.')
    .argument('[node...]', 'versions, as 22 or 24.1.0; default: all')
    .option(...noBuild)
    .action((nodes: string[], option: BuildOption) => matrix(nodes, option));
  return program;
});
