import { element, make } from './element.ts';
import type { PageSamples } from './page-samples.ts';

const SHOWN = 10;

/** Images to try, some at a time. @returns marks which one is shown, if any */
export function showExamples(
  samples: PageSamples,
  onChoose: (sample: number) => void,
): (sample: number | undefined) => void {
  let start = 0;
  let chosen: number | undefined;
  const tiles = element('tiles');

  const mark = () => {
    for (const tile of tiles.querySelectorAll('button'))
      tile.setAttribute('aria-pressed', String(Number(tile.value) === chosen));
  };
  const fill = () => {
    const shown = Array.from({ length: Math.min(SHOWN, samples.toTry) }, (_, k) => (start + k) % samples.toTry);
    tiles.replaceChildren(...shown.map((sample) => make('li', {}, tile(sample))));
    mark();
  };
  const tile = (sample: number) => {
    const button = make('button', { type: 'button', value: String(sample) }, samples.thumbnail(sample));
    button.ariaLabel = `Example: ${samples.className(sample)}`;
    button.addEventListener('click', () => onChoose(sample));
    return button;
  };

  element('others').addEventListener('click', () => {
    start = (start + SHOWN) % samples.toTry;
    fill();
  });
  element('others').hidden = samples.toTry <= SHOWN;
  element('examples').hidden = false;
  fill();
  return (sample) => {
    chosen = sample;
    mark();
  };
}
