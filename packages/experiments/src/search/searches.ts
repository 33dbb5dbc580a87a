import { epochsDone, type RunRecord } from '@glyphlab/tracking';
import { groupBy } from '../results/group-by.ts';
import type { MemberStatus } from '../run/member-status.ts';
import { epochsTrained } from '../runs/run-index.ts';
import { goesOn } from './asha.ts';
import type { Decisions } from './decisions.ts';
import { fitsBudget, type SearchPlan, type Trial } from './search-plan.ts';

interface TrialStatus extends MemberStatus {
  member: MemberStatus['member'] & { trial: Trial };
}

/** Judges the trials of a set's searches, and keeps to their budgets. */
export class Searches {
  readonly #trials: readonly TrialStatus[];
  readonly #decisions: Decisions;
  readonly #recordsOf: (memberId: string) => readonly RunRecord[];

  /** @param recordsOf runs of a member */
  constructor(
    statuses: readonly MemberStatus[],
    decisions: Decisions,
    recordsOf: (memberId: string) => readonly RunRecord[],
  ) {
    this.#trials = statuses.filter((status): status is TrialStatus => status.member.trial !== undefined);
    this.#decisions = decisions;
    this.#recordsOf = recordsOf;
  }

  /** Whether any trial may have to be stopped. */
  get areJudged(): boolean {
    return this.#trials.some(({ member }) => member.trial.plan.rungs.length > 0);
  }

  /** Why a trial was stopped early, or is to be. */
  stopReason = ({ member }: MemberStatus): string | undefined => this.#decisions.stopReason(member.id);

  /** Decides on the trials that have come to a rung; what is new of them all counts for each. */
  judge(): void {
    const reached = this.#trials.flatMap((status) => this.#newRungs(status));
    for (const { status, epoch, value } of reached) {
      const { id, trial } = status.member;
      if (this.#decisions.stopReason(id) !== undefined) continue;
      const { plan } = trial;
      const values = [
        ...this.#valuesAt(trial.search, epoch),
        ...reached
          .filter((other) => other.epoch === epoch && this.#isOpen(other, trial.search))
          .map((other) => other.value),
      ];
      // What has finished meanwhile is compared with, and needs no judgement.
      const isStopped = status.state === 'running' && !goesOn(value, values, plan);
      const decision = { time: Date.now(), member: id, epoch, value };
      this.#decisions.add({ ...decision, ...(isStopped && { stopped: reasonOf(plan, epoch, value, values.length) }) });
    }
  }

  /** Searches whose budget has no room for one more trial, whatever those that have begun still train. */
  full(): ReadonlySet<string> {
    const limited = this.#trials.filter(({ member }) => member.trial.plan.budget !== undefined);
    const full = [...groupBy(limited, ({ member }) => member.trial.search)].filter(([, trials]) => {
      const trained = epochsTrained(trials.flatMap(({ member }) => this.#recordsOf(member.id)));
      const begun = trials.filter(({ state, run }) => state === 'running' || (state === 'waiting' && run));
      const done = begun.reduce((sum, { run }) => sum + (run ? epochsDone(run.record) : 0), 0);
      const { plan } = trials[0]!.member.trial;
      return !fitsBudget(plan, trained, begun.length * plan.epochs - done);
    });
    return new Set(full.map(([search]) => search));
  }

  /** A trial whose loss is no longer finite is given up: from the start it would come to the same. */
  giveUp({ member, run }: MemberStatus): void {
    const epoch = run ? epochsDone(run.record) : 0;
    this.#decisions.add({
      time: Date.now(),
      member: member.id,
      epoch,
      stopped: `in epoch ${epoch + 1}: the loss is no longer finite`,
    });
  }

  #newRungs(status: TrialStatus): Reached[] {
    const { id, trial } = status.member;
    if (status.state !== 'running' && status.state !== 'finished') return [];
    const judged = new Set(this.#decisions.of(id).map(({ epoch }) => epoch));
    if (this.#decisions.stopReason(id) !== undefined) return [];
    return trial.plan.rungs
      .filter((epoch) => !judged.has(epoch))
      .flatMap((epoch) => {
        const value = status.run?.record.epochs.get(epoch)?.[trial.plan.monitor];
        return value === undefined ? [] : [{ status, epoch, value }];
      });
  }

  #isOpen({ status, epoch }: Reached, search: string): boolean {
    const { id, trial } = status.member;
    return trial.search === search && this.#decisions.of(id).every((decision) => decision.epoch !== epoch);
  }

  #valuesAt(search: string, epoch: number): number[] {
    return this.#trials
      .filter(({ member }) => member.trial.search === search)
      .flatMap(({ member }) => this.#decisions.of(member.id))
      .flatMap((decision) => (decision.epoch === epoch && decision.value !== undefined ? [decision.value] : []));
  }
}

interface Reached {
  status: TrialStatus;
  epoch: number;
  value: number;
}

function reasonOf({ monitor, reductionFactor }: SearchPlan, epoch: number, value: number, count: number): string {
  return `after epoch ${epoch}: ${monitor} ${value.toFixed(4)} is not among the best 1/${reductionFactor} of ${count}`;
}
