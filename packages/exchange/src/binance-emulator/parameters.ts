import type { EmulatedRequest } from '@rielrails/kit/emulator';
import { fromText } from '../venue-emulator/decimal-text.ts';
import { Refused } from './refused.ts';

/** The parameters of one request, each of which must be read: the venue refuses what it does not know. */
export interface Parameters {
  /** The text of a parameter, or `undefined` when it was not sent. */
  optional(name: string): string | undefined;
  /** The text of a parameter that must be there. */
  text(name: string): string;
  /** A text of a form. `range` is the expression that the error quotes. */
  matching(name: string, range: string): string;
  /** A decimal number in hundred-millionths. */
  decimal(name: string): bigint;
  /** A whole number. */
  integer(name: string): number;
  has(name: string): boolean;
  /** Refuses when a parameter was sent that nobody asked for. */
  assertAllRead(): void;
}

/** Reads query and form body as "General Information on Endpoints" says: a name in both counts as in the query. */
export function readParameters(request: EmulatedRequest): Parameters {
  const query = collect(request.url.search.slice(1));
  const form = request.headers.get('content-type')?.startsWith('application/x-www-form-urlencoded')
    ? collect(formText(request))
    : new Map<string, string>();
  const sent = new Map([...form, ...query]);
  const read = new Set<string>();

  const parameters: Parameters = {
    has: (name) => sent.has(name),
    optional(name) {
      read.add(name);
      return sent.get(name);
    },
    text(name) {
      const text = parameters.optional(name);
      if (text === undefined || text === '')
        throw new Refused(-1102, `Mandatory parameter '${name}' was not sent, was empty/null, or malformed.`);
      return text;
    },
    matching(name, range) {
      const text = parameters.text(name);
      if (!new RegExp(range).test(text))
        throw new Refused(-1100, `Illegal characters found in parameter '${name}'; legal range is '${range}'.`);
      return text;
    },
    decimal(name) {
      const text = parameters.matching(name, String.raw`^([0-9]{1,20})(\.[0-9]{1,20})?$`);
      if ((text.split('.')[1] ?? '').length > 8)
        throw new Refused(-1111, `Parameter '${name}' has too much precision.`);
      try {
        return fromText(text.replace(/^0+(?=\d)/, ''));
      } catch {
        throw new Refused(-1108, `Parameter '${name}' overflowed.`);
      }
    },
    integer: (name) => Number(parameters.matching(name, '^[0-9]{1,15}$')),
    assertAllRead() {
      const known = [...sent.keys()].filter((name) => read.has(name)).length;
      if (known < sent.size)
        throw new Refused(
          -1104,
          `Not all sent parameters were read; read '${known}' parameter(s) but was sent '${sent.size}'.`,
        );
    },
  };
  return parameters;
}

/** The body as text. Bytes that are no UTF-8 become marks which no parameter allows and no signature covers. */
export function formText({ body }: EmulatedRequest): string {
  return new TextDecoder().decode(body);
}

function collect(encoded: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(encoded)) {
    if (found.has(name)) throw new Refused(-1101, 'Duplicate values for a parameter detected.');
    found.set(name, value);
  }
  return found;
}
