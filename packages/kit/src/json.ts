/** A number as it stood in the text: `12.50` stays `12.50`. */
export class JsonNumber {
  /** The digits as sent. */
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }

  toJSON(): unknown {
    return (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(this.text);
  }
}

/** What {@link parseJson} gives: JSON whose numbers kept their digits. */
export type Json = null | boolean | string | JsonNumber | readonly Json[] | { readonly [key: string]: Json };

/** Bounds of {@link parseJson}. */
export interface JsonLimits {
  /** Default: 1 MiB of text. */
  readonly maxLength?: number;
  /** Default: 32 levels. */
  readonly maxDepth?: number;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
// oxlint-disable-next-line no-control-regex -- JSON forbids them inside a string
const NOT_PLAIN = /[\\\u0000-\u001f]/;

/**
 * Reads JSON without rounding a number.
 *
 * A reader of our own: `JSON.parse` tells the digits to a reviver only, which takes twice as long, and it builds
 * any depth before anybody can refuse it.
 *
 * @throws SyntaxError when the text is no JSON, is too long, or is nested too deeply. The message holds no content.
 */
export function parseJson(text: string, limits: JsonLimits = {}): Json {
  if (text.length > (limits.maxLength ?? 1024 * 1024)) throw new SyntaxError('JSON: text is too long');
  const maxDepth = limits.maxDepth ?? 32;
  let at = 0;

  /** The character that comes next, white space aside. */
  function next(): number {
    let code = text.charCodeAt(at);
    while (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09) code = text.charCodeAt((at += 1));
    return code;
  }

  function readValue(depth: number): Json {
    const code = next();
    if (code === QUOTE) return readString();
    if (code === OPEN_OBJECT) return readObject(depth + 1);
    if (code === OPEN_ARRAY) return readArray(depth + 1);
    if (text.startsWith('true', at)) return readWord('true', true);
    if (text.startsWith('false', at)) return readWord('false', false);
    if (text.startsWith('null', at)) return readWord('null', null);
    return readNumber();
  }

  function readWord<T>(word: string, value: T): T {
    at += word.length;
    return value;
  }

  function readNumber(): JsonNumber {
    NUMBER.lastIndex = at;
    const digits = NUMBER.exec(text)?.[0];
    if (digits === undefined) throw notValid();
    return readWord(digits, new JsonNumber(digits));
  }

  function readString(): string {
    const start = at;
    let end = text.indexOf('"', start + 1);
    while (isEscaped(text, end)) end = text.indexOf('"', end + 1);
    if (end < 0) throw notValid();
    at = end + 1;
    const plain = text.slice(start + 1, end);
    return NOT_PLAIN.test(plain) ? unescape(text.slice(start, at)) : plain;
  }

  function readObject(depth: number): Json {
    const object: Record<string, Json> = {};
    readMembers(CLOSE_OBJECT, depth, () => {
      if (next() !== QUOTE) throw notValid();
      const key = readString();
      if (key === '__proto__') throw new SyntaxError('JSON: forbidden key');
      if (next() !== COLON) throw notValid();
      at += 1;
      object[key] = readValue(depth);
    });
    return object;
  }

  function readArray(depth: number): Json {
    const array: Json[] = [];
    readMembers(CLOSE_ARRAY, depth, () => array.push(readValue(depth)));
    return array;
  }

  function readMembers(close: number, depth: number, readMember: () => void): void {
    if (depth > maxDepth) throw new SyntaxError('JSON: nested too deeply');
    at += 1;
    let after = next() === close ? close : COMMA;
    while (after === COMMA) {
      readMember();
      after = next();
      if (after === COMMA) at += 1;
    }
    if (after !== close) throw notValid();
    at += 1;
  }

  const value = readValue(0);
  if (!Number.isNaN(next())) throw notValid();
  return value;
}

function notValid(): SyntaxError {
  return new SyntaxError('JSON: text is not valid');
}

/** Whether an odd number of backslashes stands before a quote. */
function isEscaped(text: string, quote: number): boolean {
  let first = quote;
  while (text.charCodeAt(first - 1) === BACKSLASH) first -= 1;
  return (quote - first) % 2 === 1;
}

function unescape(quoted: string): string {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    throw notValid();
  }
}

/** Writes JSON; bigint and {@link JsonNumber} become numbers with all their digits. */
export function stringifyJson(value: unknown): string {
  const raw = (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON;
  return JSON.stringify(value, (_key, one: unknown) => (typeof one === 'bigint' ? raw(one.toString()) : one));
}
