import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Participant } from './rounds.ts';

/** Share of all processors that other programs may use while one is measured. */
const DISTURBED = 0.03;
/** How long the machine must be idle before a run. */
const LOOK_MS = 300;
const WAIT_MS = 2000;

/** Processor time in ticks since the machine started. */
interface Ticks {
  /** All processors together, idle or not. */
  all: number;
  busy: number;
  /** Of one process and those that it started, their threads included. */
  own: number;
}

/**
 * Makes a contestant wait while other programs compute, and run again if they did meanwhile. So a busy machine can still be
 * measured on, in the gaps. Linux only; elsewhere the contestant runs as it is.
 *
 * @param pid its process
 * @param onDisturbed called each time it waits or runs again
 */
export function undisturbed(
  participant: Participant,
  pid: number,
  onDisturbed: () => void,
  signal: AbortSignal,
): Participant {
  return {
    contestant: participant.contestant,
    async run(request) {
      for (;;) {
        while (!(await isIdle())) {
          onDisturbed();
          await sleep(WAIT_MS, undefined, { signal });
        }
        const before = await ticks(pid);
        const answer = await participant.run(request);
        const after = await ticks(pid);
        if (!before || !after || foreignShare(before, after) <= DISTURBED) return answer;
        onDisturbed();
      }
    },
  };
}

async function isIdle(): Promise<boolean> {
  const before = await ticks();
  await sleep(LOOK_MS);
  const after = await ticks();
  return !before || !after || foreignShare(before, after) <= DISTURBED;
}

/** What programs other than the own process used, of all there was. */
export function foreignShare(before: Ticks, after: Ticks): number {
  const foreign = after.busy - before.busy - (after.own - before.own);
  return Math.max(0, foreign) / Math.max(1, after.all - before.all);
}

async function ticks(pid?: number): Promise<Ticks | undefined> {
  const read = (file: string): Promise<string> => readFile(file, 'utf8').catch(() => '');
  const started = (await read(`/proc/${pid}/task/${pid}/children`)).split(' ').filter((child) => child.trim() !== '');
  const [machine, ...processes] = await Promise.all(
    ['/proc/stat', ...[pid, ...started].map((id) => `/proc/${id}/stat`)].map(read),
  );
  return machine === '' ? undefined : parseTicks(machine!, ...processes);
}

/** From the text of Linux's `/proc/stat` and of each `/proc/<pid>/stat`; the latter may be empty. */
export function parseTicks(machine: string, ...processes: string[]): Ticks {
  const counts = machine.split('\n')[0]!.trim().split(/\s+/).slice(1, 9).map(Number);
  const all = counts.reduce((sum, count) => sum + count, 0);
  const [idle, ioWait] = [counts[3]!, counts[4]!];
  const own = processes.map(ticksOf).reduce((sum, count) => sum + count, 0);
  return { all, busy: all - idle - ioWait, own };
}

function ticksOf(process: string): number {
  // The name, in parentheses, may hold spaces.
  const fields = process.slice(process.lastIndexOf(')') + 2).split(' ');
  return process === '' ? 0 : Number(fields[11]) + Number(fields[12]);
}
