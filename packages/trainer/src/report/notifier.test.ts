import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { terminal } from '../project/terminal.ts';
import { scratch } from '../testing/index.ts';
import { Notifier } from './notifier.ts';

const run = { uuid: 'u', directory: '/runs/u' };
const never = new AbortController().signal;

/** A server that keeps what it is sent. */
async function receiver(status = 200): Promise<{ url: string; bodies: Record<string, unknown>[] }> {
  const bodies: Record<string, unknown>[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (part) => (text += String(part)));
    request.on('end', () => {
      bodies.push(JSON.parse(text) as Record<string, unknown>);
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/secret`, bodies };
}

test('webhook and command are told of what was asked for, and of nothing else', async () => {
  const { url, bodies } = await receiver();
  vi.stubEnv('HOOK', url);
  const file = join(scratch(), 'told');
  const command = `(echo "$GLYPHLAB_EVENT"; cat; echo) >> '${file}'`;
  const notifier = new Notifier({ webhook: '$HOOK', command, on: ['end', 'best'] }, run, 'digits');
  await notifier.guard(never, async () => {
    notifier.onEpochEnd({ epoch: 1, metrics: { 'val/accuracy': 0.5 }, isBest: false });
    notifier.onEpochEnd({ epoch: 2, metrics: { 'val/accuracy': 0.975 }, isBest: true });
  });
  await notifier.guard(never, async () =>
    notifier.ended({ status: 'FINISHED', metrics: { test_accuracy: 0.98 }, url: 'http://mlflow/1' }),
  );
  const best = {
    event: 'best',
    status: 'RUNNING',
    epoch: 2,
    text: 'digits best epoch is 2: validation accuracy 97.50 %',
  };
  const end = { event: 'end', status: 'FINISHED', run: 'u', url: 'http://mlflow/1', content: 'digits finished: test accuracy 98.00 %' }; // prettier-ignore
  expect(bodies).toMatchObject([best, end]);
  const [first, body, second] = readFileSync(file, 'utf8').split('\n');
  expect([first, second]).toEqual(['best', 'end']);
  expect(JSON.parse(body!)).toMatchObject(best);
});

test('a failure is told with its error; who cannot be told is named, without the address', async () => {
  const { url, bodies } = await receiver(500);
  const said = vi.spyOn(terminal, 'onMessage').mockImplementation(() => undefined);
  const notifier = new Notifier({ webhook: url, command: 'exit 3', on: ['end', 'failure'] }, run, 'digits');
  const failing = notifier.guard(never, async () => {
    throw new Error('no room');
  });
  await expect(failing).rejects.toThrow('no room');
  expect(bodies).toMatchObject([{ event: 'failure', status: 'FAILED', error: expect.stringContaining('no room') }]);
  const texts = said.mock.calls.map(([text]) => text).sort();
  expect(texts[0]).toMatch(/^The command .*ended with 3/);
  expect(texts[1]).toMatch(/^The webhook .*answered 500/);
  expect(texts.join()).not.toContain('secret');
});
