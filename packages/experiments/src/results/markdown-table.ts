import type { MemberResult } from './member-result.ts';

/** @param left columns that stand to the left, the first ones */
export function table(heads: readonly string[], rows: readonly (readonly string[])[], left: number): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [
    line(heads),
    `|${heads.map((_, column) => (column < left ? '---' : '---:')).join('|')}|`,
    ...rows.map(line),
  ].join('\n');
}

export const count = (value: number): string => value.toLocaleString('en');

/** A mean of whole numbers; with a decimal where it is none. */
export const plain = (value: number): string => (Number.isFinite(value) ? String(Number(value.toFixed(1))) : '–');

/** A page on a server of the reader's own machine is no page for anyone else. */
export function runLink({ runId, url, record }: MemberResult): string {
  const id = `\`${runId ?? record!.uuid}\``;
  const isPublic = url !== undefined && !['127.0.0.1', 'localhost', '[::1]'].includes(new URL(url).hostname);
  return isPublic ? `[${id}](${url})` : id;
}
