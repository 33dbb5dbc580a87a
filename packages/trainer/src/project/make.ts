import type { TypedOptions } from '@glyphlab/config';
import { GlyphlabError, type Kind } from '@glyphlab/core';

/**
 * What a configuration asks for, made by its kind.
 *
 * @param what for messages, as `loss`
 * @param options checked by the schema of the kind
 * @throws GlyphlabError as the kind does; KIND_FAILED if it fails in a way of its own
 */
export async function make<Made, Context>(
  what: string,
  kinds: readonly Kind<Made, Context>[],
  { type, ...options }: TypedOptions,
  context: Context,
): Promise<Awaited<Made>> {
  const kind = kinds.find((candidate) => candidate.type === type)!;
  try {
    return await (
      await kind.load()
    )(options, context);
  } catch (cause) {
    if (cause instanceof GlyphlabError || (cause as Error | undefined)?.name === 'AbortError') throw cause;
    const { name, message } = cause as Error;
    throw new GlyphlabError('KIND_FAILED', `The ${what} "${type}" failed. ${name}: ${message}`, {
      hint: 'Set GLYPHLAB_DEBUG=1 to see the stack trace.',
      cause,
    });
  }
}
