/** How well one class is found. All shares 0–1. */
export interface ClassMetrics {
  name: string;
  /** Of what was called this class, the share that is; 0 if nothing was. */
  precision: number;
  /** Of what is this class, the share that was called so; 0 if nothing is. */
  recall: number;
  /** Harmonic mean of precision and recall; 0 if both are. */
  f1: number;
  /** Examples of this class. */
  support: number;
}

/** Plain means over classes: a rare class counts as much as a common one. */
export interface MacroAverages {
  precision: number;
  recall: number;
  f1: number;
}

/** Zero divided by zero is 0, as scikit-learn's `zero_division=0`. */
const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

/**
 * Precision, recall and F1 of every class, and their macro averages. As in scikit-learn's
 * `precision_recall_fscore_support`, a class that neither occurs nor was predicted is left out of the averages.
 *
 * @param confusion counts `[true][predicted]`
 */
export function measureClasses(
  confusion: readonly (readonly number[])[],
  classNames: readonly string[],
): { perClass: ClassMetrics[]; macro: MacroAverages } {
  const macro = { precision: 0, recall: 0, f1: 0 };
  let seen = 0;
  const perClass = classNames.map((name, k) => {
    const hits = confusion[k]![k]!;
    const support = confusion[k]!.reduce((sum, n) => sum + n, 0);
    const called = confusion.reduce((sum, row) => sum + row[k]!, 0);
    const precision = ratio(hits, called);
    const recall = ratio(hits, support);
    const f1 = ratio(2 * hits, called + support);
    if (called + support > 0) {
      seen++;
      macro.precision += precision;
      macro.recall += recall;
      macro.f1 += f1;
    }
    return { name, precision, recall, f1, support };
  });
  return {
    perClass,
    macro: {
      precision: ratio(macro.precision, seen),
      recall: ratio(macro.recall, seen),
      f1: ratio(macro.f1, seen),
    },
  };
}
