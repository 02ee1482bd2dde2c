import { parseReference } from '@rielrails/core';
import type { Reference } from '@rielrails/core';
import { z } from 'zod';
import { JsonNumber, parseJson } from './json.ts';
import type { Json } from './json.ts';

/** A decimal, or a name made of digits, as it stands in an answer: as a number or as a text. Its digits are kept. */
export const digitsField: z.ZodType<string> = z.union([
  z.string(),
  z.instanceof(JsonNumber).transform((number) => number.text),
]);

/** What stands at a path of names; `undefined` where one of them is missing or leads through no object. */
export function member(value: Json | undefined, ...path: readonly string[]): Json | undefined {
  let at: Json | undefined = value;
  for (const name of path) {
    if (typeof at !== 'object' || at === null || Array.isArray(at) || at instanceof JsonNumber) return undefined;
    at = Object.hasOwn(at, name) ? (at as { readonly [key: string]: Json })[name] : undefined;
  }
  return at;
}

/**
 * Reads JSON where an answer may be none: a page of a gateway in front of an API. `undefined` for what is no JSON.
 *
 * A whole answer of a wire is read once, however often it is asked.
 */
export function tryJson(body: string | { json(): Json }): Json | undefined {
  try {
    return typeof body === 'string' ? parseJson(body) : body.json();
  } catch {
    return undefined;
  }
}

/** Our reference where a provider repeats it, as a text or as a number. `null` for anything else. */
export function asReference(value: Json | undefined): Reference | null {
  const text = value instanceof JsonNumber ? value.text : value;
  if (typeof text !== 'string') return null;
  try {
    return parseReference(text);
  } catch {
    return null;
  }
}
