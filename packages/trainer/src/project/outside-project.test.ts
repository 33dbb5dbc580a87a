import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { glyphlab, type JournalLine, onlyRun, outsideProject, readJournal, scratch } from '../testing/index.ts';

const valuesOf = (journal: readonly JournalLine[], key: string): (number | string)[] =>
  journal.flatMap(({ type, values }) => (type === 'metrics' && values && key in values ? [values[key]!] : []));

/** A run that was never interrupted, and one that is killed in its third epoch. */
const [whole, killed] = [outsideProject(), outsideProject()];
beforeAll(async () => {
  const args = ['run', '--no-tracking', '--config', 'configs/first.yaml'];
  const [one, other] = await Promise.all([glyphlab(whole, args), glyphlab(killed, args, { CRASH_AT: '3' })]);
  expect(one, one.stderr).toMatchObject({ code: 0, stderr: expect.stringContaining('Stripes: 96 train') as string });
  expect(other.code).not.toBe(0);
});

test('a project in a folder of its own, with a part of everything, trains, is evaluated, predicts and is exported', async () => {
  const run = onlyRun(whole);
  const journal = readJournal(run);
  expect(valuesOf(journal, 'epochs_seen')).toEqual([1, 2, 3, 4]);
  expect(valuesOf(journal, 'val/worst_class_recall')).toHaveLength(4);
  expect(valuesOf(journal, 'val/top_k_accuracy')).toHaveLength(4);
  const logged = journal.find(({ type }) => type === 'model') as unknown as { metrics: Record<string, number> };
  expect(Object.keys(logged.metrics)).toEqual(
    expect.arrayContaining(['test_worst_class_recall', 'test_top_k_accuracy']),
  );

  const model = join(run, 'model');
  const seen = join(whole, 'figure.png');
  writeFileSync(seen, readFileSync(join(run, 'artifacts', 'figures', 'loss.png')));
  const out = join(whole, 'exported');
  // From its folder, and from its model's.
  const results = await Promise.all([
    glyphlab(whole, ['evaluate', '--model', model, '--dataset', 'stripes']),
    glyphlab(model, ['evaluate', '--model', model, '--dataset', 'stripes']),
    glyphlab(whole, ['predict', '--model', model, '--image', seen]),
    glyphlab(whole, ['export', '--model', model, '--format', 'tfjs', '--out', out]),
  ]);
  const says = ['of 30 images', 'of 30 images', 'Predicted class: ', ''];
  results.forEach((result, k) =>
    expect(result, result.stderr).toMatchObject({ code: 0, stdout: expect.stringContaining(says[k]!) as string }),
  );
  expect(readdirSync(out)).toContain('model.json');
});

test('after kill -9 and --resume it is the run that was never interrupted, its callback’s count included', async () => {
  const run = onlyRun(killed);
  expect(valuesOf(readJournal(run), 'train/loss')).toHaveLength(2);
  // From elsewhere: the run knows its project.
  const resumed = await glyphlab(scratch(), ['run', '--no-tracking', '--resume', run]);
  expect(resumed, resumed.stderr).toMatchObject({ code: 0 });
  expect(resumed.stderr).not.toMatch(/Error/);
  const metrics = (directory: string): object[] =>
    readJournal(directory).flatMap(({ step, values }) => {
      if (values === undefined || !('train/loss' in values)) return [];
      const { images_per_second: _rate, epoch_seconds: _seconds, ...timeless } = values;
      return [{ step, ...timeless }];
    });
  const rates = valuesOf(readJournal(run), 'lr');
  expect(new Set(rates).size, 'the schedule has acted, before the kill and after it').toBeGreaterThan(2);
  expect(metrics(run)).toEqual(metrics(onlyRun(whole)));
  expect(valuesOf(readJournal(run), 'epochs_seen')).toEqual([1, 2, 3, 4]);
  // A panel that was being drawn when the run was killed comes as well, and none comes twice.
  const panels = (directory: string): number[] =>
    readJournal(directory)
      .flatMap(({ path = '' }) => /^images\/val~mistakes\+step\+(\d+)\+(?!.*compressed)/.exec(path)?.[1] ?? [])
      .map(Number)
      .sort((x, y) => x - y);
  expect(panels(run)).toEqual([0, 1, 2, 3, 4]);
  expect(panels(onlyRun(whole))).toEqual([0, 1, 2, 3, 4]);
  const weights = (directory: string): Buffer => readFileSync(join(directory, 'model', 'weights.bin'));
  expect(weights(run).equals(weights(onlyRun(whole)))).toBe(true);
});

test.concurrent.each([
  ['does not load', 'export default {', 'PROJECT_BROKEN'],
  ['imports what is not there', "import './missing.ts';\nexport default {};", 'PROJECT_BROKEN'],
  ['exports nothing', 'const nothing = 1;', 'PROJECT_INVALID'],
  [
    'takes a name that is taken',
    "import { z } from 'zod';\nexport default { models: [{ type: 'cnn', options: z.object({}), load() {} }] };",
    'PROJECT_INVALID',
  ],
])('a project that %s is refused with its file named', async (_, text, code) => {
  const folder = outsideProject();
  rmSync(join(folder, 'glyphlab.config.ts'));
  writeFileSync(join(folder, 'glyphlab.config.ts'), text);
  const ran = await glyphlab(folder, ['run', '--no-tracking', '--config', 'configs/first.yaml']);
  expect(ran.code).toBe(2);
  expect(ran.stderr).toContain(`[${code}] ${join(folder, 'glyphlab.config.ts')}`);
  expect(ran.stderr).not.toContain('    at async');
});
