import { textTable } from '@glyphlab/core';
import { createLogUpdate } from 'log-update';
import type { MemberStatus } from '../run/member-status.ts';
import { describeProgress, describeSet } from './progress.ts';

/** The part of `process.stderr` that is needed. */
export type LiveStream = NodeJS.WritableStream & { isTTY?: boolean; rows?: number };

/** Shows how a set goes: on a terminal a table that is rewritten, elsewhere a line for each change. */
export interface LiveView {
  /** Shows the present state. */
  update(): void;
  /** Prints lines that stay. */
  say(text: string): void;
  /** Leaves the last state standing. */
  close(): void;
}

export interface LiveViewOptions {
  parallel: number;
  statuses: () => readonly MemberStatus[];
  stream?: LiveStream;
  now?: () => number;
}

export function liveView(options: LiveViewOptions): LiveView {
  const { stream = process.stderr } = options;
  return stream.isTTY ? terminalView(options, stream) : logView(options, stream);
}

function terminalView({ parallel, statuses, now = Date.now }: LiveViewOptions, stream: LiveStream): LiveView {
  const log = createLogUpdate(stream);
  const update = (): void => {
    const lines = tableLines(statuses(), now());
    log([...fit(lines, statuses(), (stream.rows ?? 24) - 3), describeSet(statuses(), parallel, now())].join('\n'));
  };
  const say = (text: string): void => {
    log.clear();
    stream.write(`${text}\n`);
    update();
  };
  const close = (): void => {
    update();
    log.done();
  };
  return { update, say, close };
}

function logView({ parallel, statuses, now = Date.now }: LiveViewOptions, stream: LiveStream): LiveView {
  const told = new Map<string, string>();
  const update = (): void => {
    const changed = statuses().filter((status) => {
      if (status.state !== 'running') return false;
      const { epoch, accuracy } = describeProgress(status, now());
      const isNew = accuracy !== '' && told.get(status.member.id) !== epoch;
      told.set(status.member.id, epoch);
      return isNew;
    });
    if (changed.length === 0) return;
    for (const status of changed) {
      const { name, epoch, accuracy, left } = describeProgress(status, now());
      stream.write(`${name}  epoch ${epoch}  val/accuracy ${accuracy}${left && `  ${left}`}\n`);
    }
    stream.write(`${describeSet(statuses(), parallel, now())}\n`);
  };
  return { update, say: (text) => void stream.write(`${text}\n`), close: () => {} };
}

const heads = ['Member', 'State', 'Epoch', 'val/accuracy', ''];

/** The members as a table, below its heads. */
export function tableLines(statuses: readonly MemberStatus[], nowMs: number): string[] {
  const rows = statuses.map((status) => {
    const { name, state, epoch, accuracy, left } = describeProgress(status, nowMs);
    return [name, state, epoch, accuracy, left];
  });
  return textTable([heads, ...rows], new Set([2, 3, 4]));
}

/** Where there are more members than lines, those that run or failed are shown, then those that wait, then those that are done. */
function fit(lines: readonly string[], statuses: readonly MemberStatus[], room: number): string[] {
  const [head, ...rows] = lines;
  if (rows.length <= room) return [...lines];
  const rank = { running: 0, failed: 1, stopped: 1, waiting: 2, finished: 3, 'stopped early': 4, 'left out': 5 };
  const chosen = rows.map((row, index) => ({ row, index, rank: rank[statuses[index]!.state] }));
  chosen.sort((a, b) => a.rank - b.rank || a.index - b.index);
  const shown = chosen.slice(0, Math.max(1, room - 1)).sort((a, b) => a.index - b.index);
  return [head!, ...shown.map(({ row }) => row), `… and ${rows.length - shown.length} more`];
}
