import { JsonNumber } from '@rielrails/kit';
import { z } from 'zod';

/** A transaction id or block hash, as explorers write it. */
export const hashField: z.ZodType<string> = z.string().regex(/^[0-9a-f]{64}$/);

/** Bytes in lower-case hexadecimal, at least one. */
export const hexField: z.ZodType<string> = z.string().regex(/^(?:[0-9a-f]{2})+$/);

/** A whole number of at most fifteen digits. */
export const wholeField: z.ZodType<number> = z.instanceof(JsonNumber).transform((value, context) => {
  if (/^-?\d{1,15}$/.test(value.text)) return Number(value.text);
  context.addIssue('expected a whole number');
  return z.NEVER;
});
