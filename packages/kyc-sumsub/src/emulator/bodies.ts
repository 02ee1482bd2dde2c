import { fromUtf8, JsonNumber, parseJson } from '@rielrails/kit';
import type { Json } from '@rielrails/kit';
import type { EmulatedRequest } from '@rielrails/kit/emulator';

/** A JSON object as it came in. */
export type JsonObject = Readonly<Record<string, Json>>;

/** The body as an object with these fields only, sent as JSON; `null` for anything else. */
export function readObject({ headers, body }: EmulatedRequest, fields: readonly string[]): JsonObject | null {
  if (!/^application\/json\b/.test(headers.get('content-type') ?? '')) return null;
  try {
    const value = parseJson(fromUtf8(body)) as JsonObject;
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject && Object.keys(value).every((field) => fields.includes(field)) ? value : null;
  } catch {
    return null;
  }
}

/** The text in a field; empty where there is none. */
export function textOf(body: JsonObject, field: string): string {
  const value = body[field];
  return typeof value === 'string' ? value : '';
}

/** The digits of a number, `null` where there is none; anything else reads as no number at all. */
export function numberOf(body: JsonObject, field: string): string | null {
  const value = body[field];
  if (value === undefined) return null;
  return value instanceof JsonNumber ? value.text : 'not a number';
}

/** The list in a field; `undefined` where there is something else, or nothing. */
export function listOf(body: JsonObject, field: string): readonly Json[] | undefined {
  const value = body[field];
  return Array.isArray(value) ? (value as readonly Json[]) : undefined;
}
