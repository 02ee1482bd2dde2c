import { escapeHtml } from '@rielrails/kit';
import { plain } from '../plain-text.ts';

/** Text that is HTML already. Only {@link html} makes it. */
class Markup {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}
export type { Markup };

/** What may stand in a template. Everything but markup is escaped; `null` and `false` are nothing. */
export type Part = Markup | string | number | null | undefined | false | readonly Part[];

/** A piece of HTML. What is put into it is text, wherever it came from; attributes stand in double quotes. */
export function html(pieces: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  return new Markup(pieces.map((piece, index) => piece + write(parts[index])).join(''));
}

function write(part: Part): string {
  if (part === null || part === undefined || part === false) return '';
  if (part instanceof Markup) return part.toString();
  if (typeof part === 'object') return part.map(write).join('');
  return escapeHtml(plain(String(part)));
}
