import { fromBase64, fromUtf8, JsonNumber, parseJson } from '@rielrails/kit';
import type { EmulatedRequest } from '@rielrails/kit/emulator';
import { jsonResponse } from '@rielrails/kit/emulator';

/** The fields of a request as the server received them: numbers keep their digits. */
export type Received = ReadonlyMap<string, string>;

/** What is wrong with each field. */
export type FieldErrors = Readonly<Record<string, readonly string[]>>;

/**
 * Reads a body: JSON, or a form where the endpoint takes one. `null` for anything else.
 *
 * A JSON number counts as the text that was sent, which is what the server hashes.
 */
export async function readFields({ headers, body }: EmulatedRequest, forms: boolean): Promise<Received | null> {
  const type = headers.get('content-type')?.toLowerCase() ?? '';
  try {
    if (type.startsWith('application/json')) return readJsonFields(fromUtf8(body));
    if (!forms || !/^(multipart\/form-data|application\/x-www-form-urlencoded)/.test(type)) return null;
    const form = await new Response(body, {
      headers: { 'content-type': headers.get('content-type') ?? '' },
    }).formData();
    const fields = new Map<string, string>();
    for (const [name, value] of form) {
      if (typeof value !== 'string') return null;
      fields.set(name, value);
    }
    return fields;
  } catch {
    return null;
  }
}

function readJsonFields(text: string): Received | null {
  const body = parseJson(text);
  if (typeof body !== 'object' || body === null || Array.isArray(body) || body instanceof JsonNumber) return null;
  const fields = new Map<string, string>();
  for (const [name, value] of Object.entries(body)) {
    if (typeof value === 'string') fields.set(name, value);
    else if (value instanceof JsonNumber) fields.set(name, value.text);
    else if (value !== null) return null;
  }
  return fields;
}

/** A rule of one field. */
export interface FieldRule {
  readonly required?: boolean;
  readonly maxLength?: number;
  readonly form?: RegExp;
  /** Base64 of a URL, of JSON, or of a JSON list with at most so many members. */
  readonly encoded?: 'url' | 'json' | { readonly list: number };
}

/** Holds fields against rules. `null`: all is well. */
export function findErrors(fields: Received, rules: Readonly<Record<string, FieldRule>>): FieldErrors | null {
  const errors: Record<string, string[]> = {};
  for (const [name, rule] of Object.entries(rules)) {
    const value = fields.get(name) ?? '';
    const problem =
      value === '' ? (rule.required ? `The ${name} field is required.` : null) : problemOf(name, value, rule);
    if (problem) errors[name] = [problem];
  }
  return Object.keys(errors).length === 0 ? null : errors;
}

function problemOf(name: string, value: string, { maxLength, form, encoded }: FieldRule): string | null {
  if (maxLength !== undefined && value.length > maxLength)
    return `The ${name} may not be greater than ${maxLength} characters.`;
  if (form && !form.test(value)) return `The ${name} format is invalid.`;
  return encoded === undefined || isEncoded(value, encoded) ? null : `The ${name} must be base64 encoded.`;
}

function isEncoded(value: string, encoded: NonNullable<FieldRule['encoded']>): boolean {
  const text = decode(value);
  if (text === null) return false;
  if (encoded === 'url') return URL.canParse(text);
  try {
    const json = JSON.parse(text) as unknown;
    if (encoded === 'json') return typeof json === 'object' && json !== null;
    return Array.isArray(json) && json.length > 0 && json.length <= encoded.list;
  } catch {
    return false;
  }
}

/** The text behind base64; `null` when it is none. */
export function decode(value: string): string | null {
  try {
    return fromUtf8(fromBase64(value));
  } catch {
    return null;
  }
}

/** The answer to fields that break a rule. */
export function invalidData(errors: FieldErrors): Response {
  return jsonResponse({ status: { code: '04', message: 'The given data was invalid.', errors } }, 400);
}
