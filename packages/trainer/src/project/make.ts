import type { TypedOptions } from '@glyphlab/config';
import { GlyphlabError, type Kind } from '@glyphlab/core';

/**
 * Imports the kind that a configuration asks for.
 *
 * @param what for messages, as `loss`
 * @param options checked by the schema of the kind
 * @returns makes one with these options. Both throw GlyphlabErrors as the kind does; KIND_FAILED where it fails in a way of its own
 */
export async function loadKind<Made, Context>(
  what: string,
  kinds: readonly Kind<Made, Context>[],
  { type, ...options }: TypedOptions,
): Promise<(context: Context) => Made> {
  const failed = (cause: unknown): unknown => {
    if (cause instanceof GlyphlabError || (cause as Error | undefined)?.name === 'AbortError') return cause;
    const { name, message } = cause as Error;
    return new GlyphlabError('KIND_FAILED', `The ${what} "${type}" failed. ${name}: ${message}`, {
      hint: 'Set GLYPHLAB_DEBUG=1 to see the stack trace.',
      cause,
    });
  };
  try {
    const makeOne = await kinds.find((kind) => kind.type === type)!.load();
    return (context) => {
      try {
        const made = makeOne(options, context);
        return made instanceof Promise ? (made.catch((cause: unknown) => Promise.reject(failed(cause))) as Made) : made;
      } catch (cause) {
        throw failed(cause);
      }
    };
  } catch (cause) {
    throw failed(cause);
  }
}

/** What a configuration asks for, made by its kind: see {@link loadKind}. */
export const make = async <Made, Context>(
  what: string,
  kinds: readonly Kind<Made, Context>[],
  options: TypedOptions,
  context: Context,
): Promise<Awaited<Made>> => await (await loadKind(what, kinds, options))(context);
