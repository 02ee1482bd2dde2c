import { JsonNumber, tryJson } from '@rielrails/kit';
import type { EmulatedRequest } from '@rielrails/kit/emulator';
import { fromText } from '../venue-emulator/decimal-text.ts';
import { invalidArguments } from './refused.ts';

/** The parameters of one request. */
export interface Parameters {
  /** The text of a parameter, or `undefined` when it was not sent. */
  optional(name: string): string | undefined;
  /** The text of a parameter that must be there. */
  text(name: string): string;
  /** One of these words. */
  word<W extends string>(name: string, ...words: readonly [W, ...W[]]): W;
  /** A positive decimal number of at most eight places, in hundred-millionths. */
  decimal(name: string): bigint;
  /** `true` or `false`; false where it was not sent. */
  flag(name: string): boolean;
  /** Refuses when a parameter was sent that this endpoint does not have. Assumed: the venue may be more lenient. */
  assertAllRead(): void;
}

/** Reads the query of a public endpoint, or the form or JSON body of a private one. */
export function readParameters(request: EmulatedRequest): Parameters {
  const sent = request.method === 'GET' ? collect(request.url.searchParams) : readBody(request);
  const read = new Set<string>();
  const parameters: Parameters = {
    optional(name) {
      read.add(name);
      return sent.get(name);
    },
    text(name) {
      const text = parameters.optional(name);
      if (text === undefined || text === '') throw invalidArguments(name);
      return text;
    },
    word(name, ...words) {
      const text = parameters.text(name);
      const found = words.find((word) => word === text);
      if (found === undefined) throw invalidArguments(name);
      return found;
    },
    decimal(name) {
      const text = parameters.text(name);
      if (!/^[0-9]{1,12}(\.[0-9]{1,8})?$/.test(text)) throw invalidArguments(name);
      const value = fromText(text.replace(/^0+(?=\d)/, ''));
      if (value === 0n) throw invalidArguments(name);
      return value;
    },
    flag(name) {
      const text = parameters.optional(name) ?? 'false';
      if (text !== 'true' && text !== 'false') throw invalidArguments(name);
      return text === 'true';
    },
    assertAllRead() {
      const unread = [...sent.keys()].find((name) => !read.has(name));
      if (unread !== undefined) throw invalidArguments(unread);
    },
  };
  return parameters;
}

function readBody({ headers, body }: EmulatedRequest): ReadonlyMap<string, string> {
  const text = new TextDecoder().decode(body);
  if (!headers.get('content-type')?.startsWith('application/json')) return collect(new URLSearchParams(text));
  const json = tryJson(text);
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw invalidArguments();
  return new Map(
    Object.entries(json).map(([name, value]) => [name, value instanceof JsonNumber ? value.text : String(value)]),
  );
}

function collect(pairs: URLSearchParams): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [name, value] of pairs) {
    if (found.has(name)) throw invalidArguments(name);
    found.set(name, value);
  }
  return found;
}
