import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cli, scratch } from '../../testing/index.ts';
import { plot } from './plot.ts';

const line = (entry: object): string => `${JSON.stringify({ time: Date.now() - 1000, ...entry })}\n`;

/** A finished run with a checkpoint. */
function addRun(workspace: string, uuid: string, name: string, accuracy: number, { untracked = true } = {}): string {
  const directory = join(workspace, '.glyphlab', 'runs', uuid);
  mkdirSync(directory, { recursive: true });
  const lines = [
    { type: 'run', uuid, name, experiment: 'e', server: null, ...(untracked && { untracked }) },
    { type: 'params', values: { 'model.type': name, 'training.epochs': '2' } },
    { type: 'tags', values: { 'mlflow.note.content': 'Test: fine.' } },
    ...[1, 2].map((step) => ({
      type: 'metrics',
      step,
      values: { 'val/accuracy': accuracy, 'val/loss': 1 / step, 'train/loss': 1, 'train/accuracy': 0.5 },
    })),
    { type: 'ended', status: 'FINISHED' },
  ];
  writeFileSync(join(directory, 'journal.jsonl'), lines.map(line).join(''));
  writeFileSync(join(directory, 'checkpoint.safetensors'), 'x'.repeat(5000));
  return directory;
}

function workspaceWithRuns(): { workspace: string; cnn: string; resnet: string } {
  const workspace = scratch();
  const cnn = addRun(workspace, 'aaaa0000-1', 'cnn', 0.97);
  const resnet = addRun(workspace, 'bbbb0000-2', 'resnet', 0.995, { untracked: false });
  return { workspace, cnn, resnet };
}

const runs = (workspace: string, ...args: string[]) => cli(['runs', ...args], workspace);

test('runs are filtered, sorted and shown in the columns that are asked for', async () => {
  const { workspace } = workspaceWithRuns();
  const shown = async (...args: string[]): Promise<string[]> =>
    (await runs(workspace, '--offline', '--columns', 'name,val/accuracy', ...args)).stdout.trimEnd().split('\n');
  expect(await shown('--sort', '-val/accuracy')).toEqual(['name    best val', 'resnet   99.50 %', 'cnn      97.00 %']);
  expect(await shown('--where', 'val/accuracy > 99% and model.type = resnet')).toHaveLength(2);
  expect(await shown('--limit', '1', '--sort', 'name')).toEqual([expect.anything(), 'cnn    97.00 %', expect.stringMatching(/1 more/)]); // prettier-ignore
  expect(await shown('--where', 'epochs > 2')).toEqual(['None of 2 runs match.']);
});

test.each([
  [['--where', 'val/acuracy > 1'], /Did you mean "val\/accuracy"/],
  [['--where', 'epochs >'], /Expected a value/],
  [['--where', 'val/accuracy > high'], /val\/accuracy is a number\. Received: "high"/],
  // Of what is long, the surroundings of the place.
  [['--where', '('.repeat(3000)], /^ {2}\({60}\n {62}\^$/m],
  [['--columns', ' ,'], /No column is named/],
  [['--sort', 'lr2'], /No run has "lr2"/],
  [['--limit', 'many'], /whole number/],
  [['show', 'ffff'], /no run ffff/],
  [['rm'], /No run was named/],
  [['shw'], /too many arguments|unknown/i],
])('runs %j is refused', async (args, says) => {
  const { workspace } = workspaceWithRuns();
  const { exitCode, stdout, stderr } = await runs(workspace, ...args);
  expect(stderr).toMatch(says);
  expect([exitCode, stdout]).toEqual([2, '']);
});

test('show prints what is known, watch how it ended', async () => {
  const { workspace } = workspaceWithRuns();
  const { stdout } = await runs(workspace, 'show', 'aaaa', '--offline');
  expect(stdout).toMatch(/^cnn \(aaaa0000\)/);
  for (const part of ['finished, untracked', '2 epoch(s), best: 2', 'val/accuracy    97.00 %', 'model.type'])
    expect(stdout).toContain(part);
  const watched = await runs(workspace, 'watch', 'bbbb');
  expect(watched.stdout).toMatch(/epoch 2 of 2 .*99\.50 %\nresnet \(bbbb0000\): finished\n$/);
  expect(watched.exitCode).toBe(0);
});

test('notes stand in the run and at the top of its page; what is kept, or not sent, is not removed', async () => {
  const { workspace, cnn, resnet } = workspaceWithRuns();
  await runs(workspace, 'note', 'aaaa', 'Looks good');
  await runs(workspace, 'note', 'aaaa', 'Looks bad');
  await runs(workspace, 'keep', 'aaaa');
  const journal = readFileSync(join(cnn, 'journal.jsonl'), 'utf8');
  expect(journal).toContain('"mlflow.note.content":"Looks bad\\n\\nTest: fine."');
  const refused = await runs(workspace, 'rm', '--where', 'epochs = 2');
  expect(refused.stderr).toMatch(/cnn .*is kept/);
  expect(refused.stderr).toMatch(/resnet .*is not completely in MLflow/);
  expect([refused.exitCode, existsSync(cnn), existsSync(resnet)]).toEqual([2, true, true]);
  await runs(workspace, 'keep', '--no', 'aaaa');
  expect((await runs(workspace, 'rm', 'aaaa')).stdout).toMatch(/removed {2}cnn/);
  await runs(workspace, 'rm', '--force', 'bbbb');
  expect([existsSync(cnn), existsSync(resnet)]).toEqual([false, false]);
});

test('prune frees the checkpoints of finished runs, and throw-away runs if it is told to', async () => {
  const { workspace, cnn, resnet } = workspaceWithRuns();
  const checkpoint = join(resnet, 'checkpoint.safetensors');
  expect((await runs(workspace, 'prune', '--dry-run')).stdout).toMatch(/Would free 10 kB/);
  expect(existsSync(checkpoint)).toBe(true);
  await runs(workspace, 'prune', '--older-than', '1');
  expect(existsSync(checkpoint)).toBe(true);
  await runs(workspace, 'prune', '--untracked');
  expect([existsSync(cnn), existsSync(resnet), existsSync(checkpoint)]).toEqual([false, true, false]);
});

test('curves are drawn from left to right, the highest value at the top', () => {
  const curve = { name: 'train', sign: '*', values: [1, 3, NaN, 2] };
  expect(plot('Loss', [curve], { height: 3 })).toEqual(['Loss', '3 ┤ *', '2 ┤   *', '1 ┤*', '  └──── 4', '   * train']);
});
