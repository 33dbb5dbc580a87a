import { type Dataset, type DatasetReport, nameOfImage, pixelsOf } from '@glyphlab/data';
import { drawImageGrid } from '@glyphlab/evaluation';
import { drawData } from '../../report/data-figure.ts';
import { escape, image, page } from '../../report/html.ts';
import { facts, findings } from './data-text.ts';

/** Pairs whose pictures are shown. */
const SHOWN = 24;

/** The report as one page that needs nothing else. */
export async function dataPage(report: DatasetReport, dataset: Dataset): Promise<string> {
  const rows = report.classes.map(({ name, train, val, test }) => `<tr><th>${escape(name)}<td>${train}<td>${val}<td>${test}`); // prettier-ignore
  const { train, val, test } = report.sizes;
  const sections: string[] = [];
  for (const { text, pairs } of findings(report, dataset)) {
    const shown = pairs.slice(0, SHOWN).flatMap(({ first, second }) => [first, second]);
    const png = await drawImageGrid(
      {
        pixels: Buffer.concat(shown.map(({ part, row }) => pixelsOf(dataset[part], [row]))),
        imageShape: dataset.imageShape,
      },
      { title: 'Pairs, side by side', captions: shown.map(({ part, row }) => `${part} ${row}`) },
    );
    const items = pairs.map((pair) => `<li>${escape(nameOfImage(dataset, pair.first))} = ${escape(nameOfImage(dataset, pair.second))}`); // prettier-ignore
    sections.push(
      `<h2>${escape(text)}</h2>${image(png, text)}<details><summary>All ${pairs.length}</summary><ul>${items.join('')}</ul></details>`,
    );
  }
  if (sections.length === 0) sections.push('<h2>No image occurs twice</h2>');
  const body = `${sections.join('\n')}
${report.notes.map((note) => `<pre>${escape(note)}</pre>`).join('\n')}
${image(await drawData(dataset), 'The mean training image, and one of each class')}
<table><tr><th>class<th>train<th>val<th>test
${rows.join('\n')}
<tr><th>all<td>${train}<td>${val}<td>${test}</table>`;
  return page(report.name, facts(report), body);
}
