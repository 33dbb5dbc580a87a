import { type FigureSpec, renderPng } from './render.ts';
import { colours, FIGURE } from './theme.ts';

export interface RateSearchFigure {
  points: readonly { rate: number; loss: number }[];
  proposal: number | undefined;
  /** As `sgd, batch 64`. */
  subtitle: string;
}

/** Loss over the learning rate of a range test, as PNG, the proposal marked (Smith 2017, figure 3). */
export const drawRateSearch = (search: RateSearchFigure): Promise<Uint8Array> => renderPng(rateSearchSpec(search));

/** A loss that has grown beyond so many times the first is left out: it would flatten the rest. */
const MOST = 1.5;

function rateSearchSpec({ points, proposal, subtitle }: RateSearchFigure): FigureSpec {
  const first = points.find(({ loss }) => Number.isFinite(loss))?.loss ?? 0;
  const drawn = points.filter(({ loss }) => Number.isFinite(loss) && loss <= MOST * first);
  const values = proposal === undefined ? [] : [{ rate: proposal, text: `proposal ${proposal}` }];
  const x = { field: 'rate', type: 'quantitative', scale: { type: 'log', nice: false }, title: 'Learning rate' };
  return {
    ...FIGURE,
    title: { text: 'Learning-rate range test', subtitle: [subtitle] },
    encoding: { x: { ...x, axis: { format: '~g' } } },
    layer: [
      {
        data: { values: drawn },
        mark: { type: 'line', strokeWidth: 2.5, color: colours.blue },
        encoding: {
          y: { field: 'loss', type: 'quantitative', title: 'Loss (smoothed)', scale: { zero: false } },
        },
      },
      { data: { values }, mark: { type: 'rule', color: colours.vermillion, strokeDash: [4, 4] } },
      {
        data: { values },
        mark: { type: 'text', y: 12, dx: -8, align: 'right', fontSize: 15, color: colours.vermillion },
        encoding: { text: { field: 'text' } },
      },
    ],
  };
}
