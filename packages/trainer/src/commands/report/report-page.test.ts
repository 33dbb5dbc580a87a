import { cpSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findChromium, launchChromium } from '../../testing/chromium.ts';
import { cli, digitsRun, scratch } from '../../testing/index.ts';

const chromium = findChromium();

describe.skipIf(!chromium && process.env['GLYPHLAB_TEST_ALL'] === undefined)(
  'in Chromium',
  { timeout: 120_000 },
  () => {
    let file: string;
    let browser: Browser;

    beforeAll(async () => {
      const workspace = scratch();
      const { run } = await digitsRun();
      for (const [id, name] of [
        ['aaaa0000-1', 'quickstart'],
        ['bbbb0000-2', 'a-name-without-a-space-'.repeat(4)],
      ]) {
        const copy = join(workspace, '.glyphlab', 'runs', id!);
        cpSync(run, copy, { recursive: true });
        const journal = join(copy, 'journal.jsonl');
        const { uuid, name: was } = JSON.parse(readFileSync(journal, 'utf8').split('\n')[0]!) as Record<string, string>;
        const renamed = readFileSync(journal, 'utf8')
          .replace(uuid!, id!)
          .replace(`"name":"${was}"`, `"name":"${name}"`);
        writeFileSync(journal, renamed.replace('"training.epochs":"8"', '"training.epochs":"9"'));
      }
      file = join(workspace, 'page.html');
      const { exitCode, stderr } = await cli(['report', 'aaaa', 'bbbb', '--offline', '--html', file], workspace);
      expect([exitCode, stderr]).toEqual([0, '']);
      browser = await launchChromium(chromium!);
    });

    afterAll(() => browser?.close());

    test.each([390, 1280])(
      'at a width of %d pixels nothing is cut off, and the charts are drawn without a network',
      async (width) => {
        const context = await browser.newContext({ viewport: { width, height: 800 }, offline: true });
        const page = await context.newPage();
        const [requests, errors]: [string[], string[]] = [[], []];
        page.on('request', (request) => requests.push(request.url()));
        page.on('pageerror', (error) => errors.push(error.message));
        page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
        await page.goto(pathToFileURL(file).href);
        await expect.poll(() => drawnCharts(page), { timeout: 60_000 }).toEqual({ places: 4, drawn: 4 });
        expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
        expect(await widestChart(page)).toBeGreaterThan(0.8 * Math.min(width, 1080));
        expect(errors).toEqual([]);
        expect(requests.filter((url) => !/^(file|data|blob):/.test(url))).toEqual([]);

        const first = page.locator('th', { hasText: /^run/ }).first();
        const runs = () => page.locator('section').first().locator('tbody tr td:first-child').allTextContents();
        const before = await runs();
        await first.click();
        const sorted = await runs();
        await first.click();
        expect(await runs()).toEqual(sorted.toReversed());
        expect(sorted.toSorted()).toEqual(before.toSorted());
        await context.close();
      },
    );

    test('it is one small file', () => expect(statSync(file).size).toBeLessThan(3_000_000));
  },
);

/** Charts on which something has a colour. As text, since the page has what Node has not. */
const drawnCharts = (page: Page): Promise<{ places: number; drawn: number }> =>
  page.evaluate(`(() => {
    const places = [...document.querySelectorAll('.chart')];
    const drawn = places.filter((place) => {
      const canvas = place.querySelector('canvas');
      if (!canvas || canvas.width === 0) return false;
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      return data.some((value, k) => k % 4 === 0 && Math.abs(value - data[k + 2]) > 60);
    });
    return { places: places.length, drawn: drawn.length };
  })()`);

const widestChart = (page: Page): Promise<number> =>
  page.evaluate(`Math.max(...[...document.querySelectorAll('.chart canvas')].map((one) => one.clientWidth))`);
