import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '@glyphlab/core/testing';
import { expect, test } from 'vitest';
import type { JobEnd } from '../launch/launcher.ts';
import type { Member } from '../plan/expand-set.ts';
import { searchPlan } from '../search/search-plan.ts';
import { member, writeJournal } from '../testing.ts';
import { ended, epoch, finishes, runnerOf, type Script, ScriptedLauncher } from './scripted-launcher.ts';

test('as many run side by side as there are places, and one that fails does not end the others', async () => {
  const fails: Script = ({ write }) => (
    write({ type: 'tags', values: { 'glyphlab.error': 'NaN' } }, ended('FAILED')),
    { exitCode: 1 }
  );
  const launcher = new ScriptedLauncher({ a: [fails], b: [finishes], c: [finishes], d: [finishes] });
  const { runner, states } = runnerOf(launcher, ['a', 'b', 'c', 'd']);
  await runner.run();
  expect(states()).toEqual(['failed', 'finished', 'finished', 'finished']);
  expect(runner.statuses[0]!.problem).toBe('NaN');
  expect(launcher.mostRunning).toBe(2);
  expect(launcher.started).toEqual(['start p', 'start p', 'start p', 'start p']);
});

test('the next session trains what is not finished: the failed anew, the stopped from where it was', async () => {
  const fails: Script = ({ write }) => (write(ended('FAILED')), { exitCode: 1 });
  const isStopped: Script = ({ write }) => (write(epoch(1), ended('KILLED')), { exitCode: 130 });
  const launcher = new ScriptedLauncher({ a: [finishes], b: [fails, finishes], c: [isStopped, finishes] });
  const first = runnerOf(launcher, ['a', 'b', 'c']);
  await first.runner.run();
  expect(first.states()).toEqual(['finished', 'failed', 'stopped']);

  const second = runnerOf(launcher, ['a', 'b', 'c']);
  expect(second.states()).toEqual(['finished', 'waiting', 'waiting']);
  expect(second.runner.statuses[0]!.isOld).toBe(true);
  launcher.started.length = 0;
  await second.runner.run();
  expect(second.states()).toEqual(['finished', 'finished', 'finished']);
  expect(launcher.started).toEqual(['start p', `resume ${join(launcher.runsDir, 'c-3')}`]);
});

test('a member that is killed goes on, as long as it gets further', async () => {
  const killedAt =
    (step: number): Script =>
    ({ write }) => (write(epoch(step)), {});
  const launcher = new ScriptedLauncher({ a: [killedAt(1), killedAt(2), finishes] });
  const { runner, states, said } = runnerOf(launcher, ['a']);
  await runner.run();
  expect(states()).toEqual(['finished']);
  expect(launcher.started.map((command) => command.split(' ')[0])).toEqual(['start', 'resume', 'resume']);
  expect(said).toContain('a, seed 1: It was killed after epoch 1.');
});

test('a member that is killed at the same place again and again is given up', async () => {
  const dies: Script = () => ({});
  const launcher = new ScriptedLauncher({ a: [dies, dies, dies], b: [finishes] });
  const { runner, states } = runnerOf(launcher, ['a', 'b']);
  await runner.run();
  expect(states()).toEqual(['failed', 'finished']);
  expect(runner.statuses[0]!.problem).toMatch(/run out of memory/);
  expect(launcher.started).toHaveLength(3);
});

/** Trials of one search, of three epochs, compared after the first. */
function trials(ids: readonly string[], budget?: number): Member[] {
  const entry = { type: 'asha', trials: ids.length, space: {}, monitor: 'val/accuracy', budget } as const;
  const plan = searchPlan(entry, 3, 'max');
  return ids.map((id, index) => ({ ...member(id), trial: { search: 's', number: index + 1, values: {}, plan } }));
}

const reaches =
  (...accuracies: number[]): Script =>
  ({ write }) => {
    accuracies.forEach((accuracy, index) => write(epoch(index + 1, accuracy)));
    return 'endless';
  };

test('a trial that does worse is stopped for good, by what it was at the rung, and so it stays', async () => {
  const launcher = new ScriptedLauncher({ a: [finishes], b: [reaches(0.4, 0.9)], c: [finishes] });
  const decisions = join(temporaryDirectory(), 'decisions.jsonl');
  const first = runnerOf(launcher, trials(['a', 'b', 'c']), { parallel: 1, decisions });
  await first.runner.run();
  expect(first.states()).toEqual(['finished', 'stopped early', 'finished']);
  expect(launcher.stops).toEqual(['b']);
  const reason = 'after epoch 1: val/accuracy 0.4000 is not among the best 1/3 of 2';
  expect(first.runner.statuses[1]!.problem).toBe(reason);
  expect(first.marked).toEqual([['b', reason]]);
  expect(first.runner.isStopping).toBe(false);

  const second = runnerOf(launcher, trials(['a', 'b', 'c']), { parallel: 1, decisions });
  await second.runner.run();
  expect(second.states()).toEqual(first.states());
  expect(launcher.started).toHaveLength(3);
});

test('a session that takes over stops what was to be stopped, and judges with what was there before', async () => {
  const launcher = new ScriptedLauncher({ a: [reaches(0.9)], b: [reaches(0.8)], c: [reaches(0.7)] });
  const decisions = join(temporaryDirectory(), 'decisions.jsonl');
  // Cut off after it had decided on b: a went on, c had just come to the rung.
  const lines = [
    { time: 1, member: 'a', epoch: 1, value: 0.9 },
    { time: 2, member: 'b', epoch: 1, value: 0.8, stopped: 'as decided' },
  ];
  writeFileSync(decisions, `${lines.map((line) => JSON.stringify(line)).join('\n')}\n{"time":3,"mem`);
  for (const key of ['a', 'b', 'c'])
    launcher.found[key] = await launcher.launch({ key, command: ['start', 'p'], logFile: '' });
  const { runner, states } = runnerOf(launcher, trials(['a', 'b', 'c']), { parallel: 3, decisions });
  const done = runner.run();
  await expect.poll(states, { timeout: 5000 }).toEqual(['running', 'stopped early', 'stopped early']);
  expect(runner.statuses.map(({ problem }) => problem)).toEqual([
    undefined,
    'as decided',
    'after epoch 1: val/accuracy 0.7000 is not among the best 1/3 of 3',
  ]);
  runner.stop();
  await done;
  expect(launcher.started).toHaveLength(3);
});

test('no trial begins that could go beyond the budget, and one whose loss is no number is given up', async () => {
  const diverges: Script = ({ write }) => (
    write({ type: 'tags', values: { 'glyphlab.stopped': 'lossNotFinite' } }, ended('FAILED')),
    { exitCode: 1 }
  );
  const launcher = new ScriptedLauncher({
    a: [diverges],
    b: [finishes],
    c: [reaches(0.1)],
    d: [finishes],
    e: [finishes],
  });
  const decisions = join(temporaryDirectory(), 'decisions.jsonl');
  // None, three and one epoch of a, b and c leave three for d.
  const first = runnerOf(launcher, trials(['a', 'b', 'c', 'd', 'e'], 7), { parallel: 1, decisions });
  await first.runner.run();
  expect(first.states()).toEqual(['stopped early', 'finished', 'stopped early', 'finished', 'left out']);
  expect(first.runner.statuses[0]!.problem).toBe('in epoch 1: the loss is no longer finite');
  const second = runnerOf(launcher, trials(['a', 'b', 'c', 'd', 'e'], 7), { parallel: 1, decisions });
  expect(second.states()).toEqual(first.states());
});

test('stop ends what runs and starts nothing more', async () => {
  const launcher = new ScriptedLauncher({ a: [() => 'endless'], b: [() => 'endless'], c: [finishes] });
  const { runner, states } = runnerOf(launcher, ['a', 'b', 'c']);
  const done = runner.run();
  await expect.poll(() => launcher.running).toBe(2);
  runner.stop();
  await done;
  expect(launcher.stops).toEqual(['a', 'b']);
  expect(states()).toEqual(['stopped', 'stopped', 'stopped']);
});

test('the stop of a member is one of the set: what runs goes on, nothing more is started', async () => {
  const isStopped: Script = ({ write }) => (write(ended('KILLED')), { exitCode: 130 });
  const launcher = new ScriptedLauncher({ a: [isStopped], b: [finishes], c: [finishes] });
  const { runner, states } = runnerOf(launcher, ['a', 'b', 'c']);
  await runner.run();
  expect(runner.isStopping).toBe(true);
  expect(states()).toEqual(['stopped', 'finished', 'stopped']);
});

test('what an earlier session left running is waited for, not started again', async () => {
  const launcher = new ScriptedLauncher({ a: [() => 'endless'], b: [finishes] });
  await launcher.launch({ key: 'a', command: ['start', 'p'], logFile: '' });
  let end!: (how: JobEnd) => void;
  launcher.found = {
    a: { description: 'pid 1', ended: new Promise((resolve) => (end = resolve)), stop: () => {}, kill: () => {} },
  };
  const { runner, states, said } = runnerOf(launcher, ['a', 'b']);
  const done = runner.run();
  await expect.poll(states).toEqual(['running', 'finished']);
  writeJournal(join(launcher.runsDir, 'a-1'), [epoch(1), ended('FINISHED')]);
  end({});
  await done;
  expect(states()).toEqual(['finished', 'finished']);
  expect(launcher.started).toHaveLength(2);
  expect(said[0]).toMatch(/^a, seed 1: still runs \(pid 1/);
});

test('what a member is to train is asked for when it begins, and not again when it goes on', async () => {
  const killed: Script = ({ write }) => (write(epoch(1)), {});
  const launcher = new ScriptedLauncher({ a: [finishes], B: [killed, finishes] });
  const asked: string[][] = [];
  const waiting = { ...member('b'), redraw: () => member('B') };
  const { runner, states } = runnerOf(launcher, ['a', waiting], {
    parallel: 1,
    propose: async ({ id, redraw }, statuses) => (
      asked.push([id, ...statuses.map(({ state }) => state)]),
      redraw!({})!
    ),
  });
  await runner.run();
  expect(asked).toEqual([['b', 'finished', 'waiting']]);
  expect(states()).toEqual(['finished', 'finished']);
  expect(runner.statuses[1]!.member.id).toBe('B');
});
