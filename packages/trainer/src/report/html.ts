/** Text that stands in an element or in a quoted attribute. */
export const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** A picture within the page. */
export const image = (png: Uint8Array, alt: string): string =>
  `<img alt="${escape(alt)}" src="data:image/png;base64,${Buffer.from(png).toString('base64')}">`;

/**
 * A page that needs nothing else.
 *
 * @param points what there is to say in short, as text
 * @param body the rest, as HTML; tables are of figures, those of the class `text` of words
 */
export const page = (title: string, points: readonly string[], body: string): string => `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>${escape(title)}</title>
<style>
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 1040px; margin: 2em auto; padding: 0 1em; color: #222 }
  table { border-collapse: collapse } th, td { padding: 2px 14px; border-bottom: 1px solid #ddd; text-align: right }
  th, .text td { text-align: left } img { max-width: 100% } pre { white-space: pre-wrap }
</style>
<h1>${escape(title)}</h1>
<ul>${points.map((point) => `<li>${escape(point)}`).join('')}</ul>
${body}
</html>
`; // prettier-ignore
