import { expect, test } from 'vitest';
import { manyMembers } from './many-members.ts';
import { describeReport } from './report.ts';

test('members that a server tells of are tracked to their end, each once', { timeout: 120_000 }, async () => {
  const report = await manyMembers(3, {
    onProgress: () => undefined,
    onMessage: () => undefined,
    signal: new AbortController().signal,
  });
  expect(report).toMatchObject({ members: 3, finished: 3 });
  const machine = { processor: 'a processor', cores: 2, platform: 'linux', node: '24' };
  const text = describeReport({ startedAt: '', machine, loadAverage: 0, many: report });
  expect(text).toContain('| finished ');
});
