import { spawn } from 'node:child_process';
import type { TrackingConfig } from '@glyphlab/config';
import { describeError, percent, testMetric } from '@glyphlab/core';
import type { EndStatus, TrackedRun } from '@glyphlab/tracking';
import type { Callback, EpochEnd } from '@glyphlab/training';
import { terminal } from '../project/terminal.ts';

type NotifyConfig = NonNullable<TrackingConfig['notify']>;

/** What is told, as JSON. */
interface Notice {
  event: NotifyConfig['on'][number];
  /** For a person; `content` is the same for who expects that name. */
  text: string;
  content: string;
  run: string;
  name: string;
  directory: string;
  /** As MLflow calls it; RUNNING at a new best. */
  status: EndStatus | 'RUNNING';
  /** Shares are 0–1, losses nats. */
  metrics: Readonly<Record<string, number>>;
  epoch?: number;
  url?: string;
  error?: string;
}

/** How long the end of a run waits for whom it tells. */
const PATIENCE_MS = 10_000;

/**
 * Tells a webhook or a command how a run goes. Training waits for neither, its end for at most ten seconds, and what fails is said
 * and nothing else.
 */
export class Notifier implements Callback {
  readonly #config: NotifyConfig | undefined;
  readonly #run: Pick<TrackedRun, 'uuid' | 'directory'>;
  readonly #name: string;
  readonly #pending = new Set<Promise<void>>();
  #hasEnded = false;

  constructor(config: NotifyConfig | undefined, run: Pick<TrackedRun, 'uuid' | 'directory'>, name: string) {
    this.#config = config;
    this.#run = run;
    this.#name = name;
  }

  onEpochEnd({ epoch, metrics, isBest }: Pick<EpochEnd, 'epoch' | 'metrics' | 'isBest'>): void {
    if (!isBest) return;
    const text = `best epoch is ${epoch}: validation accuracy ${percent(metrics['val/accuracy'] ?? NaN)}`;
    this.#tell('best', text, { status: 'RUNNING', epoch, metrics });
  }

  /** How the run ended. */
  ended(end: {
    status: EndStatus;
    metrics: Readonly<Record<string, number>>;
    url?: string | undefined;
    error?: unknown;
  }): void {
    this.#hasEnded = true;
    const { status, metrics, url } = end;
    const error = end.error === undefined ? undefined : describeError(end.error);
    const accuracy = metrics[testMetric('accuracy')];
    const words = { FINISHED: 'finished', FAILED: 'failed', KILLED: 'was ended' }[status];
    const result = accuracy === undefined ? '' : `: test accuracy ${percent(accuracy)}`;
    const about = { status, metrics, ...(url !== undefined && { url }), ...(error !== undefined && { error }) };
    this.#tell(status === 'FAILED' ? 'failure' : 'end', `${words}${result}`, about);
  }

  /** Runs `body`, tells of it if it fails before its run has ended, and waits for whom it tells. */
  async guard<T>(signal: AbortSignal, body: () => Promise<T>): Promise<T> {
    try {
      return await body();
    } catch (error) {
      if (!this.#hasEnded) this.ended({ status: signal.aborted ? 'KILLED' : 'FAILED', metrics: {}, error });
      throw error;
    } finally {
      await Promise.all(this.#pending);
    }
  }

  #tell(event: Notice['event'], what: string, about: Pick<Notice, 'status' | 'metrics'> & Partial<Notice>): void {
    if (!this.#config?.on.includes(event)) return;
    const { uuid, directory } = this.#run;
    const text = `${this.#name} ${what}`;
    const body = JSON.stringify({ event, text, content: text, run: uuid, name: this.#name, directory, ...about });
    const { webhook, command } = this.#config;
    if (webhook !== undefined) this.#follow('The webhook', post(webhook, body));
    if (command !== undefined) this.#follow('The command', start(command, event, body));
  }

  #follow(who: string, told: Promise<void>): void {
    const task = told.catch((error: unknown) =>
      terminal.onMessage(`${who} of tracking.notify was not told: ${describeError(error)}`),
    );
    this.#pending.add(task);
    void task.finally(() => this.#pending.delete(task));
  }
}

async function post(webhook: string, body: string): Promise<void> {
  const url = webhook.startsWith('$') ? process.env[webhook.slice(1)] : webhook;
  if (!url) throw new Error(`the environment has no variable ${webhook.slice(1)}`);
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(PATIENCE_MS) });
  await response.body?.cancel();
  // The address may be a secret: it is not repeated.
  if (!response.ok) throw new Error(`it answered ${response.status}`);
}

/** The notice comes on its standard input. */
function start(command: string, event: string, body: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('sh', ['-c', command], {
      stdio: ['pipe', 'ignore', 'ignore'],
      env: { ...process.env, GLYPHLAB_EVENT: event },
      timeout: PATIENCE_MS,
    });
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(signal === null ? `it ended with ${code}` : `it took more than ${PATIENCE_MS / 1000} s`));
    });
    // It need not read.
    child.stdin.on('error', () => undefined).end(body);
  });
}
