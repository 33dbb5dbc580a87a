import pMap from 'p-map';

/**
 * `work` of every item, at most `concurrency` at a time. The first failure ends it: nothing more is begun, and what is under way is
 * waited for, so that nobody still writes when it rejects.
 *
 * @returns results in the order of the items
 */
export async function mapParallel<Item, Result>(
  items: Iterable<Item>,
  work: (item: Item, index: number) => Promise<Result>,
  { concurrency }: { concurrency: number },
): Promise<Result[]> {
  const underWay = new Set<Promise<Result>>();
  const begin = async (item: Item, index: number): Promise<Result> => {
    const result = work(item, index);
    underWay.add(result);
    return result.finally(() => underWay.delete(result));
  };
  try {
    return (await pMap(items, begin, { concurrency })) as Result[];
  } finally {
    await Promise.allSettled(underWay);
  }
}
