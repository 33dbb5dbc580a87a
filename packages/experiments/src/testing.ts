import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { RunRecord } from '@glyphlab/tracking';
import { registry } from '@glyphlab/config/testing';
import type { Member } from './plan/expand-set.ts';

export { registry };

/** A complete experiment. */
export const digits = 'name: digits\ndataset: { type: digits }\nmodel: { type: cnn }\ntraining: { epochs: 3 }\n';

/** A member without the most of its configuration, for what does not look at it. @param fold of two; 0 for none */
export function member(id: string, { group = id, seed = 1, dataset = 'digits', epochs = 3, fold = 0 } = {}): Member {
  const config = {
    dataset: { type: dataset, ...(fold > 0 && { fold: { of: 2, held: fold } }) },
    seed,
    training: { epochs },
    tracking: { tags: {} },
  } as unknown as Member['config'];
  return { id, name: `${group}, seed ${seed}`, group, seed, config };
}

/** A run that finished three epochs, of which the second was the best. */
export function record(overrides: Partial<RunRecord> = {}): RunRecord {
  const epoch = (accuracy: number) => ({
    'val/accuracy': accuracy,
    'val/loss': 1 - accuracy,
    'train/loss': 0.5,
    epoch_seconds: 60,
  });
  return {
    uuid: 'u1',
    name: 'a',
    experiment: 'e',
    parent: 'p',
    status: 'FINISHED',
    startedMs: Date.UTC(2026, 0, 2),
    lastMs: Date.UTC(2026, 0, 2, 1),
    params: {},
    tags: {},
    epochs: new Map([0.9, 0.95, 0.94].map((accuracy, k) => [k + 1, epoch(accuracy)])),
    epochEndsMs: new Map([1, 2, 3].map((epoch) => [epoch, Date.UTC(2026, 0, 2, 0, epoch)])),
    metrics: { best_epoch: 2, test_accuracy: 0.9, test_loss: 0.2 },
    datasets: [{ name: 'digits', context: 'test', numImages: 10_000 }],
    ...overrides,
  };
}

/** Adds entries to a run's journal. */
export function writeJournal(runDirectory: string, entries: readonly object[], timeMs = Date.now()): void {
  mkdirSync(runDirectory, { recursive: true });
  const lines = entries.map((entry) => `${JSON.stringify({ time: timeMs, ...entry })}\n`);
  appendFileSync(join(runDirectory, 'journal.jsonl'), lines.join(''));
}
