import type { Path } from 'opentype.js';

/** Even in [0, 1). */
export type Chance = () => number;

const SIDE = 112;
/** Of the letter, within the picture. */
const HEIGHT = 64;

/** Even in [-most, most). */
const within = (chance: Chance, most: number): number => (2 * chance() - 1) * most;

/** A smooth wobble of the plane: three waves a direction, of random length, direction and phase. */
function wobble(chance: Chance, most: number): (x: number, y: number) => [number, number] {
  const waves = Array.from({ length: 6 }, () => ({
    along: [within(chance, 1), within(chance, 1)] as const,
    phase: 2 * Math.PI * chance(),
    size: (most * chance()) / 2,
  }));
  const sum = (from: number, x: number, y: number) =>
    waves.slice(from, from + 3).reduce((all, { along, phase, size }) => {
      const turn = (2 * Math.PI * (along[0] * x + along[1] * y)) / HEIGHT;
      return all + size * Math.sin(turn + phase);
    }, 0);
  return (x, y) => [x + sum(0, x, y), y + sum(3, x, y)];
}

/**
 * A letter on a piece of paper as SVG, 112 pixels a side, as the same hand would write it another time: turned, slanted, stretched and bent
 * a little, with another pressure of the pen, in another ink and on other paper.
 *
 * @param outline of the letter in a font
 */
export function writtenLetter(outline: Path, chance: Chance): string {
  const { x1, y1, x2, y2 } = outline.getBoundingBox();
  const scale = (HEIGHT * (1 + within(chance, 0.15))) / Math.max(x2 - x1, y2 - y1);
  const [wide, slant, turn] = [1 + within(chance, 0.15), within(chance, 0.18), within(chance, 0.12)];
  const [left, top] = [SIDE / 2 + within(chance, 12), SIDE / 2 + within(chance, 12)];
  const bend = wobble(chance, 4.5);
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  const place = (x: number, y: number): string => {
    const v = scale * (y - (y1 + y2) / 2);
    const u = scale * wide * (x - (x1 + x2) / 2) - slant * v;
    return bend(left + cos * u - sin * v, top + sin * u + cos * v)
      .map((value) => value.toFixed(2))
      .join(' ');
  };
  const path = outline.commands
    .map((command) => {
      if (command.type === 'Z') return 'Z';
      const { x, y } = command;
      if (command.type === 'C')
        return `C${place(command.x1, command.y1)} ${place(command.x2, command.y2)} ${place(x, y)}`;
      if (command.type === 'Q') return `Q${place(command.x1, command.y1)} ${place(x, y)}`;
      return `${command.type}${place(x, y)}`;
    })
    .join('');
  const paper = `hsl(${Math.floor(30 + 30 * chance())} 20% ${Math.floor(88 + 8 * chance())}%)`;
  const ink = `hsl(${Math.floor(210 + 40 * chance())} 50% ${Math.floor(10 + 20 * chance())}%)`;
  const pressure = (3 * chance()).toFixed(2);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${SIDE}" height="${SIDE}"><rect width="100%" height="100%" fill="${paper}"/><path d="${path}" fill="${ink}" stroke="${ink}" stroke-width="${pressure}" stroke-linejoin="round"/></svg>`;
}
