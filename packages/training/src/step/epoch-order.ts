import seedrandom from 'seedrandom';

/** Shuffles in place (Fisher, Yates). */
function shuffle(rows: Int32Array, random: () => number): Int32Array {
  for (let k = rows.length - 1; k > 0; k--) {
    const other = Math.floor(random() * (k + 1));
    const row = rows[k]!;
    rows[k] = rows[other]!;
    rows[other] = row;
  }
  return rows;
}

/**
 * The rows of one epoch in random order: the same for the same seed and epoch, so that a resumed run goes on alike.
 * @param epoch from 1
 */
export const epochOrder = (size: number, seed: number, epoch: number): Int32Array =>
  shuffle(
    Int32Array.from({ length: size }, (_, k) => k),
    seedrandom.alea(`order/${seed}/${epoch}`),
  );

/**
 * As many rows, with each class as often as the others, to one row. Rows of a rare class come several times, all of them as often,
 * to one time; of a frequent one, another part comes in each epoch.
 * @param labels class numbers, [size]; a class without images has no part
 * @param epoch from 1
 */
export function balancedOrder(labels: ArrayLike<number>, seed: number, epoch: number): Int32Array {
  const random = seedrandom.alea(`balanced/${seed}/${epoch}`);
  const byClass = new Map<number, number[]>();
  for (let row = 0; row < labels.length; row++) {
    const rows = byClass.get(labels[row]!);
    if (rows) rows.push(row);
    else byClass.set(labels[row]!, [row]);
  }
  const classes = Int32Array.from([...byClass.keys()].sort((a, b) => a - b));
  // Which classes get one row more changes from epoch to epoch.
  const order = shuffle(classes, random);
  const [least, more] = [Math.floor(labels.length / order.length), labels.length % order.length];
  const taken: number[] = [];
  order.forEach((label, k) => {
    const quota = least + (k < more ? 1 : 0);
    const rows = Int32Array.from(byClass.get(label)!);
    for (let left = quota; left > 0; left -= rows.length) {
      for (const row of shuffle(rows, random).subarray(0, left)) taken.push(row);
    }
  });
  return shuffle(Int32Array.from(taken), random);
}
