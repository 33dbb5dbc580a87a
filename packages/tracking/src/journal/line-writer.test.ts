import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryDirectory } from '@glyphlab/core/testing';
import { expect, test } from 'vitest';
import { LineReader, readLines } from './line-reader.ts';
import { LineWriter } from './line-writer.ts';

const directory = temporaryDirectory();

const silent = (): void => undefined;

async function texts(path: string): Promise<string[]> {
  const lines = [];
  for await (const line of readLines(path)) lines.push(line.text);
  return lines;
}

test('a file cut at any byte keeps its whole lines, and the next line is whole as well', async () => {
  const lines = ['{"a":1}', '{"ü":"€"}', '', '{"c":3}'];
  const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
  for (let cut = 0; cut <= bytes.length; cut++) {
    const path = join(directory, `cut-${cut}`);
    writeFileSync(path, bytes.subarray(0, cut));
    const whole = bytes.subarray(0, cut).filter((byte) => byte === 0x0a).length;
    const writer = new LineWriter(path, silent);
    writer.write('{"next":1}');
    writer.close();
    expect(await texts(path)).toEqual([...lines.slice(0, whole), '{"next":1}']);
  }
});

test('a torn line longer than a chunk is cut off', () => {
  const path = join(directory, 'long');
  writeFileSync(path, `{"first":1}\n${'x'.repeat(200_000)}`);
  new LineWriter(path, silent).close();
  expect(readFileSync(path, 'utf8')).toBe('{"first":1}\n');
});

test('a full disk is told once, does not throw, and what waits is bounded', () => {
  const messages: string[] = [];
  const writer = new LineWriter('/dev/full', (text) => messages.push(text));
  const line = 'x'.repeat(1024 * 1024);
  for (let i = 0; i < 70; i++) writer.write(line);
  expect(messages).toHaveLength(1);
  expect(messages[0]).toContain('ENOSPC');
  writer.close();
  expect(messages.at(-1)).toMatch(/^\d+ lines were lost/);
});

test('a reader follows a growing file and takes only whole lines', async () => {
  const path = join(directory, 'growing');
  const reader = new LineReader(path, 16);
  expect(await reader.read(0)).toEqual([]);
  writeFileSync(path, 'one\ntw');
  expect(await reader.read(0)).toEqual([{ text: 'one', end: 4 }]);
  appendFileSync(path, `o\n${'long'.repeat(20)}\n`);
  expect(await reader.read(4)).toEqual([{ text: 'two', end: 8 }]);
  expect(await reader.read(8)).toEqual([{ text: 'long'.repeat(20), end: 89 }]);
  expect(await reader.read(89)).toEqual([]);
  await reader.close();
});
