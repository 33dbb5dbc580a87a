import { KEEP, type Kept, type PageData } from '../page-data.ts';
import { element, make } from './element.ts';

/**
 * Lets a person say what a picture is, and keep it on their disk so that a network can learn from it. Only a page that is served with
 * `--keep` does.
 *
 * @returns takes what is shown now; undefined is nothing that can be kept
 */
export function keepPictures({ keep, classNames }: PageData): (pixels: Uint8Array | undefined) => void {
  if (keep === undefined) return () => undefined;
  const [section, truth, button] = [element('keep'), element<HTMLSelectElement>('truth'), element<HTMLButtonElement>('keep-it')]; // prettier-ignore
  const status = element('kept');
  truth.append(...classNames.map((name, k) => make('option', { value: String(k) }, name)));
  element('privacy').textContent =
    `What you draw stays in this page, except the pictures that you keep: they are saved in ${keep} on this machine.`;
  let shown: Uint8Array | undefined;

  truth.addEventListener('change', () => {
    button.disabled = truth.value === '';
  });
  button.addEventListener('click', () => {
    const [pixels, name] = [shown, classNames[Number(truth.value)]!];
    if (!pixels || truth.value === '') return;
    button.disabled = true;
    send(pixels, truth.value)
      .then(({ file, pictures }) => {
        status.textContent = `Kept as ${name}: ${file}. ${pictures === 1 ? '1 picture' : `${pictures} pictures`} so far.`;
      })
      .catch((error: Error) => {
        status.textContent = `Not kept. ${error.message}`;
        button.disabled = truth.value === '';
      });
  });
  return (pixels) => {
    shown = pixels;
    section.hidden = !pixels;
    truth.value = '';
    button.disabled = true;
    status.textContent = '';
  };
}

async function send(pixels: Uint8Array, klass: string): Promise<Kept> {
  const response = await fetch(`${KEEP}?class=${klass}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/octet-stream' },
    body: Uint8Array.from(pixels),
  }).catch(() => {
    throw new Error('The program that shows this page has ended.');
  });
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as Kept;
}
