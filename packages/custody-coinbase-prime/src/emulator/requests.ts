import { fromUtf8, JsonNumber, parseJson } from '@rielrails/kit';
import type { Json } from '@rielrails/kit';
import type { EmulatedRequest } from '@rielrails/kit/emulator';
import { invalid } from './answers.ts';

/** An object of a body whose names are all known. */
export type Fields = Readonly<Record<string, Json>>;

/** Reads a body. "Prime REST API Requests": JSON, and said to be so. */
export function readBody({ headers, body }: EmulatedRequest, allowed: readonly string[]): Fields {
  if (headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() !== 'application/json')
    throw invalid('content type must be application/json');
  let json: Json;
  try {
    json = parseJson(fromUtf8(body));
  } catch {
    throw invalid('body is not valid JSON');
  }
  return fieldsOf(json, 'body', allowed);
}

/** Reads an object that may be missing. */
export function readObject(fields: Fields, name: string, allowed: readonly string[]): Fields {
  return name in fields ? fieldsOf(fields[name] ?? null, name, allowed) : {};
}

/** Reads a text; empty where it is missing. A number is no text. */
export function readText(fields: Fields, name: string): string {
  const value = fields[name] ?? '';
  if (typeof value !== 'string') throw invalid(`invalid value for string field ${name}`);
  return value;
}

/** Reads a text that has to be there. */
export function needText(fields: Fields, name: string): string {
  const text = readText(fields, name);
  if (text === '') throw invalid(`${name} is required`);
  return text;
}

/** Reads a query whose names are all known; only `repeated` ones may come twice. */
export function readQuery(
  { url }: EmulatedRequest,
  allowed: readonly string[],
  repeated: readonly string[] = [],
): URLSearchParams {
  for (const name of url.searchParams.keys()) {
    if (!allowed.includes(name) && !repeated.includes(name)) throw invalid('unknown query parameter');
    if (!repeated.includes(name) && url.searchParams.getAll(name).length > 1) throw invalid(`${name} was given twice`);
  }
  return url.searchParams;
}

function fieldsOf(json: Json, what: string, allowed: readonly string[]): Fields {
  if (typeof json !== 'object' || json === null || Array.isArray(json) || json instanceof JsonNumber)
    throw invalid(`${what} must be an object`);
  const fields = json as Fields;
  if (Object.keys(fields).some((name) => !allowed.includes(name))) throw invalid(`${what} has an unknown field`);
  return fields;
}
