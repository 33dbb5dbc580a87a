import type { TopLevelSpec } from 'vega-lite';
import { fontsFor } from './text/fonts.ts';
import { textWidth } from './text/names.ts';
import { FONT, theme } from './theme.ts';

/**
 * A Vega-Lite specification; `data` is always given inline. Vega-Lite's own type rejects valid specifications that are
 * computed in parts, so what it would catch is left to the tests, which draw every figure.
 */
export type FigureSpec = Readonly<Record<string, unknown>>;

/** Mean advance of DejaVu Sans in em: exact for digits, close for words. */
const MEAN_ADVANCE = 0.63;

/** Vega's hook for measuring text, which its types leave out. */
interface TextMetrics {
  width: (item: { fontSize: number }, text: unknown) => number;
}

/** Vega and Vega-Lite, loaded by the first figure: importing this package must stay cheap. */
async function loadVega() {
  const [vega, { compile }] = await Promise.all([import('vega'), import('vega-lite')]);
  const { textMetrics } = vega as unknown as { textMetrics: TextMetrics };
  // Without a canvas Vega takes 0.8 em a character and leaves gaps beside axes and legends.
  textMetrics.width = (item, text) => MEAN_ADVANCE * item.fontSize * textWidth(String(text ?? ''));
  return { vega, compile };
}

/** The spec drawn as SVG in the project's theme. */
export async function renderSvg(spec: FigureSpec): Promise<string> {
  const { vega, compile } = await loadVega();
  const view = new vega.View(vega.parse(compile(spec as unknown as TopLevelSpec, { config: theme }).spec), {
    renderer: 'none',
  });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}

/**
 * SVG as PNG, one pixel a unit, on white. Text is set in DejaVu Sans from its package, so that figures look alike everywhere; only
 * signs that it lacks are taken from the system's fonts.
 */
export async function rasterize(svg: string): Promise<Uint8Array> {
  const { renderAsync } = await import('@resvg/resvg-js');
  const image = await renderAsync(svg, {
    background: '#fff',
    font: {
      loadSystemFonts: false,
      fontFiles: [...fontsFor(svg).files],
      defaultFontFamily: FONT,
    },
  });
  return image.asPng();
}

/** A spec drawn as PNG bytes. */
export const renderPng = async (spec: FigureSpec): Promise<Uint8Array> => rasterize(await renderSvg(spec));
