import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Registry, resolvedYaml } from '@glyphlab/config';
import { GlyphlabError, InputError, nearest, type OnMessage } from '@glyphlab/core';
import type { RunEnd, ServerChoice, TrackedRun } from '@glyphlab/tracking';
import type { Launcher } from '../launch/launcher.ts';
import type { ExperimentSet, Member } from '../plan/expand-set.ts';
import { endLostRuns } from '../results/end-lost-runs.ts';
import { openResults } from '../results/search-summary.ts';
import { isDone, type MemberStatus } from '../run/member-status.ts';
import type { MemberCommand } from '../run/next-step.ts';
import { openParent } from '../run/open-parent.ts';
import { logFileOf, SetDirectory } from '../run/set-directory.ts';
import { SetRunner } from '../run/set-runner.ts';
import { RunIndex, type SetRun } from '../runs/run-index.ts';
import { Decisions } from '../search/decisions.ts';
import { Proposals } from '../search/proposals.ts';
import { StopMarker } from '../search/mark-stopped.ts';
import { liveView, type LiveStream } from '../view/live-table.ts';
import { type PrepareData, withDataNotes } from './data-notes.ts';
import { identifyConfig } from '../plan/member-identity.ts';
import { COMMAND_TAG, type Published, publishResults } from './publish-results.ts';
import { watch } from './watch.ts';

/** How long members have to leave at once before they are ended. */
const LEAVE_MS = 1000;

export interface SetSessionOptions {
  set: ExperimentSet;
  registry: Registry;
  /** Members side by side. */
  parallel: number;
  runsDir: string;
  /** Holds `.glyphlab`. */
  workspaceDir: string;
  server: ServerChoice;
  launcher: Launcher;
  command: MemberCommand;
  /** As a person types it. */
  commandLine: string;
  prepareData: PrepareData;
  onMessage: OnMessage;
  /** Which command helps, by the code of a message; where one is drawn over, `onMessage` is not asked. */
  advice?: (code: string) => string | undefined;
  /** Shows how it goes. Default: standard error. */
  stream?: LiveStream;
}

export interface SessionEnd extends Partial<Published> {
  statuses: readonly MemberStatus[];
  /** True if it was told to stop: then there are no results. */
  isStopped?: boolean;
}

/** Runs a set as far as it is not done, and writes what came out. */
export class SetSession {
  readonly #options: SetSessionOptions;
  readonly #directory: SetDirectory;
  readonly #stopped = new AbortController();
  readonly #decisions: Decisions;
  readonly #proposals: Proposals;
  /** Those of the set, with what was proposed for them. */
  readonly #members: readonly Member[];
  #say: OnMessage;
  #runner: SetRunner | undefined;
  readonly #ending: Promise<void>[] = [];
  /** By the hash of a configuration's text: a member's own need not be read again when its run has it. */
  readonly #identities = new Map<string, string>();
  #parent: TrackedRun | undefined;

  constructor(options: SetSessionOptions) {
    this.#options = options;
    this.#say = options.onMessage;
    this.#directory = new SetDirectory(options.workspaceDir, options.set.name);
    this.#decisions = new Decisions(this.#directory.decisionsFile);
    this.#proposals = new Proposals(this.#directory.proposalsFile);
    this.#members = options.set.members.map((member) => this.#proposals.applied(member));
  }

  /** How the members stand. Starts and writes nothing. */
  statuses(): readonly MemberStatus[] {
    return this.#newRunner(this.#members, '').statuses;
  }

  /**
   * Trains what is not finished. After `stop` there are no results.
   *
   * @throws InputError if another session runs the set
   */
  async run(): Promise<SessionEnd> {
    const { commandLine } = this.#options;
    const open = new Set(this.statuses().flatMap((status) => (isDone(status) ? [] : [status.member])));
    return this.#withParent(async (parent) => {
      if (open.size > 0) parent.setTags({ [COMMAND_TAG]: commandLine });
      const ready = this.#members.filter((member) => !open.has(member));
      const noted = await this.#noted([...open]);
      const byId = new Map([...ready, ...noted].map((member) => [member.id, member]));
      const runner = this.#newRunner(
        this.#members.map(({ id }) => byId.get(id)!),
        parent.uuid,
        ({ directory, record }) => {
          // What goes on from its checkpoint is not lost.
          if (this.#options.command.resume(directory) === undefined)
            this.#ending.push(this.#endLost(parent, record.uuid));
        },
      );
      await this.#watch(runner);
      await this.#endLost(parent);
      const { statuses } = runner;
      if (runner.isStopping) return { end: { statuses, isStopped: true }, status: 'KILLED' };
      const isComplete = statuses.every(isDone);
      return {
        end: { statuses, ...(await this.#publish(parent, statuses)) },
        status: isComplete ? 'FINISHED' : 'FAILED',
      };
    });
  }

  /**
   * Writes the results of what is there, without training.
   *
   * @throws InputError if nothing of the set was ever run here and no server is named
   */
  async report(): Promise<SessionEnd> {
    const statuses = this.statuses();
    if (this.#directory.parents.length === 0) {
      if (process.env['MLFLOW_TRACKING_URI']) return { statuses, ...(await this.#publish(undefined, statuses)) };
      throw new InputError('EXPERIMENT_NOT_RUN', 'This set has never been run in this workspace.', {
        where: this.#options.set.file,
        hint: 'Run it without --report, or name the MLflow server that has its runs: MLFLOW_TRACKING_URI=http://…',
      });
    }
    try {
      return await this.#withParent(async (parent) => {
        const published = await this.#publish(parent, statuses);
        return {
          end: { statuses, ...published },
          status: openResults(published.results).length === 0 ? 'FINISHED' : 'KILLED',
        };
      });
    } catch (error) {
      if (!(error instanceof GlyphlabError && error.code === 'RUN_IN_USE')) throw error;
      // Another session is at work: what it has come to can be told all the same.
      return { statuses, ...(await this.#publish(undefined, statuses)) };
    }
  }

  /**
   * What a member prints, from its beginning to its end or the signal.
   *
   * @throws InputError if there is no such member
   */
  follow(name: string, signal: AbortSignal): AsyncIterable<string> {
    const { launcher } = this.#options;
    const member = this.#members.find((candidate) => candidate.name === name || candidate.id === name);
    if (member) return launcher.follow({ key: member.id, logFile: logFileOf(this.#directory.path, member.id) }, signal);
    const names = this.#members.map((candidate) => candidate.name);
    const similar = nearest(name, names);
    throw new InputError('EXPERIMENT_NO_MEMBER', `The set has no member "${name}".`, {
      where: '--follow',
      hint: similar
        ? `Did you mean "${similar}"?`
        : `It has: ${names.slice(0, 12).join('; ')}${names.length > 12 ? ' …' : ''}`,
    });
  }

  /** Prints a line for the person, beside what is shown of the progress. */
  tell(text: string, code?: string): void {
    this.#say(text, code);
  }

  /** Ends the running members in order, and with them `run`. */
  stop(): void {
    this.#stopped.abort();
    this.#runner?.stop();
  }

  /** Leaves at once, and has the members do so. This process is to end when it resolves. */
  async leave(): Promise<void> {
    this.stop();
    await Promise.race([this.#runner?.settled(), new Promise((resolve) => setTimeout(resolve, LEAVE_MS))]);
    this.#runner?.kill();
    this.#parent?.abandon();
  }

  async #withParent(
    body: (parent: TrackedRun) => Promise<{ end: SessionEnd; status: 'FINISHED' | 'FAILED' | 'KILLED' }>,
  ): Promise<SessionEnd> {
    const { set, runsDir, workspaceDir, server } = this.#options;
    const onMessage: OnMessage = (text, code) => this.#say(text, code);
    const parent = await openParent(set, this.#directory, { runsDir, workspaceDir, server, onMessage });
    this.#parent = parent;
    try {
      const { end, status } = await body(parent);
      this.#tellOf(await parent.end(status));
      return end;
    } catch (error) {
      await parent.end(this.#stopped.signal.aborted ? 'KILLED' : 'FAILED', error);
      throw error;
    }
  }

  /** What MLflow does not have of the set's own run; each member says it of its own. */
  #tellOf({ isTracked, delivered, error, refused }: RunEnd): void {
    if (isTracked && !delivered)
      this.#say(`The set's own run is not completely in MLflow.${error ? `\n${error}` : ''}`, 'RUNS_WAITING');
    if (refused.length > 0)
      this.#say(`MLflow did not take ${refused.map(({ what }) => what).join(', ')}.`, 'RUNS_REFUSED');
  }

  /** Gets the data of members ready, and notes what is to be said of it. */
  async #noted(members: readonly Member[]): Promise<Member[]> {
    const { prepareData } = this.#options;
    const noted = await withDataNotes(members, prepareData, (text) => this.#say(text), this.#stopped.signal);
    for (const { id, config } of noted) this.#identities.set(hashOf(resolvedYaml(config)), id);
    return noted;
  }

  async #watch(runner: SetRunner): Promise<void> {
    const { parallel, stream = process.stderr } = this.#options;
    this.#runner = runner;
    if (this.#stopped.signal.aborted) runner.stop();
    const view = liveView({ parallel, statuses: () => runner.statuses, stream });
    const { advice } = this.#options;
    this.#say = (text, code) => view.say([text, code && advice?.(code)].filter(Boolean).join('\n'));
    await watch(runner, view, stream.isTTY === true).finally(() => (this.#say = this.#options.onMessage));
  }

  /** On the server; without an UUID all that did not end, when no member runs any more. */
  async #endLost(parent: TrackedRun, lost?: string): Promise<void> {
    const { set, server, workspaceDir } = this.#options;
    if (server === 'none') return;
    const common = { parent, experiment: set.experiment, workspaceDir, signal: this.#stopped.signal };
    const onMessage: OnMessage = (text, code) => this.#say(text, code);
    if (lost !== undefined) return endLostRuns({ ...common, onMessage }, (uuid) => uuid === lost);
    await Promise.all(this.#ending);
    const index = this.#newIndex();
    if (index.mayHaveLost) await endLostRuns({ ...common, onMessage }, (uuid) => !index.hasEnded(uuid));
  }

  #publish(parent: TrackedRun | undefined, statuses: readonly MemberStatus[]): Promise<Published> {
    const { set, server, workspaceDir, commandLine } = this.#options;
    const given = { set, parent, statuses, workspaceDir, commandLine };
    const [index, hasServer, { signal }] = [this.#newIndex(), server !== 'none', this.#stopped];
    return publishResults({ ...given, index, hasServer, onMessage: (text) => this.#say(text), signal });
  }

  #newRunner(members: readonly Member[], parent: string, onCutOff?: (run: SetRun) => void): SetRunner {
    const { launcher, command, parallel } = this.#options;
    const [index, directory] = [this.#newIndex(), this.#directory.path];
    const onMessage: OnMessage = (text, code) => this.#say(text, code);
    const { runsDir, workspaceDir, server } = this.#options;
    const [decisions, { signal }] = [this.#decisions, this.#stopped];
    const marker = new StopMarker({ runsDir, workspaceDir, server, onMessage, signal });
    const propose = async (member: Member, statuses: readonly MemberStatus[]): Promise<Member> =>
      (await this.#noted([this.#proposals.propose(member, statuses)]))[0]!;
    const given = { members, index, launcher, command, decisions, marker, propose, parallel, parent, directory };
    return new SetRunner({ ...given, onMessage, ...(onCutOff && { onCutOff }) });
  }

  #newIndex(): RunIndex {
    const { runsDir, registry } = this.#options;
    const { parents, relayed: relayedDir } = this.#directory;
    const identify = (file: string): string | undefined => {
      const text = hashOf(readFileSync(file));
      const id = this.#identities.get(text) ?? identifyConfig(file, registry);
      if (id !== undefined) this.#identities.set(text, id);
      return id;
    };
    const stopReason = (memberId: string): string | undefined => this.#decisions.stopReason(memberId);
    return new RunIndex({ runsDir, relayedDir, parents, stopReason, identify });
  }
}

const hashOf = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');
