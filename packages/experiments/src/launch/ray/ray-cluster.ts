import { GlyphlabError } from '@glyphlab/core';
import type { RayClient, MemberResources } from './ray-client.ts';

/** The oldest that this was tried with. */
const OLDEST = [2, 60] as const;

/**
 * Asks the cluster how many members it can train at a time.
 *
 * @returns at least 1
 * @throws GlyphlabError if it does not answer (RAY_NO_ANSWER, RAY_NOT_RAY), is too old (RAY_TOO_OLD), or no node of it has what a
 *   member needs (RAY_NO_ROOM)
 */
export async function placesOn(client: RayClient, { cpus, gpus }: MemberResources): Promise<number> {
  await checkVersion(client);
  const nodes = (await client.nodes()).filter(({ state }) => state === 'ALIVE');
  const totals = nodes.map(({ resources_total: total }) => ({ cpus: total['CPU'] ?? 0, gpus: total['GPU'] ?? 0 }));
  const places = totals.reduce((sum, has) => {
    return sum + Math.floor(Math.min(cpus > 0 ? has.cpus / cpus : Infinity, gpus > 0 ? has.gpus / gpus : Infinity));
  }, 0);
  if (places > 0) return places;
  const has = totals.map((total) => `${total.cpus} CPU(s) and ${total.gpus} GPU(s)`).join('; ') || 'there is none';
  throw new GlyphlabError(
    'RAY_NO_ROOM',
    `No node has the ${cpus} CPU(s) and ${gpus} GPU(s) that a member needs: ${has}.`,
    {
      where: client.address,
      hint: 'Ask for less in the file (resources: { cpus, gpus }), or add a node that has enough.',
    },
  );
}

async function checkVersion(client: RayClient): Promise<void> {
  const { ray_version: version } = await client.version().catch((error: unknown) => {
    if (!(error instanceof GlyphlabError) || error.code !== 'RAY_REFUSED') throw error;
    return { ray_version: undefined };
  });
  if (version === undefined)
    throw new GlyphlabError('RAY_NOT_RAY', 'Something answers there, but it does not report Ray’s version.', {
      where: client.address,
      hint: 'Is this the address of Ray’s dashboard, such as http://head:8265?',
    });
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1])) return;
  throw new GlyphlabError('RAY_TOO_OLD', `Ray ${version} is too old: ${OLDEST.join('.')} or later is needed.`, {
    where: client.address,
    hint: 'pip install --upgrade "ray[default]"',
  });
}
