import { expect, test } from 'vitest';
import type { Member } from '../plan/expand-set.ts';
import { member } from '../testing.ts';
import { ended, finishes, runnerOf, type Script, ScriptedLauncher } from './scripted-launcher.ts';

/** One that learns from others. */
function student(id: string, ...teachers: string[]): Member {
  const made = member(id);
  const distill = { teachers: teachers.map((name) => `member:${name}`), temperature: 2, weight: 0.9 };
  return { ...made, config: { ...made.config, training: { ...made.config.training, distill } } };
}

test('a student waits for its teachers, while others take the places', async () => {
  const launcher = new ScriptedLauncher({ a: [finishes], s: [finishes], b: [finishes], c: [finishes] });
  const { runner, states } = runnerOf(launcher, ['a', student('s', 'a', 'b'), 'b', 'c'], { parallel: 4 });
  const order: string[] = [];
  const launch = launcher.launch.bind(launcher);
  launcher.launch = (job) => (order.push(`${job.key} after ${states().join()}`), launch(job));
  await runner.run();
  expect(states()).toEqual(['finished', 'finished', 'finished', 'finished']);
  expect(order).toHaveLength(4);
  expect(order.at(-1)).toMatch(/^s after finished,waiting,finished,/);
});

test('a student whose teacher failed is not started, nor one that learns from it; the others are', async () => {
  const fails: Script = ({ write }) => (write(ended('FAILED')), { exitCode: 1 });
  const launcher = new ScriptedLauncher({ a: [fails], b: [finishes] });
  const { runner, states, said } = runnerOf(launcher, ['a', student('s', 'a'), student('t', 's'), 'b'], {
    parallel: 1,
  });
  await runner.run();
  expect(states()).toEqual(['failed', 'failed', 'failed', 'finished']);
  expect(launcher.started).toHaveLength(2);
  expect(said).toContain('s, seed 1: not started. It learns from a, seed 1, which failed.');
});
