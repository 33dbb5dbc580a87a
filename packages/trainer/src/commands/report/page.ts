import { interactiveChart, vegaRuntime } from '@glyphlab/evaluation';
import { escape, image } from '../../report/html.ts';
import { figureColumns, type Section, type Table } from '../compare/document.ts';

/** JavaScript that stands in a script element: only what would end or confuse that is escaped, since `/</` may be a pattern. */
const inScript = (text: string): string => text.replace(/<\/(?=script)/gi, '<\\/').replaceAll('<!--', '<\\!--');

/**
 * One HTML file with all in it: charts that zoom, tables that sort. It asks no server and no network, and fits a phone.
 *
 * @param lead a sentence below the heading
 */
export async function htmlPage(heading: string, lead: string, sections: readonly Section[]): Promise<string> {
  const charts: object[] = [];
  const parts: string[] = [];
  for (const { title, notes = [], table, code, chart, picture } of sections) {
    const body = notes.map((note) => `<p>${escape(note)}</p>`);
    if (table) body.push(htmlTable(table));
    if (chart) {
      body.push(`<div class="chart" data-chart="${charts.length}" role="img" aria-label="${escape(title)}"></div>`);
      charts.push(await interactiveChart({ xTitle: 'Epoch', ...chart }));
    }
    if (picture) body.push(image(picture.png, picture.alt));
    if (code) body.push(`<pre>${escape(code.summary)}</pre><details><summary>All lines</summary>${htmlDiff(code.text)}</details>`); // prettier-ignore
    parts.push(`<section><h2>${escape(title)}</h2>\n${body.join('\n')}\n</section>`);
  }
  const scripts =
    charts.length === 0
      ? ''
      : `<script>${inScript(vegaRuntime())}</script>\n<script>const charts=${inScript(JSON.stringify(charts))};${chartScript}</script>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(heading)}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${escape(heading)}</h1>
<p>${escape(lead)}</p>
${parts.join('\n')}
</main>
<script>${sortScript}</script>
${scripts}
</body>
</html>
`;
}

function htmlTable(table: Table): string {
  const figures = figureColumns(table);
  const cell = (tag: string) => (text: string, k: number) =>
    `<${tag}${figures.has(k) ? ' class="figure"' : ''}>${escape(text)}</${tag}>`;
  const rows = table.rows.map((row) => `<tr>${row.map(cell('td')).join('')}</tr>`);
  return `<div class="wide"><table><thead><tr>${table.heads.map(cell('th')).join('')}</tr></thead>
<tbody>${rows.join('\n')}</tbody></table></div>`;
}

function htmlDiff(text: string): string {
  const kinds: Record<string, string> = { '+': 'added', '-': 'removed', '@': 'place' };
  const lines = text.split('\n').map((line) => {
    const kind = /^(\+\+\+|---|diff )/.test(line) ? 'file' : kinds[line[0] ?? ''];
    return kind === undefined ? escape(line) : `<span class="${kind}">${escape(line)}</span>`;
  });
  return `<pre class="diff">${lines.join('\n')}</pre>`;
}

const style = `
:root { color-scheme: light; font: 16px/1.45 system-ui, sans-serif; color: #222; background: #f5f5f3; }
body { margin: 0; }
main { max-width: 1080px; margin: auto; padding: 1rem; }
h1 { font-size: 1.5rem; margin: .5rem 0; }
h2 { font-size: 1.1rem; margin: 0 0 .5rem; overflow-wrap: anywhere; }
section { background: #fff; border: 1px solid #ddd; border-radius: 6px; padding: 1rem; margin: 1rem 0; }
p { margin: .3rem 0; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: .9rem; min-width: 100%; }
th, td { text-align: left; padding: .3rem .7rem .3rem 0; border-bottom: 1px solid #e6e6e6; vertical-align: top; }
th { cursor: pointer; white-space: nowrap; user-select: none; }
th:hover { text-decoration: underline; }
th[aria-sort=ascending]::after { content: " ▲"; } th[aria-sort=descending]::after { content: " ▼"; }
.figure { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.chart { width: 100%; min-height: 300px; touch-action: pan-y; }
img { max-width: 100%; height: auto; }
pre { overflow-x: auto; font-size: .8rem; background: #f8f8f6; padding: .6rem; }
.added { color: #00603a; background: #e6f5ee; } .removed { color: #9c3000; background: #fbeae2; }
.file { font-weight: bold; } .place { color: #666; }
@media (max-width: 600px) { main { padding: .4rem; } section { padding: .7rem; } :root { font-size: 15px; } }
`;

/** A click on a heading sorts by it, as figures where the cells are some. */
const sortScript = `
for (const head of document.querySelectorAll('th')) head.addEventListener('click', () => {
  const body = head.closest('table').tBodies[0], k = head.cellIndex;
  const down = head.getAttribute('aria-sort') === 'ascending';
  for (const other of head.parentNode.cells) other.removeAttribute('aria-sort');
  head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
  const value = (row) => row.cells[k].textContent;
  const figure = (text) => parseFloat(text.replace(/,/g, ''));
  const rows = [...body.rows].sort((a, b) => {
    const [x, y] = [figure(value(a)), figure(value(b))];
    if (isNaN(x) !== isNaN(y)) return isNaN(x) ? 1 : -1;
    const order = isNaN(x) ? value(a).localeCompare(value(b)) : x - y;
    return down ? -order : order;
  });
  body.append(...rows);
});`;

/** Wheel or two fingers zoom, drag moves, a double click goes back; a name in the legend picks its curve. */
const chartScript = `
for (const place of document.querySelectorAll('.chart')) {
  const view = new vega.View(vega.parse(charts[place.dataset.chart]), { renderer: 'canvas', container: place, hover: true });
  view.runAsync();
  new ResizeObserver(() => view.resize().runAsync()).observe(place);
}`;
