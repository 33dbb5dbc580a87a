import { join } from 'node:path';
import { temporaryDirectory } from '@glyphlab/core/testing';
import { findChromium, launchChromium } from '@glyphlab/trainer/testing/chromium';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildPlayground } from './build/build-playground.ts';
import { type ServedPlayground, servePlayground } from './build/serve-playground.ts';
import { digits, draw } from './testing/handwriting.ts';

const chromium = findChromium();

// Where every tool is to be there, these fail without it.
describe.skipIf(!chromium && process.env['GLYPHLAB_TEST_ALL'] === undefined)('several networks in Chromium', () => {
  let server: ServedPlayground;
  let browser: Browser;

  beforeAll(async () => {
    const out = join(temporaryDirectory(), 'site');
    const { name, choices } = await buildPlayground({ models: ['digits'], others: ['digits', 'letters'], out });
    expect(name).toBe('digits');
    expect(choices).toEqual(['digits', 'letters'].map((id) => ({ id, name: id })));
    server = await servePlayground(out, 0);
    browser = await launchChromium(chromium!);
  });

  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  test('the one that is chosen answers, and the address keeps the choice', async () => {
    const page = await browser.newPage();
    await page.goto(server.url);
    const says = (text: string) => expect.poll(() => page.locator('#best').textContent()).toBe(text);
    await page.locator('html[data-ready]').waitFor();
    expect(await page.locator('#prompt b').textContent()).toBe('Draw a digit here');
    expect(await page.locator('#choice').inputValue()).toBe('digits');
    await draw(page, digits['7']!);
    await says('7');

    await page.locator('#choice').selectOption('letters');
    await page.waitForURL('**/?model=letters');
    await page.locator('html[data-ready]').waitFor();
    expect(await page.locator('#prompt b').textContent()).toBe('Draw a character here');
    // Two strokes of an H, and the one between them.
    await draw(page, [[[0.28, 0.18], [0.28, 0.5], [0.28, 0.82]], [[0.72, 0.18], [0.72, 0.5], [0.72, 0.82]], [[0.28, 0.5], [0.5, 0.5], [0.72, 0.5]]]); // prettier-ignore
    await says('H');

    await page.locator('#choice').selectOption('digits');
    await page.waitForURL((url) => !url.search);
    expect(await page.locator('#choice').inputValue()).toBe('digits');
    await page.goto(`${server.url}?model=none-of-this-name`);
    await page.locator('html[data-ready]').waitFor();
    expect(await page.locator('#choice').inputValue()).toBe('digits');
  });
});
