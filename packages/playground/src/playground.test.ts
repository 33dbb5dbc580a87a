import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { temporaryDirectory } from '@glyphlab/core/testing';
import { findChromium, launchChromium } from '@glyphlab/trainer/testing/chromium';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildPlayground } from './build/build-playground.ts';
import { keepPictures, prepareKeepFolder } from './build/keep-pictures.ts';
import { type ServedPlayground, servePlayground } from './build/serve-playground.ts';
import { digits, draw } from './testing/handwriting.ts';
import { trainModel } from './testing/trained-model.ts';

const chromium = findChromium();
if (!chromium) console.warn('Without Chromium the playground is not tested. Install chromium, or set CHROMIUM_PATH.');

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

// Where every tool is to be there, these fail without it.
describe.skipIf(!chromium && process.env['GLYPHLAB_TEST_ALL'] === undefined)('in Chromium', () => {
  let workspace: string;
  let site: string;
  let kept: string;
  let server: ServedPlayground;
  let browser: Browser;

  beforeAll(async () => {
    workspace = temporaryDirectory();
    site = join(workspace, 'site');
    kept = join(workspace, 'kept');
    const page = await buildPlayground({ models: [await trainModel(workspace)], out: site, keep: kept });
    prepareKeepFolder(kept, page);
    server = await servePlayground(site, 0, { plugins: [keepPictures(kept, page)] });
    browser = await launchChromium(chromium!);
  });

  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  /** A page that is ready, in a profile of its own; all its requests and errors are kept. */
  async function open(options: BrowserContextOptions = {}, query = '') {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    const [requests, errors]: [string[], string[]] = [[], []];
    page.on('request', (request) => requests.push(request.url()));
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
    await page.goto(server.url + query);
    await page.locator('html[data-ready]').waitFor();
    return { page, requests, errors, [Symbol.asyncDispose]: () => context.close() };
  }

  const best = (page: Page) => page.locator('#best');
  const shows = (page: Page, name: string) => expect.poll(() => best(page).textContent()).toBe(name);

  test('digits that are drawn are read, and nothing is sent anywhere', async () => {
    await using opened = await open();
    const { page, requests, errors } = opened;
    const loaded = requests.length;
    const answerMs: number[] = [];
    for (const digit of ['0', '2', '3', '4', '5', '7']) {
      await draw(page, digits[digit]!);
      await shows(page, digit);
      expect(await page.locator('#bars li.best').textContent()).toContain(digit);
      expect(await page.locator('#neighbours li').count()).toBe(8);
      answerMs.push(await page.evaluate(() => performance.getEntriesByName('answer')[0]!.duration));
      await page.locator('#clear').click();
      await shows(page, '?');
    }
    expect(new Set(requests.map((url) => new URL(url).origin))).toEqual(new Set([new URL(server.url).origin]));
    expect(requests).toHaveLength(loaded);
    expect(errors).toEqual([]);
    const firstMs = await page.evaluate(() => performance.getEntriesByName('first-prediction')[0]!.startTime);
    const median = answerMs.sort((a, b) => a - b)[3]!;
    console.info(`First prediction ${firstMs.toFixed(0)} ms after opening, then ${median.toFixed(1)} ms an answer.`);
  });

  test('its policy keeps the page from reaching anyone else', async () => {
    await using opened = await open();
    const violated = await opened.page.evaluate(
      () =>
        new Promise<string>((resolve) => {
          addEventListener('securitypolicyviolation', ({ effectiveDirective }) => resolve(effectiveDirective));
          fetch('http://localhost:9/').catch(() => undefined);
        }),
    );
    expect(violated).toBe('connect-src');
  });

  test('all can be done with the keyboard', async () => {
    await using opened = await open();
    const { page } = opened;
    const { keyboard } = page;
    const focused = () => page.evaluate(() => document.activeElement!.getAttribute('aria-label') ?? '');
    await keyboard.press('Tab');
    expect(await focused()).toBe('Drawing area');
    await keyboard.press('Space');
    for (let k = 0; k < 13; k++) await keyboard.press('ArrowDown');
    await keyboard.press('Space');
    await shows(page, '1');
    await expect.poll(() => page.locator('#spoken').textContent()).toMatch(/^1, \d/);
    await keyboard.press('Control+z');
    await shows(page, '?');
    while ((await focused()) !== 'Example: 6') await keyboard.press('Tab');
    await keyboard.press('Enter');
    await shows(page, '6');
    expect(await page.locator('#tiles [aria-pressed=true]').count()).toBe(1);
    await keyboard.press('Delete');
    await shows(page, '?');
  });

  test('it fits a phone, and takes strokes of a finger', async () => {
    await using opened = await open({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });
    const { page } = opened;
    const { x, y, width } = (await page.locator('#pad').boundingBox())!;
    const touch = await page.context().newCDPSession(page);
    const at = (v: number) => [{ x: x + 0.5 * width, y: y + v * width }];
    await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: at(0.2) });
    for (let v = 0.25; v < 0.85; v += 0.05)
      await touch.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: at(v) });
    await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
    await shows(page, '1');
    expect(await page.evaluate(() => [document.documentElement.scrollWidth, scrollY])).toEqual([360, 0]);
  });

  test('a photo is read as `predict` reads it; what is no picture is said to be none', async () => {
    await using opened = await open();
    const { page } = opened;
    const lines = Array.from({ length: 12 }, (_, k) => `<path d="M0 ${k * 60} H900 M${k * 60} 0 V700" stroke="#9ab"/>`);
    const seven = '<path d="M480 200 H640 L540 460" fill="none" stroke="#223a8c" stroke-width="16"/>';
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="900" height="700"><rect width="100%" height="100%" fill="#e8e4da"/>${lines.join('')}${seven}</svg>`;
    const buffer = await sharp(Buffer.from(svg)).jpeg().toBuffer();
    await page.locator('#file').setInputFiles({ name: 'seven.jpg', mimeType: 'image/jpeg', buffer });
    await shows(page, '7');
    const noPicture = { name: 'a.png', mimeType: 'image/png', buffer: Buffer.from('no picture') };
    await page.locator('#file').setInputFiles(noPicture);
    await expect.poll(() => page.locator('#message').textContent()).toContain('not a picture');
    await shows(page, '7');
    // Dropped anywhere on the page.
    await page.evaluate((base64) => {
      const data = new DataTransfer();
      data.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], 'seven.jpg'));
      document.querySelector('#undo')!.dispatchEvent(new Event('click'));
      document.body.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));
    }, buffer.toString('base64'));
    await shows(page, '7');
    expect(await page.locator('#message').textContent()).toBe('');
  });

  test('nothing bars anyone from it, in the light scheme and in the dark', async () => {
    await using opened = await open();
    const { page } = opened;
    await draw(page, digits['2']!);
    await shows(page, '2');
    await page.evaluate(axe);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      const violations = await page.evaluate(async () => {
        const { axe } = globalThis as unknown as { axe: { run: () => Promise<import('axe-core').AxeResults> } };
        const results = await axe.run();
        return results.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(', ')}`);
      });
      expect(violations, colorScheme).toEqual([]);
    }
  });

  test('what is wrong is kept, on a wish, as the network saw it; another answer moves it; no other site may keep anything', async () => {
    await using opened = await open();
    const { page, errors } = opened;
    const keep = async (name: string) => {
      await page.locator('#truth').selectOption({ label: name });
      await page.locator('#keep-it').click();
      await expect.poll(() => page.locator('#kept').textContent()).toContain(`Kept as ${name}`);
    };
    expect(await page.locator('#keep').isVisible()).toBe(false);
    await draw(page, digits['7']!);
    await shows(page, '7');
    expect(await page.locator('#keep-it').isDisabled()).toBe(true);
    expect(readdirSync(kept)).toEqual([]);
    const seen = await page.locator('#seen').evaluate((canvas: HTMLCanvasElement) => {
      const { width, height } = canvas;
      return [...canvas.getContext('2d')!.getImageData(0, 0, width, height).data].filter((_, i) => i % 4 === 0);
    });
    await keep('1');
    await keep('7');
    const [file, ...others] = readdirSync(join(kept, '7'));
    expect([others, readdirSync(join(kept, '1'))]).toEqual([[], []]);
    const { data, info } = await sharp(join(kept, '7', file!))
      .toColourspace('b-w')
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect([info.width, info.height, info.channels]).toEqual([28, 28, 1]);
    expect([...data]).toEqual(seen);
    expect(await page.locator('#kept').textContent()).toContain('1 picture so far');

    await page.locator('#clear').click();
    await expect.poll(() => page.locator('#keep').isVisible()).toBe(false);
    await page.locator('#tiles button').first().click();
    await expect.poll(() => best(page).textContent()).not.toBe('?');
    expect(await page.locator('#keep').isVisible()).toBe(false);
    expect(errors).toEqual([]);

    const post = (query: string, headers: Record<string, string>, length = 784) =>
      fetch(`${server.url}keep${query}`, { method: 'POST', headers, body: new Uint8Array(length) });
    const origin = new URL(server.url).origin;
    const refused = await Promise.all([
      post('?class=3', { origin: 'http://elsewhere.example' }),
      post('?class=3', {}),
      post('?class=10', { origin }),
      post('?class=3', { origin }, 785),
      fetch(`${server.url}keep`),
    ]);
    expect(refused.map(({ status }) => status)).toEqual([403, 403, 400, 400, 405]);
    expect(existsSync(join(kept, '3'))).toBe(false);
  });

  test('WebGL gives the answer that WebAssembly gives', async () => {
    const answers = ['wasm', 'webgl'].map(async (backend) => {
      await using opened = await open({}, `?backend=${backend}`);
      const { page } = opened;
      await page.locator('#tiles button').nth(8).click();
      await expect.poll(() => best(page).textContent()).not.toBe('?');
      const values = await page
        .locator('#bars data')
        .evaluateAll((all) => all.map((data) => Number(data.getAttribute('value'))));
      return { title: await page.locator('html').getAttribute('data-ready'), values };
    });
    const [wasm, webgl] = await Promise.all(answers);
    expect([wasm!.title, webgl!.title]).toEqual(['WebAssembly', 'WebGL']);
    webgl!.values.forEach((value, k) => expect(value).toBeCloseTo(wasm!.values[k]!, 4));
  });

  test('what it holds of the data set stays below a megabyte', () => {
    const size = ['samples.png', 'features.bin'].reduce((sum, file) => sum + statSync(join(site, file)).size, 0);
    expect(size).toBeLessThan(1e6);
  });
});
