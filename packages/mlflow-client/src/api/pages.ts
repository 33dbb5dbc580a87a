import { MlflowConnectionError } from '../errors.ts';
import type { Caller, CallOptions } from './caller.ts';
import type { Endpoint } from './endpoints.ts';
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

/** No listing of MLflow's is longer: ten million runs, at a thousand a page. */
const MOST_PAGES = 10_000;
/** MLflow leaves out of a page what the caller may not see, and then it may be empty; so many one after the other never are. */
const MOST_EMPTY_PAGES = 100;

/** The request for the first page of a search. */
export const searchRequest = ({ filter, orderBy, pageSize }: SearchOptions & { pageSize: number }): WireSearch => ({
  max_results: pageSize,
  ...(filter && { filter }),
  ...(orderBy && { order_by: [...orderBy] }),
});

/**
 * All that a paged call answers with, a page at a time and only as far as it is read. MLflow's page tokens are offsets: what is
 * created meanwhile can make an item come twice or be left out.
 *
 * @throws MlflowConnectionError `protocol` if the pages have no end: one comes again, or there are ever more
 */
export async function* eachPage<Request extends object, Page extends WirePage, Item>(
  caller: Caller,
  endpoint: Endpoint<Request, Page>,
  request: Request,
  itemsOf: (page: Page) => readonly Item[] | undefined,
  options?: CallOptions,
): AsyncGenerator<Item, void, undefined> {
  const tokens = new Set<string>();
  let empty = 0;
  for (let token: string | undefined; ;) {
    const page = await caller.call(
      endpoint,
      token === undefined ? request : { ...request, page_token: token },
      options,
    );
    const items = itemsOf(page) ?? [];
    yield* items;
    token = page.next_page_token;
    if (!token) return;
    empty = items.length === 0 ? empty + 1 : 0;
    if (tokens.has(token) || tokens.size === MOST_PAGES || empty === MOST_EMPTY_PAGES) {
      const { method, path } = endpoint;
      throw new MlflowConnectionError({
        method,
        url: `${caller.url}/${path}`,
        failure: 'protocol',
        message: `The server's listing has no end: ${tokens.has(token) ? 'the same page came again' : `after ${tokens.size + 1} pages there are more`}.`,
      });
    }
    tokens.add(token);
  }
}
