import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { type HttpAnswer, readText } from './read-text.ts';

const answer = (...chunks: string[]): HttpAnswer =>
  ({ body: Readable.from(chunks.map((chunk) => Buffer.from(chunk, 'latin1'))) }) as unknown as HttpAnswer;

test('an answer is read whole, and given up when it goes on for too long', async () => {
  // A character whose bytes come in two parts.
  expect(await readText(answer('a\xc3', '\xa9b'), 4)).toBe('aéb');
  await expect(readText(answer('ab', 'cd', 'e'), 4)).rejects.toThrow('longer than 4 bytes');
});
