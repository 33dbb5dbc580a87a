/** Text that stands in an element or in a quoted attribute. */
export const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** A picture within the page. */
export const image = (png: Uint8Array, alt: string): string =>
  `<img alt="${escape(alt)}" src="data:image/png;base64,${Buffer.from(png).toString('base64')}">`;
