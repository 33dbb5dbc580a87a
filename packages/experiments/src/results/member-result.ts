import { epochsDone, type RunRecord, trainingSeconds } from '@glyphlab/tracking';
import type { Member } from '../plan/expand-set.ts';

/** A member with the run that stands for it. */
export interface MemberResult {
  member: Member;
  /** Undefined if it never began. */
  record: RunRecord | undefined;
  /** What MLflow calls the run, if the figures come from there. */
  runId: string | undefined;
  /** Page of the run. */
  url: string | undefined;
  /** Why its search stopped it, if it did. */
  stoppedEarly?: string | undefined;
  /** Why there is no result, as far as it is known. */
  problem: string | undefined;
}

/** Figures of a finished run; NaN where it has none. */
export interface Figures {
  /** Shares, 0–1, of the network of the best epoch. */
  testAccuracy: number;
  valAccuracy: number;
  /** Mean cross-entropy in nats. */
  testLoss: number;
  valLoss: number;
  trainLoss: number;
  epochs: number;
  bestEpoch: number;
  /** Of training with validation. */
  minutes: number;
}

export const isFinished = ({ record }: MemberResult): boolean => record?.status === 'FINISHED';

export function figuresOf(record: RunRecord): Figures {
  const { metrics, epochs } = record;
  const bestEpoch = metrics['best_epoch'] ?? NaN;
  const best = epochs.get(bestEpoch) ?? {};
  return {
    testAccuracy: metrics['test_accuracy'] ?? NaN,
    testLoss: metrics['test_loss'] ?? NaN,
    valAccuracy: best['val/accuracy'] ?? NaN,
    valLoss: best['val/loss'] ?? NaN,
    trainLoss: best['train/loss'] ?? NaN,
    epochs: epochsDone(record),
    bestEpoch,
    minutes: trainingSeconds(record) / 60,
  };
}
