import { InputError, percent, textTable } from '@glyphlab/core';
import { locateTensorFlow, prepareSessionTrace, type SessionTrace } from '@glyphlab/tensorflow';
import type { TrackedRun } from '@glyphlab/tracking';
import type { Callback } from '@glyphlab/training';
import { terminal } from '../project/terminal.ts';
import { type TracedOp, tracedOps } from './run-metadata.ts';

/** The first steps load caches and are slower. */
const WARM_UP = 20;
/** Kinds of ops that are printed. */
const PRINTED = 12;

/** Where the time of some training steps goes, op by op, in TensorFlow's own figures. */
export class StepProfiler implements Callback {
  readonly #trace: SessionTrace | undefined;
  readonly #steps: number;
  readonly #run: Pick<TrackedRun, 'logBytes'>;
  #isTold = false;

  private constructor(trace: SessionTrace | undefined, steps: number, run: Pick<TrackedRun, 'logBytes'>) {
    this.#trace = trace;
    this.#steps = steps;
    this.#run = run;
  }

  /**
   * To be called before native TensorFlow is loaded.
   *
   * @param steps undefined: nothing is profiled
   * @throws InputError without native TensorFlow; GlyphlabError if the addon that it needs does not compile
   */
  static async prepare(
    steps: number | undefined,
    backend: string,
    run: Pick<TrackedRun, 'logBytes'>,
  ): Promise<StepProfiler> {
    if (steps === undefined) return new StepProfiler(undefined, 0, run);
    const installation = backend === 'auto' || backend === 'tensorflow' ? locateTensorFlow() : undefined;
    if (!installation || process.platform !== 'linux')
      throw new InputError('PROFILE_NOT_POSSIBLE', 'A profile needs native TensorFlow for the processor, on Linux.', {
        where: '--profile',
        hint: 'Get it with: npx @glyphlab/tensorflow install; with training.backend: auto or tensorflow.',
      });
    return new StepProfiler(await prepareSessionTrace(installation), steps, run);
  }

  onTrainBegin(): void {
    this.#trace?.begin(WARM_UP, this.#steps);
  }

  onEpochEnd(): void {
    const steps =
      this.#trace
        ?.take()
        .map(tracedOps)
        .filter((ops) => ops.length > 0) ?? [];
    if (steps.length === 0) return;
    this.#isTold = true;
    this.#run.logBytes(chromeTrace(steps), 'profile/trace.json');
    const table = opsTable(steps);
    this.#run.logBytes(`${table.join('\n')}\n`, 'profile/ops.txt');
    const rest = table.length > PRINTED + 2 ? ['…'] : [];
    terminal.onMessage([...table.slice(0, PRINTED + 2), ...rest].join('\n'));
  }

  onTrainEnd(): void {
    if (this.#trace && !this.#isTold)
      terminal.onMessage(
        `No step was profiled: the first ${WARM_UP} are left out, and the training has no more. Give it more epochs.`,
      );
  }
}

/** Kinds of ops, the dearest first: how many a step has, and their time in an average step. */
function opsTable(steps: readonly TracedOp[][]): string[] {
  const kinds = new Map<string, { count: number; micros: number }>();
  for (const { op, micros } of steps.flat()) {
    const kind = kinds.get(op) ?? { count: 0, micros: 0 };
    kinds.set(op, { count: kind.count + 1, micros: kind.micros + micros });
  }
  const total = [...kinds.values()].reduce((sum, { micros }) => sum + micros, 0);
  const rows = [...kinds]
    .toSorted(([, a], [, b]) => b.micros - a.micros)
    .map(([op, { count, micros }]) => [
      op,
      String(Math.round((10 * count) / steps.length) / 10),
      (micros / steps.length).toFixed(0),
      percent(micros / total, 1),
    ]);
  const head = ['op', 'a step', 'µs a step', 'share'];
  return [
    `Time of ops, mean of ${steps.length} steps; ops beside each other count both:`,
    ...textTable([head, ...rows], new Set([1, 2, 3])),
  ];
}

/** The trace as chrome://tracing and Perfetto read it (Trace Event Format): a row for each op that runs beside others. */
function chromeTrace(steps: readonly TracedOp[][]): string {
  const first = Math.min(...steps.map(([op]) => op!.startMicros));
  const devices = [...new Set(steps.flat().map(({ device }) => device))];
  const names = devices.map((name, pid) => ({ name: 'process_name', ph: 'M', pid, args: { name } }));
  const ends: number[] = [];
  const events = steps.flatMap((ops, step) =>
    ops.map(({ op, node, device, startMicros, micros }) => {
      // Of the times since 1970 a double holds a quarter of a microsecond only.
      const [ts, pid] = [startMicros - first, devices.indexOf(device)];
      const free = ends.findIndex((end) => end <= ts);
      const tid = free < 0 ? ends.length : free;
      ends[tid] = ts + micros;
      return { name: op, cat: 'op', ph: 'X', ts, dur: micros, pid, tid, args: { node, step } };
    }),
  );
  return JSON.stringify({ displayTimeUnit: 'ms', traceEvents: [...names, ...events] });
}
