import { fromUtf8, tryJson } from '@rielrails/kit';
import type { Json } from '@rielrails/kit';
import type { EmulatedRequest } from '@rielrails/kit/emulator';
import { invalidFields, Refusal } from './answers.ts';

/** A JSON object as it came in. */
export type JsonObject = Readonly<Record<string, Json>>;

/** Reads fields one by one and gathers what is wrong with them. */
export interface Fields {
  readonly body: JsonObject;
  /** The text of a field; `null` where there is none. `rule` breaks it unless `form` fits. */
  text(name: string, form?: RegExp, rule?: string): string | null;
  /** A text that has to be there. */
  need(name: string, form?: RegExp, rule?: string): string;
  /** A list of texts; empty where there is none. */
  list(name: string, item: (text: string) => boolean, rule: string): readonly string[];
  /** Says that a field breaks a rule. */
  complain(name: string, rule: string): void;
  /** Throws when anything was wrong. */
  finish(): void;
}

/** The body as an object with these fields only, sent as JSON. Assumed: other fields are refused. */
export function readFields({ headers, body: bytes }: EmulatedRequest, known: readonly string[]): Fields {
  const body = tryJson(fromUtf8(bytes));
  const isJson = /^application\/json\b/.test(headers.get('content-type') ?? '');
  if (!isJson || !isObject(body)) throw new Refusal(400, 'bad_request', 'The body has to be a JSON object');
  const wrong: Record<string, string[]> = {};
  const complain = (name: string, rule: string) => void (wrong[name] ??= []).push(rule);
  for (const name of Object.keys(body)) if (!known.includes(name)) complain(name, 'is not known');
  const fields: Fields = {
    body,
    complain,
    text(name, form = /^[^]{1,1000}$/, rule = 'is invalid') {
      const value = body[name] ?? null;
      if (value === null) return null;
      if (typeof value === 'string' && form.test(value)) return value;
      complain(name, rule);
      return null;
    },
    need(name, form, rule) {
      if ((body[name] ?? '') === '') complain(name, "can't be blank");
      return body[name] === '' ? '' : (fields.text(name, form, rule) ?? '');
    },
    list(name, item, rule) {
      const value = body[name] ?? [];
      if (Array.isArray(value) && value.every((one) => typeof one === 'string' && item(one))) return value as string[];
      complain(name, rule);
      return [];
    },
    finish() {
      if (Object.keys(wrong).length > 0) throw invalidFields(wrong);
    },
  };
  return fields;
}

/** Whether a value is an object with fields. */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
