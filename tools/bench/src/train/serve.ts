import { createInterface } from 'node:readline';

/** What a contestant is asked for. */
export interface Request {
  batch: number;
  /** How many images to train on. */
  images: number;
}

export interface Answer {
  imagesPerSecond: number;
}

/**
 * The contestants' side of the protocol, the same as in `peers/*.py`: says its version once it can compute, then answers each
 * line of JSON on standard input with one on standard output, until the input ends. Meanwhile the process sleeps.
 */
export async function serve(version: string, answer: (request: Request) => Promise<Answer>): Promise<void> {
  const say = (message: object): boolean => process.stdout.write(`${JSON.stringify(message)}\n`);
  say({ version });
  for await (const line of createInterface({ input: process.stdin })) say(await answer(JSON.parse(line) as Request));
}
