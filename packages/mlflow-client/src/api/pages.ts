import type { WirePage, WireSearch } from './wire.ts';

/** What every search takes, in MLflow's filter language: no `or`, and keys with a slash in backticks. */
export interface SearchOptions {
  /** As ``metrics.`val/accuracy` > 0.9 and params.optimizer = 'adam'``. */
  filter?: string;
  /** As ``metrics.`val/accuracy` DESC``. */
  orderBy?: readonly string[];
  /** How many are asked for at a time; the iteration goes on to the last all the same. */
  pageSize?: number;
}

/** The request for a page of a search. */
export const pageRequest = (
  { filter, orderBy, pageSize }: SearchOptions & { pageSize: number },
  page_token: string | undefined,
): WireSearch => ({
  max_results: pageSize,
  ...(filter && { filter }),
  ...(orderBy && { order_by: [...orderBy] }),
  ...(page_token && { page_token }),
});

/**
 * All that a paged call answers with, a page at a time and only as far as it is read. MLflow's page tokens are offsets: what is
 * created meanwhile can make an item come twice or be left out.
 */
export async function* eachPage<Page extends WirePage, Item>(
  fetchPage: (pageToken: string | undefined) => Promise<Page>,
  itemsOf: (page: Page) => readonly Item[] | undefined,
): AsyncGenerator<Item, void, undefined> {
  let token: string | undefined;
  do {
    const page = await fetchPage(token);
    yield* itemsOf(page) ?? [];
    token = page.next_page_token;
  } while (token);
}
