import type { Dispatcher } from 'undici';

export type HttpAnswer = Dispatcher.ResponseData;

/** More than MLflow's largest answers take by far: a page of 50,000 runs' metrics. */
const LONGEST_BYTES = 256 * 1024 * 1024;

/** An answer that goes on for longer than any of MLflow's. */
export class AnswerTooLongError extends RangeError {}

/**
 * The text of an answer, of a server that need not be a kind one.
 *
 * @throws AnswerTooLongError
 */
export async function readText({ body }: HttpAnswer, longestBytes = LONGEST_BYTES): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > longestBytes) throw new AnswerTooLongError(`The answer is longer than ${longestBytes} bytes.`);
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}
