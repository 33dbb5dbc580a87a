import type { Config } from 'vega-lite';

/**
 * Colours of Okabe and Ito (Color Universal Design, 2008), told apart by colour-blind readers too.
 * https://jfly.uni-koeln.de/color/
 */
export const colours = {
  blue: '#0072B2',
  vermillion: '#D55E00',
  green: '#009E73',
  purple: '#CC79A7',
  orange: '#E69F00',
  sky: '#56B4E9',
  black: '#222222',
  grey: '#767676',
} as const;

/** Order in which several runs take their colours. */
export const categorical = [
  colours.blue,
  colours.vermillion,
  colours.green,
  colours.purple,
  colours.orange,
  colours.sky,
  colours.black,
];

export const FONT = 'DejaVu Sans';

/** Size of a figure with axes in pixels, all included: about what MLflow's artifact viewer shows unscaled. */
export const FIGURE = { width: 960, height: 560, autosize: { type: 'fit', contains: 'padding' } } as const;

/** Look of every figure: large enough to read in MLflow's viewer, grid behind the data, no frame. */
export const theme: Config = {
  font: FONT,
  background: '#ffffff',
  padding: 20,
  title: {
    anchor: 'start',
    fontSize: 21,
    subtitleFontSize: 15,
    subtitleColor: '#444444',
    offset: 16,
    subtitlePadding: 6,
  },
  axis: {
    labelFontSize: 15,
    titleFontSize: 16,
    titleFontWeight: 'normal',
    titlePadding: 10,
    labelColor: '#333333',
    titleColor: '#333333',
    gridColor: '#e6e6e6',
    domainColor: '#888888',
    tickColor: '#888888',
  },
  legend: { labelFontSize: 15, titleFontSize: 15, symbolStrokeWidth: 3, symbolSize: 250, labelLimit: 0 },
  view: { stroke: null },
};
