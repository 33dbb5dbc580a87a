import { randomUUID } from 'node:crypto';
import { RecordedRay } from '@glyphlab/experiments/recorded-ray';
import { toldLine } from '@glyphlab/experiments';
import type { Surroundings } from '../commands.ts';
import { project, SetFolder } from './set-folder.ts';

const EPOCHS = 10;
const EPOCH_MS = 1000;

const config = `name: member
dataset: { type: synthetic }
model: { type: cnn }
training: { epochs: ${EPOCHS} }
`;

export interface ManyMembers {
  members: number;
  finished: number;
  /** Of the whole command, from typing it to the results. */
  seconds: number;
  /** When the last was submitted, since the start. */
  submittedSeconds: number;
  /** Of the process that submits, bytes; undefined where the system does not tell. */
  peakMemory: number | undefined;
}

/** Submits members to a server that answers as Ray did, all at a time; each tells ten epochs in ten seconds, and ends. */
export async function manyMembers(members: number, { onProgress }: Surroundings): Promise<ManyMembers> {
  const ray = await new TellingRay().listen();
  const folder = new SetFolder(config);
  try {
    folder.writeSet(Array.from({ length: members }, (_, k) => k + 1));
    const set = folder.onRay(ray.address, '--no-tracking', '--code', project, '--parallel', String(members));
    const finished = (): number => set.saidAt(/^member, seed \d+: finished/).length;
    const timer = setInterval(() => onProgress({ label: 'Members', done: finished(), total: members }), 1000);
    const { seconds, peakMemory } = await set.ended.finally(() => clearInterval(timer));
    const submittedSeconds = set.saidAt(/^member, seed \d+: started/).at(-1) ?? NaN;
    return { members, finished: finished(), seconds, submittedSeconds, peakMemory };
  } finally {
    ray.close();
    folder.remove();
  }
}

/** Its jobs tell of a run that nobody trains. */
class TellingRay extends RecordedRay {
  readonly #began = new Map<string, { atMs: number; uuid: string; told: number }>();

  constructor() {
    super();
    this.intercept = (method, path) => {
      if (method === 'GET' && path === '/api/jobs/') this.#advance();
      return undefined;
    };
  }

  #advance(): void {
    const now = Date.now();
    for (const { submission_id: id, entrypoint } of this.submitted) {
      const known = this.#began.get(id);
      const run = known ?? { atMs: now, uuid: randomUUID(), told: 0 };
      if (!known) {
        this.#began.set(id, run);
        const config = Buffer.from(/--config-base64 (\S+)/.exec(entrypoint)![1]!, 'base64').toString();
        const parent = /--parent (\S+)/.exec(entrypoint)![1]!;
        const name = /^name: (.*)$/m.exec(config)![1]!;
        this.#tell(id, toldLine({ run: run.uuid, config }));
        this.#tell(id, this.#line(run.uuid, { type: 'run', uuid: run.uuid, name, experiment: 'many', parent }));
      }
      for (; run.told < Math.min(EPOCHS, Math.floor((now - run.atMs) / EPOCH_MS)); run.told++) {
        const accuracy = 1 - 1 / (run.told + 2);
        const values = { 'val/accuracy': accuracy, 'val/loss': 1 - accuracy, 'train/loss': 0.5, epoch_seconds: 1 };
        this.#tell(id, this.#line(run.uuid, { type: 'metrics', step: run.told + 1, values }));
        if (run.told < EPOCHS - 1) continue;
        this.#tell(id, this.#line(run.uuid, { type: 'metrics', step: EPOCHS, values: { test_accuracy: accuracy } }));
        this.#tell(id, this.#line(run.uuid, { type: 'ended', status: 'FINISHED' }));
        this.becomes(id, 'succeeded');
      }
    }
  }

  #line = (run: string, entry: object): string =>
    toldLine({ run, line: JSON.stringify({ time: Date.now(), ...entry }) });

  #tell = (id: string, text: string): void => void this.logs.set(id, (this.logs.get(id) ?? '') + text);
}
