import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * A module of ours as the file that a worker or a process is started with: TypeScript in the workspace, JavaScript as published.
 *
 * @param from `import.meta.url` of the asking module
 * @param name relative to it, without extension: `./worker`
 */
export const moduleFile = (from: string, name: string): string =>
  fileURLToPath(new URL(`${name}${extname(fileURLToPath(from))}`, from));

/** Node's arguments that run such a file. */
export const moduleArguments = (file: string): string[] =>
  file.endsWith('.ts') ? ['--import', import.meta.resolve('tsx'), file] : [file];
