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

/** The run's id, with its page if MLflow has it. */
export function runLink({ runId, url, record }: MemberResult): string {
  const id = `\`${runId ?? record!.uuid}\``;
  return url === undefined ? id : `[${id}](${url})`;
}
