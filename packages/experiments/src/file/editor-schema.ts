import { z } from 'zod';
import { setSchema } from './set-schema.ts';

/** JSON Schema (draft 7) by which editors complete and check `experiments/*.yaml`. */
export const setJsonSchema = (): object => ({
  ...z.toJSONSchema(setSchema, { io: 'input', target: 'draft-7' }),
  title: 'Glyphlab set of experiments',
});
