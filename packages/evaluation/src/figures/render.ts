import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { TopLevelSpec } from 'vega-lite';
import { theme } from './theme.ts';

/** A figure as Vega-Lite describes it; `data` is always given inline. */
export type FigureSpec = TopLevelSpec;

/** The spec drawn as SVG, with the project's theme. The plotting library is loaded by the first figure, not by importing this. */
export async function renderSvg(spec: FigureSpec): Promise<string> {
  const [vega, { compile }] = await Promise.all([import('vega'), import('vega-lite')]);
  const view = new vega.View(vega.parse(compile(spec, { config: theme }).spec), { renderer: 'none' });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}

let fonts: Promise<Buffer[]> | undefined;

function loadFonts(): Promise<Buffer[]> {
  fonts ??= Promise.all(
    ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'].map((file) =>
      readFile(fileURLToPath(import.meta.resolve(`dejavu-fonts-ttf/ttf/${file}`))),
    ),
  );
  return fonts;
}

/** SVG as PNG, on white, at one pixel a unit. Text is set in DejaVu Sans from its package: system fonts are not consulted. */
export async function rasterize(svg: string): Promise<Uint8Array> {
  const { renderAsync } = await import('@resvg/resvg-js');
  const image = await renderAsync(svg, { background: '#fff' });
  return image.asPng();
}

/** A spec drawn as PNG bytes. */
export const renderPng = async (spec: FigureSpec): Promise<Uint8Array> => rasterize(await renderSvg(spec));
