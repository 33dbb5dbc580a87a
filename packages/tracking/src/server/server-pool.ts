import { findServer } from './find-server.ts';
import type { ServerPlan } from './server-choice.ts';
import type { TrackingServer } from './tracking-server.ts';

type Found = { server: TrackingServer } | { error: string };

/** The servers that runs go to, each looked for once, and given up once it does not answer: it would keep every run waiting. */
export class ServerPool {
  readonly #workspaceDir: string;
  readonly #onMessage: (text: string) => void;
  readonly #signal: AbortSignal | undefined;
  readonly #found = new Map<string, Found>();

  constructor(workspaceDir: string, onMessage: (text: string) => void, signal: AbortSignal | undefined) {
    this.#workspaceDir = workspaceDir;
    this.#onMessage = onMessage;
    this.#signal = signal;
  }

  async get(plan: ServerPlan): Promise<Found> {
    const key = plan.kind === 'url' ? plan.url : plan.kind;
    let found = this.#found.get(key);
    if (!found) {
      const server = await findServer({ server: plan, workspaceDir: this.#workspaceDir }, this.#onMessage, {
        signal: this.#signal,
      });
      found = server ? { server } : { error: 'There is no server to send it to.' };
      this.#found.set(key, found);
    }
    return found;
  }

  async giveUp(server: TrackingServer, error: string): Promise<void> {
    for (const [key, found] of this.#found)
      if ('server' in found && found.server === server) this.#found.set(key, { error });
    await server.stop();
  }

  async stop(): Promise<void> {
    for (const found of this.#found.values()) if ('server' in found) await found.server.stop();
  }
}
