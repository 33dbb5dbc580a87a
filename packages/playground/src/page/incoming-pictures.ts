import { element } from './element.ts';

/** Takes pictures that are chosen, dropped anywhere on the page, or pasted. */
export function takePictures(onPicture: (file: Blob) => void): void {
  const input = element<HTMLInputElement>('file');
  element('choose').addEventListener('click', () => input.click());
  input.addEventListener('change', () => {
    if (input.files?.[0]) onPicture(input.files[0]);
    // The same file may be chosen again.
    input.value = '';
  });

  document.addEventListener('paste', (event) => {
    const file = firstFile(event.clipboardData);
    if (file) onPicture(file);
  });

  const over = (yes: boolean) => document.body.classList.toggle('over', yes);
  document.addEventListener('dragover', (event) => {
    event.preventDefault();
    over(event.dataTransfer?.types.includes('Files') ?? false);
  });
  document.addEventListener('dragleave', (event) => {
    if (!event.relatedTarget) over(false);
  });
  document.addEventListener('drop', (event) => {
    event.preventDefault();
    over(false);
    const file = firstFile(event.dataTransfer);
    if (file) onPicture(file);
  });
}

const firstFile = (data: DataTransfer | null): File | undefined => data?.files[0];
