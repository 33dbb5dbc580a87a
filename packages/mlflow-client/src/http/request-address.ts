import type { Endpoint } from '../api/endpoints.ts';

/** Path, query and body of a call: what the path names is taken from the request, the rest goes into the query or the body. */
export function addressOf<Request extends object, Answer>(
  { method, path }: Endpoint<Request, Answer>,
  request: Request,
): { path: string; body?: string } {
  const fields = request as Record<string, unknown>;
  const inPath = new Set<string>();
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => {
    inPath.add(name);
    const value = String(fields[name]);
    return name === 'artifact' ? encodePath(value) : encodeURIComponent(value);
  });
  // A PATCH names its model in the path and in the body, as MLflow's own client does.
  if (method !== 'GET') return { path: filled, body: JSON.stringify({ ...fields, artifact: undefined }) };

  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    if (inPath.has(name) || value === undefined) continue;
    for (const item of Array.isArray(value) ? value : [value]) query.append(name, String(item));
  }
  return { path: query.size > 0 ? `${filled}?${query}` : filled };
}

/** Every part of a path encoded, its slashes kept. */
export const encodePath = (path: string): string => path.split('/').map(encodeURIComponent).join('/');
