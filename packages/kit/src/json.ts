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

type Reviver = (key: string, value: unknown, context: { readonly source?: string }) => unknown;

/**
 * Reads JSON without rounding a number.
 *
 * @throws SyntaxError when the text is no JSON, is too long, or is nested too deeply. The message holds no content.
 */
export function parseJson(text: string, limits: JsonLimits = {}): Json {
  if (text.length > (limits.maxLength ?? 1024 * 1024)) throw new SyntaxError('JSON: text is too long');
  assertDepth(text, limits.maxDepth ?? 32);
  const keepDigits: Reviver = (key, value, context) => {
    if (key === '__proto__') throw new SyntaxError('JSON: forbidden key');
    return typeof value === 'number' ? new JsonNumber(context.source ?? String(value)) : value;
  };
  try {
    return JSON.parse(text, keepDigits as (key: string, value: unknown) => unknown) as Json;
  } catch {
    throw new SyntaxError('JSON: text is not valid');
  }
}

function assertDepth(text: string, maxDepth: number): void {
  let depth = 0;
  let quoted = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charCodeAt(index);
    if (quoted) {
      if (character === 0x5c) index += 1;
      else if (character === 0x22) quoted = false;
    } else if (character === 0x22) quoted = true;
    else if (character === 0x5b || character === 0x7b) {
      depth += 1;
      if (depth > maxDepth) throw new SyntaxError('JSON: nested too deeply');
    } else if (character === 0x5d || character === 0x7d) depth -= 1;
  }
}

/** Writes JSON; bigint and {@link JsonNumber} become numbers with all their digits. */
export function stringifyJson(value: unknown): string {
  const raw = (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON;
  return JSON.stringify(value, (_key, one: unknown) => (typeof one === 'bigint' ? raw(one.toString()) : one));
}
