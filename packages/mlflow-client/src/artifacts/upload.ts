import type { HttpRequest, Transport } from '../http/transport.ts';
import { servedPath } from './artifact-root.ts';
import type { UploadOptions } from './artifact-types.ts';
import { type FileRange, fileSize, readRange } from './local-file.ts';
import { uploadInParts } from './multipart-upload.ts';

/** Writes `content` to `artifact`, a path below the server's artifacts. */
export async function uploadContent(
  transport: Transport,
  artifact: string,
  content: string | Uint8Array,
  options: UploadOptions = {},
): Promise<void> {
  const body = typeof content === 'string' ? Buffer.from(content) : content;
  await transport.sendForNothing(putRequest(artifact, options, { body }), options);
  options.onProgress?.({ label: `Uploading ${artifact}`, done: body.length, total: body.length, unit: 'bytes' });
}

/** Streams a file to `artifact`: a large one in parts, several at a time, where the server's storage takes them. */
export async function uploadFile(
  transport: Transport,
  artifact: string,
  file: string,
  options: UploadOptions = {},
): Promise<void> {
  const size = await fileSize(file);
  if (size >= transport.multipart.minimumBytes && (await uploadInParts(transport, artifact, { file, size }, options)))
    return;

  const label = `Uploading ${artifact}`;
  const range: FileRange = { file, start: 0, length: size };
  const body = (touch: () => void) => {
    let done = 0;
    return readRange(range, (bytes) => {
      done += bytes;
      touch();
      options.onProgress?.({ label, done, total: size, unit: 'bytes' });
    });
  };
  const headers = { 'content-length': String(size) };
  await transport.sendForNothing(putRequest(artifact, options, size === 0 ? { body: '' } : { body, headers }), options);
}

const putRequest = (
  artifact: string,
  { contentType = contentTypeOf(artifact) }: UploadOptions,
  { body, headers }: Pick<HttpRequest, 'body' | 'headers'>,
): HttpRequest => ({
  method: 'PUT',
  path: servedPath(artifact),
  // An upload that breaks off leaves nothing, and a whole one is replaced by the same.
  repeat: 'safe',
  headers: { 'content-type': contentType, ...headers },
  ...(body !== undefined && { body }),
});

/** What the browser is to take a file for, by the extension: MLflow shows what it knows. */
const types: Readonly<Record<string, string>> = {
  css: 'text/css',
  csv: 'text/csv',
  gif: 'image/gif',
  gz: 'application/gzip',
  html: 'text/html',
  jpeg: 'image/jpeg',
  jpg: 'image/jpeg',
  js: 'text/javascript',
  json: 'application/json',
  md: 'text/markdown',
  pdf: 'application/pdf',
  png: 'image/png',
  svg: 'image/svg+xml',
  txt: 'text/plain',
  xml: 'text/xml',
  yaml: 'text/yaml',
  yml: 'text/yaml',
  zip: 'application/zip',
};

const contentTypeOf = (path: string): string =>
  types[/\.(\w+)$/.exec(path)?.[1]?.toLowerCase() ?? ''] ?? 'application/octet-stream';
