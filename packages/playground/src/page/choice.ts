import { FILES, folderOf, type PageData } from '../page-data.ts';
import { element, make } from './element.ts';

const load = async (folder: string): Promise<PageData> => (await (await fetch(folder + FILES.page)).json()) as PageData;

/**
 * The network that the page's address names, else the first one. Where there are several, the head of the page offers them; another one
 * opens the page anew.
 */
export async function chosenNetwork(query: URLSearchParams): Promise<{ folder: string; page: PageData }> {
  const first = await load('');
  const { choices } = first;
  if (!choices) return { folder: '', page: first };
  const folder = folderOf(choices, query.get('model'));
  const select = element<HTMLSelectElement>('choice');
  select.append(...choices.map(({ id, name }) => make('option', { value: id }, name)));
  select.value = folder === '' ? choices[0]!.id : query.get('model')!;
  select.hidden = false;
  select.addEventListener('change', () => {
    const next = new URLSearchParams(query);
    if (select.value === choices[0]!.id) next.delete('model');
    else next.set('model', select.value);
    location.search = next.toString();
  });
  return { folder, page: folder === '' ? first : await load(folder) };
}
