import { imageDigest, type Split } from '../dataset.ts';
import { firstOf } from './files.ts';

/** Pictures of a part as they were read, one image after the other. */
export interface NamedImages extends Split {
  folder: string;
  /** From that folder, with `/`. */
  names: readonly string[];
}

/** What a person should know of pictures that are there twice, seen by their pixels: in two classes, or in a part and the training one. */
export function tellTwice(parts: readonly NamedImages[]): string[] {
  const first = new Map<string, { part: NamedImages; row: number }>();
  const twoLabels: string[] = [];
  const notes: string[] = [];
  const where = ({ part, row }: { part: NamedImages; row: number }): string =>
    parts.length === 1 ? part.names[row]! : `${part.folder}/${part.names[row]!}`;
  for (const part of parts) {
    const learnt: string[] = [];
    part.names.forEach((_, row) => {
      const digest = imageDigest(part, row);
      const other = first.get(digest);
      if (other === undefined) first.set(digest, { part, row });
      else if (other.part.labels[other.row] !== part.labels[row])
        twoLabels.push(`${where(other)} and ${where({ part, row })}`);
      else if (other.part !== part) learnt.push(`${where(other)} and ${where({ part, row })}`);
    });
    if (learnt.length > 0)
      notes.push(
        `${learnt.length} of ${part.names.length} pictures in ${part.folder} are in another part too: results there look better than they are.\n${firstOf(learnt)}`,
      );
  }
  if (twoLabels.length > 0)
    notes.unshift(
      `${twoLabels.length} pictures are the same as one of another class: one of the two labels is wrong.\n${firstOf(twoLabels)}`,
    );
  return notes;
}
