import { availableParallelism } from 'node:os';

/** Enough to keep every core busy while others wait for the disk. */
const AT_ONCE = Math.max(4, 2 * availableParallelism());

/** `change` of every item, several at a time; results in the order of the items. The first error ends it. */
export async function mapParallel<T, U>(
  items: readonly T[],
  change: (item: T, index: number) => Promise<U>,
): Promise<U[]> {
  const results = Array<U>(items.length);
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < items.length) {
      const index = next++;
      results[index] = await change(items[index]!, index);
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, work));
  } catch (error) {
    next = items.length;
    throw error;
  }
  return results;
}
