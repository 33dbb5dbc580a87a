import { loadExperiment } from '@glyphlab/config';
import { flatten } from '@glyphlab/config';
import type { Machine } from '@glyphlab/tensorflow/processor';
import { expect, test } from 'vitest';
import { ownKinds } from '../project/registry.ts';
import { settle } from './settle-config.ts';

const quickstart = new URL('../../../../configs/quickstart.yaml', import.meta.url).pathname;
const load = (set: string[] = []) => loadExperiment(quickstart, { set, registry: ownKinds });

const machineWith = (flags: string, cores = 2): Machine => ({
  platform: 'linux',
  arch: 'x64',
  env: {},
  cpuinfo: `flags\t\t: ${flags}\n`,
  model: `One with ${flags}`,
  cores,
});
const avx2 = machineWith('avx2');
const amx = machineWith('avx2 avx512_bf16 amx_bf16', 4);

/** What the journal of a run that began there holds. */
function begunOn(machine: Machine, set: string[] = []) {
  const { config, tags } = settle(load(set), undefined, machine);
  return { params: flatten(config), tags };
}

test('a run begins with what suits its machine, says why, and logs it', () => {
  const { config, asked, tags, messages } = settle(load(), undefined, avx2);
  expect(config.training).toMatchObject({ precision: 'fp32', towers: 2, threads: 2 });
  expect(asked.training).toMatchObject({ precision: 'auto', towers: 'auto', threads: 'auto' });
  expect(messages).toEqual([
    'One with avx2 (AVX2), 2 cores: precision fp32 (nothing here computes fast in bfloat16), towers 2 (one a thread, 16 images each), threads 2 (one a core)',
  ]);
  expect(`${tags['glyphlab.machine']}: ${tags['glyphlab.chosen']}`).toBe(messages[0]);
  expect(settle(load(), undefined, amx).config.training).toMatchObject({ precision: 'bf16', towers: 2, threads: 4 });
});

test('a resumed run keeps it, on another processor too, and says so', () => {
  const before = begunOn(amx);
  const { config, tags, messages } = settle(load(), before, avx2);
  expect(config.training).toMatchObject({ precision: 'bf16', towers: 2, threads: 4 });
  expect(tags).toEqual({});
  expect(messages[0]).toContain('kept from when the run began: precision bf16 (AMX computes in bfloat16)');
  expect(messages[1]).toMatch(/^Warning: The run began on another machine, One with .*\(AMX\), 4 cores\. /);
  expect(messages[2]).toMatch(/^Warning: precision: bf16 is slow here/);
});

test('on the machine that it began on there is nothing to warn of', () => {
  expect(settle(load(), begunOn(avx2), avx2).messages).toHaveLength(1);
});

test('a run of an earlier release, which logged auto as it stood, is settled now', () => {
  const before = { params: { 'training.towers': 'auto', 'training.precision': 'fp32' }, tags: {} };
  const { config, messages } = settle(load(), before, amx);
  expect(config.training).toMatchObject({ precision: 'fp32', towers: 2, threads: 4 });
  expect(messages).toHaveLength(1);
});
