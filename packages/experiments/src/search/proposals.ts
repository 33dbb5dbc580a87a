import { epochsDone } from '@glyphlab/tracking';
import type { Member } from '../plan/expand-set.ts';
import { bestSoFar } from '../results/search-summary.ts';
import { proposesTrials } from '../file/search-schema.ts';
import { hasBegun, type MemberStatus } from '../run/member-status.ts';
import { fraction, labelsOf } from './draw.ts';
import { JsonLines } from './json-lines.ts';
import { type Observation, proposeTrial } from './tpe.ts';

/** What was proposed for a trial. */
interface Proposal {
  search: string;
  trial: number;
  /** As results show it, by key. */
  values: Readonly<Record<string, string>>;
}

/** A space of a few options may give the same again. */
const MAX_ATTEMPTS = 50;

/**
 * What searches that learn propose for their trials, kept in a file: a session that takes over from a killed one has the same
 * trials. The first trials of a search are drawn, the rest are proposed when they begin.
 */
export class Proposals {
  readonly #lines: JsonLines<Proposal>;
  readonly #known = new Map<string, Proposal>();

  constructor(file: string) {
    this.#lines = new JsonLines(file);
    for (const proposal of this.#lines.found) this.#known.set(keyOf(proposal), proposal);
  }

  /** The member as it was proposed, if it was. */
  applied(member: Member): Member {
    const proposal = this.#known.get(keyOfMember(member));
    return (proposal && member.redraw?.(proposal.values)) ?? member;
  }

  /** What is to be trained as this trial, seen from what the others have come to; the member itself if there is nothing to learn yet. */
  propose(member: Member, statuses: readonly MemberStatus[]): Member {
    const { trial, redraw } = member;
    if (
      !trial ||
      !redraw ||
      !proposesTrials(trial.plan.type) ||
      trial.number <= trial.plan.startupTrials ||
      this.#known.has(keyOfMember(member))
    )
      return member;
    const others = statuses.filter((status) => status.member.trial?.search === trial.search && hasBegun(status));
    const observed = others.map(observationOf);
    const ids = new Set(others.map((status) => status.member.id));
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      let count = 0;
      const random = (): number => fraction([trial.search, trial.number, 'proposal', attempt, count++]);
      const values = labelsOf(proposeTrial(trial.plan.space, observed, trial.plan.mode, random));
      const proposed = redraw(values);
      if (!proposed || ids.has(proposed.id)) continue;
      const proposal = { search: trial.search, trial: trial.number, values };
      this.#lines.add(proposal);
      this.#known.set(keyOf(proposal), proposal);
      return proposed;
    }
    return member;
  }
}

const keyOf = ({ search, trial }: Pick<Proposal, 'search' | 'trial'>): string => `${search}, trial ${trial}`;
const keyOfMember = ({ trial }: Member): string => (trial ? keyOf({ search: trial.search, trial: trial.number }) : '');

function observationOf({ member, state, run }: MemberStatus): Observation {
  const { values } = member.trial!;
  if (!run || (state !== 'finished' && state !== 'stopped early')) return { values, value: undefined };
  const value = bestSoFar({ member, record: run.record });
  return state === 'finished' ? { values, value } : { values, value, stoppedAfter: epochsDone(run.record) };
}
