import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { resolvedYaml } from '@glyphlab/config';
import { epochsDone } from '@glyphlab/tracking';
import type { JobEnd, LaunchedJob, Launcher } from '../launch/launcher.ts';
import type { Member } from '../plan/expand-set.ts';
import { type RunIndex, type SetRun, isDiverged } from '../runs/run-index.ts';
import type { Decisions } from '../search/decisions.ts';
import type { StopMarker } from '../search/mark-stopped.ts';
import { Searches } from '../search/searches.ts';
import { Bell } from './bell.ts';
import type { MemberStatus } from './member-status.ts';
import { nextStep, type MemberCommand } from './next-step.ts';
import { outcomeOf, type Outcome } from './outcome.ts';
import { logFileOf } from './set-directory.ts';
import { giveUpUntaught, hasTeachers } from './students.ts';

/** A member that is cut off as often as this without getting further is not tried again. */
const MAX_FRUITLESS = 2;
/** How often trials are looked at that may have to be stopped; and for new runs among all, which costs more. */
const JUDGE_EVERY_MS = 250;
const FIND_EVERY_MS = 1000;

export interface SetRunnerOptions {
  members: readonly Member[];
  index: RunIndex;
  launcher: Launcher;
  command: MemberCommand;
  decisions: Decisions;
  marker: Pick<StopMarker, 'mark' | 'end'>;
  /** What is to be trained as a member that has not begun, seen from how the others stand. Default: what the set says. */
  propose?: (member: Member, statuses: readonly MemberStatus[]) => Promise<Member>;
  /** Members that run side by side. */
  parallel: number;
  /** UUID of the parent run. */
  parent: string;
  /** Holds a folder a member, for its configuration and what it prints. */
  directory: string;
  /** Told of a run whose process is gone without a word. */
  onCutOff?: (run: SetRun) => void;
  /** Tells a change of state, as a line. */
  onMessage: (text: string) => void;
}

interface Job {
  launched: LaunchedJob;
  /** What its runs said before this is not about this process. */
  sinceMs: number;
  epochsBefore: number;
  /** It was asked to end by its search. */
  isToldEarly?: boolean;
}

/** Runs the members of a set, a few side by side; what is finished stays, what was cut off goes on. */
export class SetRunner {
  readonly #options: SetRunnerOptions;
  readonly #jobs = new Map<MemberStatus, Job>();
  readonly #fruitless = new Map<MemberStatus, number>();
  readonly #searches: Searches;
  /** Rings when a job ends. */
  readonly #bell = new Bell();
  #foundMs = 0;
  readonly statuses: readonly MemberStatus[];
  #isStopping = false;

  constructor(options: SetRunnerOptions) {
    this.#options = options;
    this.statuses = options.members.map((member) => ({ member, state: 'waiting', run: undefined, isOld: false }));
    for (const status of this.statuses) {
      const step = this.#nextStep(status);
      if (step.do !== 'start') status.run = step.run;
      if (step.do === 'nothing') Object.assign(status, { ...doneAs(step.run), isOld: true });
    }
    const recordsOf = (id: string) => options.index.runsOf(id).map(({ record }) => record);
    this.#searches = new Searches(this.statuses, options.decisions, recordsOf);
    this.#leaveOut();
  }

  /** True once it was told to stop, itself or by the stop of a member. */
  get isStopping(): boolean {
    return this.#isStopping;
  }

  /** Reads what the members wrote since. */
  refresh(): void {
    this.#foundMs = Date.now();
    this.#options.index.refresh();
    for (const [status, { sinceMs }] of this.#jobs) status.run = this.#runSince(status, sinceMs) ?? status.run;
  }

  /** Resolves when no member runs and none will. */
  async run(): Promise<void> {
    await this.#adopt();
    for (const status of this.statuses) if (status.state === 'stopped early') await this.#mark(status);
    for (;;) {
      giveUpUntaught(this.statuses, this.#options.onMessage);
      for (let next = this.#next(); next; next = this.#next()) await this.#launch(next);
      if (this.#jobs.size === 0) break;
      await this.#bell.wait(this.#searches.areJudged ? JUDGE_EVERY_MS : undefined);
      this.#judge();
      if ((await this.#settle()) && !this.#isStopping) this.#leaveOut();
    }
    for (const status of this.statuses) if (status.state === 'waiting') status.state = 'stopped';
    await this.#options.marker.end();
  }

  /** Starts no more members and asks those that run to end in order; a second time, to leave at once. */
  stop(): void {
    this.#isStopping = true;
    for (const { launched } of this.#jobs.values()) launched.stop();
  }

  /** Resolves when those that run now have ended. */
  async settled(): Promise<void> {
    await Promise.all([...this.#jobs.values()].map(({ launched }) => launched.ended));
  }

  kill(): void {
    this.#isStopping = true;
    for (const { launched } of this.#jobs.values()) launched.kill();
  }

  /** Finds members that a killed session left running. */
  async #adopt(): Promise<void> {
    for (const status of this.statuses) {
      const launched =
        status.state === 'waiting'
          ? await this.#options.launcher.find({ key: status.member.id, logFile: this.#logFile(status) })
          : undefined;
      if (launched) this.#begin(status, launched, 'still runs', 0);
    }
    this.refresh();
  }

  /** Asks the trials to end that do worse than others did. */
  #judge(): void {
    if (!this.#searches.areJudged) return;
    const trials = [...this.#jobs.keys()].filter(({ member }) => member.trial);
    this.#options.index.refreshRuns(trials.flatMap(({ run }) => run ?? []));
    if (trials.some(({ run }) => !run) && Date.now() - this.#foundMs > FIND_EVERY_MS) this.refresh();
    this.#searches.judge();
    for (const [status, job] of this.#jobs) {
      const reason = this.#searches.stopReason(status);
      if (reason === undefined || job.isToldEarly) continue;
      job.isToldEarly = true;
      job.launched.stop();
    }
  }

  /** The member that is to be started, if one is and there is a place for it. */
  #next(): MemberStatus | undefined {
    if (this.#isStopping || this.#jobs.size >= this.#options.parallel) return undefined;
    const full = this.#searches.full();
    return this.statuses.find((status) => {
      const { state, run, member } = status;
      // What has begun has its epochs in the budget already.
      const hasBudget = run || !member.trial || !full.has(member.trial.search);
      return state === 'waiting' && hasBudget && hasTeachers(this.statuses, status);
    });
  }

  /** Trials that their search has no epochs left for, once nothing more of it can give any back. */
  #leaveOut(): void {
    for (const search of this.#searches.full()) {
      const trials = this.statuses.filter(({ member }) => member.trial?.search === search);
      if (trials.some(({ state, run }) => state === 'running' || (state === 'waiting' && run))) continue;
      for (const status of trials) if (status.state === 'waiting') status.state = 'left out';
    }
  }

  async #mark(status: MemberStatus): Promise<void> {
    const reason = this.#searches.stopReason(status);
    if (status.run && reason !== undefined) await this.#options.marker.mark(status.run, reason);
  }

  async #launch(status: MemberStatus): Promise<void> {
    const { launcher, command, parent, propose } = this.#options;
    if (propose && status.member.redraw && !status.run) status.member = await propose(status.member, this.statuses);
    const { id: key } = status.member;
    const step = this.#nextStep(status);
    if (step.do === 'nothing') {
      // Someone went on with it by hand meanwhile.
      Object.assign(status, { ...doneAs(step.run), run: step.run });
      return;
    }
    const commandLine = step.do === 'resume' ? step.command : command.start(this.#writeConfig(status.member), parent);
    status.run = step.do === 'resume' ? step.run : undefined;
    const sinceMs = Date.now();
    const launched = await launcher.launch({ key, command: commandLine, logFile: this.#logFile(status) });
    this.#begin(
      status,
      launched,
      status.run ? `goes on after epoch ${epochsDone(status.run.record)}` : 'started',
      sinceMs,
    );
  }

  #begin(status: MemberStatus, launched: LaunchedJob, what: string, sinceMs: number): void {
    status.state = 'running';
    delete status.problem;
    this.#jobs.set(status, { launched, sinceMs, epochsBefore: status.run ? epochsDone(status.run.record) : 0 });
    void launched.ended.then(() => this.#bell.ring());
    this.#options.onMessage(`${status.member.name}: ${what} (${launched.description})`);
    // A stop that came while it was being started must reach it, too.
    if (this.#isStopping) launched.stop();
  }

  /** @returns whether any had ended */
  async #settle(): Promise<boolean> {
    const ended: [MemberStatus, Job, JobEnd][] = [];
    for (const [status, job] of this.#jobs) {
      const end = await Promise.race([job.launched.ended, undefined]);
      if (end) ended.push([status, job, end]);
    }
    if (ended.length === 0) return false;
    this.refresh();
    for (const [status, { sinceMs, epochsBefore }, end] of ended) {
      this.#jobs.delete(status);
      const { record } = this.#runSince(status, sinceMs) ?? {};
      const outcome = outcomeOf(record, end, this.#logFile(status));
      if (status.member.trial && outcome.kind === 'failed' && record && isDiverged(record))
        this.#searches.giveUp(status);
      const reason = outcome.kind === 'finished' ? undefined : this.#searches.stopReason(status);
      if (reason === undefined) this.#conclude(status, outcome, epochsBefore);
      else {
        Object.assign(status, { state: 'stopped early', problem: reason });
        this.#options.onMessage(`${status.member.name}: stopped early, ${reason}`);
        await this.#mark(status);
      }
    }
    return true;
  }

  #conclude(status: MemberStatus, outcome: Outcome, epochsBefore: number): void {
    const { onMessage } = this.#options;
    const { name } = status.member;
    const done = status.run ? epochsDone(status.run.record) : 0;
    if (outcome.kind === 'cutOff') {
      if (status.run) this.#options.onCutOff?.(status.run);
      const fruitless = done > epochsBefore ? 0 : (this.#fruitless.get(status) ?? 0) + 1;
      this.#fruitless.set(status, fruitless);
      const isHopeless = fruitless >= MAX_FRUITLESS;
      if (this.#isStopping) {
        status.state = 'stopped';
        onMessage(`${name}: stopped`);
        return;
      }
      status.state = isHopeless ? 'failed' : 'waiting';
      status.problem = `It was killed after epoch ${done}${isHopeless ? ' each time it was tried. It may have run out of memory.' : '.'}`;
      onMessage(`${name}: ${status.problem}`);
      return;
    }
    status.state = outcome.kind;
    // Whoever ends this whole tree of processes, as Nx does on Ctrl-C, may begin with the members.
    if (outcome.kind === 'stopped' && !this.#isStopping) {
      this.#isStopping = true;
      onMessage(`${name} was told to stop, so no more members are started.`);
    }
    if (outcome.kind === 'finished' || (outcome.kind === 'stopped' && this.#isStopping)) delete status.problem;
    else status.problem = outcome.problem;
    onMessage(
      `${name}: ${status.state}${status.problem === undefined ? '' : `\n${status.problem.replace(/^/gm, '  ')}`}`,
    );
  }

  #runSince(status: MemberStatus, sinceMs: number): SetRun | undefined {
    return this.#options.index.runsOf(status.member.id).findLast(({ record }) => record.lastMs >= sinceMs);
  }

  #nextStep = ({ member }: MemberStatus) => nextStep(this.#options.index.runsOf(member.id), this.#options.command);

  #logFile = ({ member }: MemberStatus): string => logFileOf(this.#options.directory, member.id);

  #writeConfig({ id, config }: Member): string {
    const file = join(this.#options.directory, id, 'config.yaml');
    mkdirSync(join(this.#options.directory, id), { recursive: true });
    writeFileSync(file, resolvedYaml(config));
    return file;
  }
}

const doneAs = ({ record, stoppedEarly }: SetRun): Pick<MemberStatus, 'state' | 'problem'> =>
  record.status === 'FINISHED' || stoppedEarly === undefined
    ? { state: 'finished' }
    : { state: 'stopped early', problem: stoppedEarly };
