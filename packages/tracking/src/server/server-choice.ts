import { hideAddressSecrets, InputError } from '@glyphlab/core';

/**
 * Where runs are sent: `auto`, the address of an MLflow server, or `none`, which keeps them in their journals.
 * `auto` is `MLFLOW_TRACKING_URI`; else the server at 127.0.0.1:5000 if one answers; else a private one of this workspace.
 */
export type ServerChoice = 'auto' | 'none' | (string & {});

/** The choice as the worker thread gets it: settled as far as it can be without asking anyone. */
export type ServerPlan = { kind: 'url'; url: string } | { kind: 'find' } | { kind: 'none' };

/** @throws InputError if an address is given and is not one of a server */
export function planServer(choice: ServerChoice, env: NodeJS.ProcessEnv = process.env): ServerPlan {
  if (choice === 'none') return { kind: 'none' };
  if (choice !== 'auto') return { kind: 'url', url: checkServerUrl(choice, 'server') };
  const url = env['MLFLOW_TRACKING_URI'];
  return url === undefined || url === ''
    ? { kind: 'find' }
    : { kind: 'url', url: checkServerUrl(url, 'MLFLOW_TRACKING_URI') };
}

function checkServerUrl(url: string, where: string): string {
  const protocol = URL.canParse(url) ? new URL(url).protocol : undefined;
  if (protocol === 'http:' || protocol === 'https:') return url;
  throw new InputError(
    'TRACKING_BAD_SERVER',
    `This is not the address of an MLflow server: "${hideAddressSecrets(url)}".`,
    {
      where,
      hint: 'Give an address like http://127.0.0.1:5000. Paths and databases are for the server itself: mlflow server --backend-store-uri …',
    },
  );
}
