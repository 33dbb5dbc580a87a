import { execFile } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type JournalLine, readJournal, scratch } from '../testing/index.ts';

const bin = new URL('../../bin/glyphlab.js', import.meta.url).pathname;
const project = new URL('../testing/outside-project/', import.meta.url).pathname;

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A command in a process of its own, as a person starts it in that folder. */
const glyphlab = (cwd: string, args: readonly string[], env: Record<string, string> = {}): Promise<Ended> =>
  new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [bin, ...args],
      { cwd, env: { ...process.env, ...env } },
      (_, stdout, stderr) => resolve({ code: child.exitCode, stdout, stderr }),
    );
  });

function copyOfProject(): string {
  const folder = scratch();
  cpSync(project, folder, { recursive: true });
  return folder;
}

function onlyRunIn(folder: string): string {
  const runs = join(folder, '.glyphlab', 'runs');
  const [name, ...more] = readdirSync(runs);
  expect(more).toEqual([]);
  return join(runs, name!);
}

const valuesOf = (journal: readonly JournalLine[], key: string): (number | string)[] =>
  journal.flatMap(({ type, values }) => (type === 'metrics' && values && key in values ? [values[key]!] : []));

test('a project in a folder of its own, with a part of everything, trains, is evaluated, predicts and is exported', async () => {
  const folder = copyOfProject();
  const ran = await glyphlab(folder, ['run', '--no-tracking', '--config', 'configs/first.yaml']);
  expect(ran, ran.stderr).toMatchObject({ code: 0 });
  expect(ran.stderr).toContain('Stripes: 96 train');
  const run = onlyRunIn(folder);
  const journal = readJournal(run);
  expect(valuesOf(journal, 'epochs_seen')).toEqual([1, 2, 3, 4]);
  expect(valuesOf(journal, 'val/worst_class_recall')).toHaveLength(4);
  expect(valuesOf(journal, 'val/top_k_accuracy')).toHaveLength(4);
  const model = journal.find(({ type }) => type === 'model') as unknown as { metrics: Record<string, number> };
  expect(Object.keys(model.metrics)).toEqual(
    expect.arrayContaining(['test_worst_class_recall', 'test_top_k_accuracy']),
  );

  // From the same folder, and from its model's.
  for (const cwd of [folder, join(run, 'model')]) {
    const evaluated = await glyphlab(cwd, ['evaluate', '--model', join(run, 'model'), '--dataset', 'stripes']);
    expect(evaluated, evaluated.stderr).toMatchObject({ code: 0, stdout: expect.stringContaining('of 30 images') });
  }
  const seen = join(folder, 'figure.png');
  writeFileSync(seen, readFileSync(join(run, 'artifacts', 'figures', 'loss.png')));
  const predicted = await glyphlab(folder, ['predict', '--model', join(run, 'model'), '--image', seen]);
  expect(predicted, predicted.stderr).toMatchObject({ code: 0, stdout: expect.stringContaining('Predicted class: ') });
  const out = join(folder, 'exported');
  const exported = await glyphlab(folder, ['export', '--model', join(run, 'model'), '--format', 'tfjs', '--out', out]);
  expect(exported, exported.stderr).toMatchObject({ code: 0 });
  expect(readdirSync(out)).toContain('model.json');
});

test('a killed run of it, resumed, ends with the very weights of one that was not, its callback’s count included', async () => {
  const [whole, killed] = [copyOfProject(), copyOfProject()];
  const args = ['run', '--no-tracking', '--config', 'configs/first.yaml'];
  const [one, other] = await Promise.all([glyphlab(whole, args), glyphlab(killed, args, { CRASH_AT: '3' })]);
  expect(one.code, one.stderr).toBe(0);
  expect(other.code).not.toBe(0);
  const run = onlyRunIn(killed);
  // From elsewhere: the run knows its project.
  const elsewhere = scratch();
  const resumed = await glyphlab(elsewhere, ['run', '--no-tracking', '--resume', run]);
  expect(resumed, resumed.stderr).toMatchObject({ code: 0 });
  expect(valuesOf(readJournal(run), 'epochs_seen')).toEqual([1, 2, 3, 4]);
  const weights = (directory: string): Buffer => readFileSync(join(directory, 'model', 'weights.bin'));
  expect(weights(run).equals(weights(onlyRunIn(whole)))).toBe(true);
});

test.each([
  ['does not load', 'export default {', 'PROJECT_BROKEN'],
  ['imports what is not there', "import './missing.ts';\nexport default {};", 'PROJECT_BROKEN'],
  ['exports nothing', 'const nothing = 1;', 'PROJECT_INVALID'],
  [
    'takes a name that is taken',
    "import { z } from 'zod';\nexport default { models: [{ type: 'cnn', options: z.object({}), load() {} }] };",
    'PROJECT_INVALID',
  ],
])('a project that %s is refused with its file named', async (_, text, code) => {
  const folder = copyOfProject();
  rmSync(join(folder, 'glyphlab.config.ts'));
  writeFileSync(join(folder, 'glyphlab.config.ts'), text);
  const ran = await glyphlab(folder, ['run', '--no-tracking', '--config', 'configs/first.yaml']);
  expect(ran.code).toBe(2);
  expect(ran.stderr).toContain(`[${code}] ${join(folder, 'glyphlab.config.ts')}`);
  expect(ran.stderr).not.toContain('    at async');
});
