import { wholeNumber } from '@glyphlab/core/command-line';
import { Command } from 'commander';
import type { ListOptions } from './list-runs.ts';
import type { PruneOptions, RemoveOptions } from './remove-runs.ts';
import type { ShowOptions } from './show-run.ts';

const examples = `
RUN is a folder, the beginning of an id, an MLflow run id, or latest; where several are taken, also the name of a set.

Examples:
  npx glyphlab runs
  npx glyphlab runs --where 'val/accuracy > 99% and model.type = resnet' --sort -test_accuracy
  npx glyphlab runs --columns id,name,training.optimizer.learningRate,val/loss
  npx glyphlab runs --json | jq -r '.[0].id'      the last run, for --resume, --run and sync
  npx glyphlab runs show latest
  npx glyphlab runs watch                         what runs now: curves, time left, memory
  npx glyphlab runs prune --dry-run               what takes up the disk
`;

const whereHelp = `
Conditions compare a metric, a parameter, a tag, or id, name, experiment, state, epochs, bestEpoch, minutes, started, ageDays, set, tracked,
kept, note or commit with =, !=, <, <=, >, >=, ~ (contains), !~ or in (a, b), joined by and, or, not and brackets.
`;

/** `runs`: the runs of this workspace. */
export function runsCommand(setExitCode: (code: number) => void): Command {
  const print = (text: string): void => void process.stdout.write(text);
  return new Command('runs')
    .description('List the runs of this workspace, the latest first.')
    .enablePositionalOptions()
    .option('--where <condition>', "only runs that match, such as 'val/accuracy > 0.99 and model.type = resnet'")
    .option('--sort <field>', 'by this field, lowest first; -FIELD: highest first')
    .option('--columns <fields>', 'what to show, separated by commas; +FIELD,… adds to the usual columns')
    .option('--limit <n>', 'show at most n runs; 0: all (default: 50; all with --json)', wholeNumber())
    .option('--offline', 'ask no MLflow server')
    .option('--json', 'print a JSON list')
    .addHelpText('after', whereHelp + examples)
    .action(async (options: ListOptions) => {
      const { listRuns } = await import('./list-runs.ts');
      print(await listRuns(options));
    })
    .addCommand(
      new Command('show')
        .description('Print all that is known of a run.')
        .argument('<run>')
        .option('--offline', 'ask no MLflow server')
        .option('--json', 'print JSON, with the metrics of each epoch')
        .action(async (run: string, options: ShowOptions) => {
          const { showRun } = await import('./show-run.ts');
          print(await showRun(run, options));
        }),
    )
    .addCommand(
      new Command('watch')
        .description('Follow a run until it ends: curves, state, time left, memory.')
        .argument('[run]', 'default: the one that runs now, else the latest')
        .action(async (run: string | undefined) => {
          const { watchRun } = await import('./watch-run.ts');
          setExitCode(await watchRun(run));
        }),
    )
    .addCommand(
      new Command('rm')
        .description('Remove runs from this disk; MLflow keeps what it has.')
        .argument('[runs...]')
        .option('--where <condition>', 'runs that match')
        .option('--force', 'also runs that are kept, or not completely in MLflow')
        .option('--dry-run', 'remove nothing; list what would be')
        .action(async (runs: string[], options: Omit<RemoveOptions, 'runs'>) => {
          const { removeRuns } = await import('./remove-runs.ts');
          print(await removeRuns({ runs, ...options }));
        }),
    )
    .addCommand(
      new Command('keep')
        .description('Protect runs from rm and prune.')
        .argument('[runs...]')
        .option('--where <condition>', 'runs that match')
        .option('--no', 'no longer protect them')
        .action(async (runs: string[], { no, where }: { no?: boolean; where?: string }) => {
          const { keepRuns } = await import('./tag-runs.ts');
          print(await keepRuns({ runs, where }, !no));
        }),
    )
    .addCommand(
      new Command('note')
        .description('Write a note on a run; its page in MLflow shows it too.')
        .argument('<run>')
        .argument('<text>', 'an empty text removes the note')
        .action(async (run: string, text: string) => {
          const { noteRun } = await import('./tag-runs.ts');
          print(await noteRun(run, text));
        }),
    )
    .addCommand(
      new Command('tensorboard')
        .description('Write runs as event files of TensorBoard; those that are there go on where they ended.')
        .argument('<runs...>')
        .requiredOption('--out <folder>', 'folder that TensorBoard is to show: tensorboard --logdir FOLDER')
        .action(async (runs: string[], options: { out: string }) => {
          const { writeEventFiles } = await import('./write-event-files.ts');
          print(await writeEventFiles(runs, options));
        }),
    )
    .addCommand(
      new Command('prune')
        .description('Free disk space: remove the checkpoints of finished runs and, if asked to, whole runs.')
        .option('--untracked', 'also remove runs that were started with --no-tracking')
        .option('--sent', 'also remove runs that MLflow has completely')
        .option('--older-than <days>', 'only runs that ended at least this many days ago', wholeNumber())
        .option('--where <condition>', 'only runs that match')
        .option('--dry-run', 'remove nothing; list what would be')
        .action(async (options: PruneOptions) => {
          const { pruneRuns } = await import('./remove-runs.ts');
          print(await pruneRuns(options));
        }),
    );
}
