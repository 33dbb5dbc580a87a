import { textTable, visibleLine } from '@glyphlab/core';
import { type Dataset, type DatasetReport, nameOfImage } from '@glyphlab/data';

type Alike = DatasetReport['lookAlikes'][number];

/** Longer lists tell no more; the page and the JSON have all. */
const LISTED = 20;

const count = (n: number): string => n.toLocaleString('en');

/** What a person must know first, the worst before the rest; each with the pairs of images that it is about. */
export function findings({ lookAlikes }: DatasetReport, dataset: Dataset): { text: string; pairs: Alike[] }[] {
  const labelOf = ({ part, row }: Alike['first']): number => dataset[part].labels[row]!;
  const kinds = [
    {
      is: ({ first, second }: Alike) => first.part !== second.part,
      text: (n: number) =>
        `LEAK: ${count(n)} images are in two parts, so results on them look better than they are. Remove one of each pair.`,
    },
    {
      is: ({ first, second }: Alike) => labelOf(first) !== labelOf(second),
      text: (n: number) => `${count(n)} images are in two classes: one of the two labels is wrong.`,
    },
    { is: () => true, text: (n: number) => `${count(n)} images occur twice within a part and class.` },
  ];
  let left = lookAlikes;
  return kinds.flatMap(({ is, text }) => {
    const pairs = left.filter(is);
    left = left.filter((pair) => !is(pair));
    if (pairs.length === 0) return [];
    const near = pairs.filter(({ exact }) => !exact).length;
    return [{ text: `${text(pairs.length)}${near > 0 ? ` ${count(near)} of them nearly the same.` : ''}`, pairs }];
  });
}

/** Facts in a line each: sizes, and how unlike the classes are in number. */
export function facts({ imageShape, isGrey, pictureSizes, classes, source }: DatasetReport): string[] {
  const [height, width, channels] = imageShape;
  const trained = classes.map(({ train }) => train).sort((a, b) => a - b);
  const [least, most] = [trained[0]!, trained.at(-1)!];
  const sizes = pictureSizes?.slice(0, 5).map((of) => `${of.height} × ${of.width} (${count(of.count)})`);
  return [
    `From ${source}`,
    `Images: ${height} × ${width}, ${channels === 1 ? 'grey' : 'colour'}${isGrey ? ', though all are grey: dataset.channels: 1 is enough' : ''}`,
    ...(sizes ? [`Files: ${sizes.join(', ')}${pictureSizes!.length > 5 ? ` and ${pictureSizes!.length - 5} other sizes` : ''}`] : []), // prettier-ignore
    ...(most > 3 * least
      ? [
          `Class sizes differ, 1 : ${(most / Math.max(1, least)).toFixed(1)}: see training.classWeights: balanced and dataset.sampling: balanced.`,
        ]
      : []),
  ];
}

/** The report for a person. */
export function asText(report: DatasetReport, dataset: Dataset): string {
  const rows = [
    ['class', 'train', 'val', 'test'],
    ...report.classes.map(({ name, train, val, test }) => [name, count(train), count(val), count(test)]),
    ['all', ...Object.values(report.sizes).map(count)],
  ];
  const table = textTable(rows, new Set([1, 2, 3])).join('\n');
  const listed = findings(report, dataset).map(({ text, pairs }) => {
    const lines = pairs.slice(0, LISTED).map(({ first, second }) => visibleLine(`  ${nameOfImage(dataset, first)} = ${nameOfImage(dataset, second)}`)); // prettier-ignore
    const more = pairs.length > LISTED ? [`  … and ${count(pairs.length - LISTED)} more`] : [];
    return [text, ...lines, ...more].join('\n');
  });
  const told = listed.length > 0 ? listed : ['No image occurs twice.'];
  return [report.name, table, facts(report).join('\n'), ...told, ...report.notes].join('\n\n') + '\n';
}
