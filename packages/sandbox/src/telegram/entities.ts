import { utf8 } from '@rielrails/kit';
import { badRequest } from './errors.ts';
import type { MessageEntity } from './types.ts';

/** A text with its formatting taken out and noted. */
export interface FormattedText {
  readonly text: string;
  readonly entities: readonly MessageEntity[];
}

/**
 * Reads a text in one of the formatting styles of "Telegram Bot API, Formatting options".
 *
 * Styles: none, `HTML`, `MarkdownV2`. The legacy style `Markdown` is not emulated and is refused.
 */
export function parseText(text: string, mode: string): FormattedText {
  const parsed = parseMode(text, mode);
  const { text: kept, entities } = trim(parsed);
  return { text: kept, entities: [...entities, ...detectEntities(kept, entities)].sort((a, b) => a.offset - b.offset) };
}

/** How long Telegram says a text is: in code points. */
export function countCharacters(text: string): number {
  return Array.from(text).length;
}

/** The entities that Telegram finds by itself: commands and web addresses. */
export function detectEntities(text: string, known: readonly MessageEntity[] = []): MessageEntity[] {
  const found: MessageEntity[] = [];
  for (const match of text.matchAll(/(?<=^|\s)\/[A-Za-z0-9_]{1,64}(?:@\w{3,32})?(?=$|\s)/g))
    found.push({ type: 'bot_command', offset: match.index, length: match[0].length });
  for (const match of text.matchAll(/https?:\/\/[^\s<>"]{3,2000}/g))
    found.push({ type: 'url', offset: match.index, length: match[0].replace(/[.,!?;:)]+$/, '').length });
  return found.filter((one) => !known.some((other) => overlaps(one, other)));
}

function overlaps(a: MessageEntity, b: MessageEntity): boolean {
  return a.offset < b.offset + b.length && b.offset < a.offset + a.length;
}

function parseMode(text: string, mode: string): FormattedText {
  switch (mode.toLowerCase()) {
    case '':
      return { text, entities: [] };
    case 'html':
      return parseHtml(text);
    case 'markdownv2':
      return parseMarkdown(text);
    default:
      throw badRequest('unsupported parse_mode');
  }
}

/** Telegram cuts white space off both ends; entities move with it. */
function trim({ text, entities }: FormattedText): FormattedText {
  const start = text.length - text.trimStart().length;
  const kept = text.trim();
  return {
    text: kept,
    entities: entities.flatMap((entity) => {
      const from = Math.max(0, entity.offset - start);
      const to = Math.min(kept.length, entity.offset - start + entity.length);
      return to > from ? [{ ...entity, offset: from, length: to - from }] : [];
    }),
  };
}

const cannotParse = (reason: string) => badRequest(`can't parse entities: ${reason}`);
const byteOffset = (text: string, index: number) => utf8(text.slice(0, index)).length;

const HTML_TAGS: Readonly<Record<string, string>> = {
  b: 'bold',
  strong: 'bold',
  i: 'italic',
  em: 'italic',
  u: 'underline',
  ins: 'underline',
  s: 'strikethrough',
  strike: 'strikethrough',
  del: 'strikethrough',
  code: 'code',
  pre: 'pre',
  blockquote: 'blockquote',
  a: 'text_link',
  span: 'spoiler',
  'tg-spoiler': 'spoiler',
};
const HTML_CHARACTERS: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"' };

function parseHtml(source: string): FormattedText {
  let text = '';
  const entities: MessageEntity[] = [];
  const open: { tag: string; offset: number; url: string | undefined }[] = [];
  for (let index = 0; index < source.length;) {
    if (source[index] === '&') {
      const match = /^&(?:(lt|gt|amp|quot)|#(\d{1,7})|#x([0-9a-fA-F]{1,6}));/.exec(source.slice(index, index + 12));
      const character = match && htmlCharacter(match);
      text += character ?? '&';
      index += character ? match[0].length : 1;
      continue;
    }
    if (source[index] !== '<') {
      text += source[index];
      index += 1;
      continue;
    }
    const at = byteOffset(source, index);
    const end = source.indexOf('>', index);
    if (source[index + 1] === '/') {
      if (end < 0) throw cannotParse(`Unclosed end tag at byte offset ${at}`);
      const tag = source
        .slice(index + 2, end)
        .trim()
        .toLowerCase();
      const started = open.pop();
      if (!started) throw cannotParse(`Unexpected end tag at byte offset ${at}`);
      if (tag !== '' && tag !== started.tag)
        throw cannotParse(`Unmatched end tag at byte offset ${at}, expected "</${started.tag}>", found "</${tag}>"`);
      const entity = htmlEntity(started, text);
      if (entity) entities.push(entity);
    } else {
      if (end < 0) throw cannotParse(`Unclosed start tag at byte offset ${at}`);
      const [, tag = '', rest = ''] = /^([^\s]*)\s*([\s\S]*)$/.exec(source.slice(index + 1, end)) ?? [];
      const name = tag.toLowerCase();
      if (!Object.hasOwn(HTML_TAGS, name) || (name === 'span' && !/class\s*=\s*["']?tg-spoiler/.test(rest)))
        throw cannotParse(`Unsupported start tag "${name}" at byte offset ${at}`);
      const url = /href\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))/.exec(rest);
      open.push({ tag: name, offset: text.length, url: url?.[1] ?? url?.[2] ?? url?.[3] });
    }
    index = end + 1;
  }
  const left = open.pop();
  if (left) throw cannotParse(`Can't find end tag corresponding to start tag "${left.tag}"`);
  return { text, entities: entities.sort((a, b) => a.offset - b.offset) };
}

function htmlCharacter(match: RegExpExecArray): string | undefined {
  if (match[1]) return HTML_CHARACTERS[match[1]];
  const code = match[2] ? Number(match[2]) : Number.parseInt(match[3] ?? '', 16);
  return code > 0 && code <= 0x10_ffff ? String.fromCodePoint(code) : undefined;
}

function htmlEntity(
  started: { readonly tag: string; readonly offset: number; readonly url: string | undefined },
  text: string,
): MessageEntity | null {
  const length = text.length - started.offset;
  const type = HTML_TAGS[started.tag];
  if (length === 0 || type === undefined) return null;
  if (type !== 'text_link') return { type, offset: started.offset, length };
  const url = URL.parse(started.url ?? text.slice(started.offset));
  return url ? { type, offset: started.offset, length, url: url.href } : null;
}

const MARKERS: readonly (readonly [marker: string, type: string, name: string])[] = [
  ['```', 'pre', 'Pre'],
  ['`', 'code', 'Code'],
  ['||', 'spoiler', 'Spoiler'],
  ['__', 'underline', 'Underline'],
  ['_', 'italic', 'Italic'],
  ['*', 'bold', 'Bold'],
  ['~', 'strikethrough', 'Strikethrough'],
];
const RESERVED = new Set('_*[]()~`>#+-=|{}.!');

function parseMarkdown(source: string): FormattedText {
  let text = '';
  const entities: MessageEntity[] = [];
  const open: { marker: string; type: string; name: string; offset: number; at: number }[] = [];
  for (let index = 0; index < source.length;) {
    const character = source[index] ?? '';
    const next = source[index + 1] ?? '';
    if (character === '\\' && next !== '' && next.charCodeAt(0) < 127) {
      text += next;
      index += 2;
      continue;
    }
    const inner = open.at(-1);
    const verbatim = inner?.type === 'code' || inner?.type === 'pre';
    if (inner && inner.marker !== '[' && source.startsWith(inner.marker, index)) {
      open.pop();
      if (text.length > inner.offset)
        entities.push({ type: inner.type, offset: inner.offset, length: text.length - inner.offset });
      index += inner.marker.length;
      continue;
    }
    if (inner?.marker === '[' && source.startsWith('](', index)) {
      const end = source.indexOf(')', index);
      if (end < 0) throw cannotParse(`Can't find end of a URL at byte offset ${byteOffset(source, index)}`);
      open.pop();
      const url = URL.parse(source.slice(index + 2, end).replaceAll('\\', ''));
      if (url && text.length > inner.offset)
        entities.push({ type: 'text_link', offset: inner.offset, length: text.length - inner.offset, url: url.href });
      index = end + 1;
      continue;
    }
    const marker = verbatim ? undefined : MARKERS.find(([one]) => source.startsWith(one, index));
    if (marker || (!verbatim && character === '[')) {
      const [token, type, name] = marker ?? ['[', 'text_link', 'TextUrl'];
      open.push({ marker: token, type, name, offset: text.length, at: byteOffset(source, index) });
      index += token.length;
      continue;
    }
    if (!verbatim && RESERVED.has(character))
      throw cannotParse(`Character '${character}' is reserved and must be escaped with the preceding '\\'`);
    text += character;
    index += 1;
  }
  const left = open.pop();
  if (left) throw cannotParse(`Can't find end of ${left.name} entity at byte offset ${left.at}`);
  return { text, entities: entities.sort((a, b) => a.offset - b.offset) };
}
