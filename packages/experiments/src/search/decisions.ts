import { JsonLines } from './json-lines.ts';

/** What was decided of a trial that came to a rung. */
export interface Decision {
  time: number;
  /** Identity of the member. */
  member: string;
  /** Of the rung; of a trial that could not go on, the last that came to its end. */
  epoch: number;
  /** Monitored metric at the rung; undefined if the trial never came to one. */
  value?: number;
  /** Why it was stopped; undefined if it went on. */
  stopped?: string;
}

/**
 * Decisions on the trials of a set, kept in a file: a session that takes over from a killed one judges no trial a second time,
 * and stops what was to be stopped.
 */
export class Decisions {
  readonly #lines: JsonLines<Decision>;
  readonly #byMember = new Map<string, Decision[]>();

  constructor(file: string) {
    this.#lines = new JsonLines(file);
    // JSON has null for NaN.
    for (const decision of this.#lines.found)
      this.#remember(decision.value === null ? { ...decision, value: NaN } : decision);
  }

  of(member: string): readonly Decision[] {
    return this.#byMember.get(member) ?? [];
  }

  /** Why a trial was stopped, or is to be. */
  stopReason(member: string): string | undefined {
    return this.of(member).find(({ stopped }) => stopped !== undefined)?.stopped;
  }

  add(decision: Decision): void {
    this.#lines.add(decision);
    this.#remember(decision);
  }

  #remember(decision: Decision): void {
    this.#byMember.set(decision.member, [...this.of(decision.member), decision]);
  }
}
