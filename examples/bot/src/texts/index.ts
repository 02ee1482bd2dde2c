import type { Language } from '@rielrails/orders';
import { en } from './en.ts';
import { km } from './km.ts';

/** The name of a sentence. */
export type TextKey = keyof typeof en;

/** Every sentence in one language. */
export type Texts = Readonly<Record<TextKey, string>>;

/** The sentences, by language. */
export const texts: Readonly<Record<Language, Texts>> = { en, km };

type PlaceholdersIn<T extends string> = T extends `${string}{${infer Name}}${infer Rest}`
  ? Name | PlaceholdersIn<Rest>
  : never;

/** What a sentence wants filled in, as the English one says. */
export type ValuesOf<K extends TextKey> = Readonly<Record<PlaceholdersIn<(typeof en)[K]>, string>>;

type Arguments<K extends TextKey> = [PlaceholdersIn<(typeof en)[K]>] extends [never] ? [] : [values: ValuesOf<K>];

/** Says a sentence in one language, as Telegram's HTML; what is filled in is escaped. */
export function say<K extends TextKey>(language: Language, key: K, ...[values]: Arguments<K>): string {
  return fill(texts[language][key], values ?? {}, escapeHtml);
}

/** Says a sentence that is shown as it stands: buttons, alerts, pictures. */
export function sayPlain<K extends TextKey>(language: Language, key: K, ...[values]: Arguments<K>): string {
  return fill(texts[language][key], values ?? {}, (text) => text);
}

function fill(text: string, values: Readonly<Record<string, string>>, write: (value: string) => string): string {
  return text.replaceAll(/\{([a-z]+)\}/g, (whole, name: string) => {
    const value = values[name];
    return value === undefined ? whole : write(value);
  });
}

/** A text that must not be read as HTML. */
export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Whether there is a sentence of this name. */
export function isTextKey(text: string): text is TextKey {
  return Object.hasOwn(texts.en, text);
}
