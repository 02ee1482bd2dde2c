import { utf8 } from '@rielrails/kit';
import { isRecord } from './arguments.ts';
import { badRequest } from './errors.ts';
import type { InlineButton, InlineKeyboard } from './types.ts';

/** What a `reply_markup` asks for. */
export type Markup =
  | { readonly type: 'inline'; readonly keyboard: InlineKeyboard }
  | { readonly type: 'reply'; readonly rows: readonly (readonly string[])[] }
  | { readonly type: 'remove' }
  | { readonly type: 'force-reply' }
  | { readonly type: 'none' };

const MAX_CALLBACK_BYTES = 64;
const MAX_COPY_TEXT = 256;

/** Reads a `reply_markup` as strictly as the server. */
export function readMarkup(value: unknown): Markup {
  if (value === undefined) return { type: 'none' };
  if (!isRecord(value)) throw badRequest('object expected as reply markup');
  if ('inline_keyboard' in value) {
    const rows = readRows(value['inline_keyboard'], 'inline keyboard').map((row) => row.map(readInlineButton));
    const kept = rows.filter((row) => row.length > 0);
    return kept.length > 0 ? { type: 'inline', keyboard: { inline_keyboard: kept } } : { type: 'none' };
  }
  if ('keyboard' in value) {
    return { type: 'reply', rows: readRows(value['keyboard'], 'keyboard').map((row) => row.map(readKeyboardButton)) };
  }
  if ('remove_keyboard' in value) return { type: 'remove' };
  if ('force_reply' in value) return { type: 'force-reply' };
  return { type: 'none' };
}

function readRows(value: unknown, what: string): readonly (readonly unknown[])[] {
  if (!Array.isArray(value))
    throw badRequest(`can't parse ${what}: Field "${what.replace(' ', '_')}" must be of type Array`);
  for (const row of value) if (!Array.isArray(row)) throw badRequest(`can't parse ${what}: expected an Array of Array`);
  return value as unknown[][];
}

function readInlineButton(value: unknown): InlineButton {
  if (!isRecord(value)) throw badRequest("can't parse inline keyboard button: expected an Object");
  const { text, callback_data: data, url, copy_text: copy } = value;
  if (typeof text !== 'string')
    throw badRequest(`can't parse inline keyboard button: Field "text" must be of type String`);
  if (text.trim() === '') throw badRequest('BUTTON_TEXT_INVALID');
  if (typeof url === 'string' && url !== '') {
    if (!isLink(url)) throw badRequest(`inline keyboard button URL '${url}' is invalid: Wrong HTTP URL`);
    return { text, url };
  }
  if (typeof data === 'string') {
    const size = utf8(data).length;
    if (size < 1 || size > MAX_CALLBACK_BYTES) throw badRequest('BUTTON_DATA_INVALID');
    return { text, callback_data: data };
  }
  if (isRecord(copy) && typeof copy['text'] === 'string') {
    if (copy['text'].length < 1 || copy['text'].length > MAX_COPY_TEXT) throw badRequest('BUTTON_COPY_TEXT_INVALID');
    return { text, copy_text: { text: copy['text'] } };
  }
  throw badRequest("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard");
}

function readKeyboardButton(value: unknown): string {
  const text = isRecord(value) ? value['text'] : value;
  if (typeof text !== 'string') throw badRequest(`can't parse keyboard button: Field "text" must be of type String`);
  return text;
}

function isLink(text: string): boolean {
  const url = URL.parse(text.includes('://') ? text : `http://${text}`);
  return url !== null && ['http:', 'https:', 'tg:', 'ton:'].includes(url.protocol) && url.hostname.length > 0;
}
