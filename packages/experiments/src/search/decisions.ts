import { appendFileSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';

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
  readonly #file: string;
  readonly #byMember = new Map<string, Decision[]>();
  /** The last line was cut off with its session. */
  #isCutOff: boolean;

  constructor(file: string) {
    this.#file = file;
    const text = readText(file);
    this.#isCutOff = text !== '' && !text.endsWith('\n');
    for (const decision of parseLines(text)) this.#remember(decision);
  }

  of(member: string): readonly Decision[] {
    return this.#byMember.get(member) ?? [];
  }

  /** Why a trial was stopped, or is to be. */
  stopReason(member: string): string | undefined {
    return this.of(member).find(({ stopped }) => stopped !== undefined)?.stopped;
  }

  add(decision: Decision): void {
    mkdirSync(dirname(this.#file), { recursive: true });
    appendFileSync(this.#file, `${this.#isCutOff ? '\n' : ''}${JSON.stringify(decision)}\n`);
    this.#isCutOff = false;
    this.#remember(decision);
  }

  #remember(decision: Decision): void {
    this.#byMember.set(decision.member, [...this.of(decision.member), decision]);
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // Nothing was decided yet.
    return '';
  }
}

function parseLines(text: string): Decision[] {
  return text.split('\n').flatMap((line) => {
    try {
      const decision = JSON.parse(line) as Decision;
      // JSON has null for NaN.
      return [decision.value === null ? { ...decision, value: NaN } : decision];
    } catch {
      return [];
    }
  });
}
