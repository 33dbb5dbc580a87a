import { InputError } from '@glyphlab/core';

/** A model as MLflow names it. */
export type ModelUri =
  | { kind: 'run'; runId: string; path: string }
  | { kind: 'logged'; modelId: string }
  | { kind: 'alias'; name: string; alias: string }
  /** Of a registered model; a number, or `latest`. */
  | { kind: 'version'; name: string; version: string };

/**
 * Reads `runs:/<run id>/<path>`, `models:/m-<id>`, `models:/<name>@<alias>`, `models:/<name>/<version>`, as MLflow does.
 *
 * @returns undefined for another text, as a directory's
 * @throws InputError MODEL_BAD_URI if it begins like one of them and is none
 */
export function parseModelUri(text: string): ModelUri | undefined {
  const [, scheme, rest = ''] = /^(runs|models):(.*)$/s.exec(text) ?? [];
  if (scheme === undefined) return undefined;
  const parts = rest.replace(/^\//, '').replace(/\/$/, '').split('/');
  const uri =
    rest.startsWith('/') && !parts.includes('') ? (scheme === 'runs' ? ofRun(parts) : ofModel(parts)) : undefined;
  if (uri) return uri;
  throw new InputError('MODEL_BAD_URI', `This names no model: "${text}".`, {
    hint: 'A model is runs:/<run id>/model, models:/<name>@<alias>, models:/<name>/<version>, models:/m-<id>, or a folder.',
  });
}

const ofRun = ([runId, ...path]: string[]): ModelUri | undefined =>
  path.length > 0 ? { kind: 'run', runId: runId!, path: path.join('/') } : undefined;

function ofModel([first = '', version, ...more]: string[]): ModelUri | undefined {
  if (more.length > 0) return undefined;
  if (version !== undefined)
    return /^(\d+|latest)$/i.test(version) ? { kind: 'version', name: first, version } : undefined;
  const [, name, alias] = /^(.+)@([^@]+)$/.exec(first) ?? [];
  if (name !== undefined && alias !== undefined) return { kind: 'alias', name, alias };
  return /^m-[0-9a-f]{32}$/.test(first) ? { kind: 'logged', modelId: first } : undefined;
}
