import { KhqrError } from './error.ts';
import { expectations, fits } from './form.ts';
import type { Form } from './form.ts';
import { MAX_VALUE } from './limits.ts';
import type { Khqr, KhqrAccount, KhqrAdditional, KhqrAlternate } from './khqr.ts';

/** A value of a KHQR: where it stands, and what it has to look like. */
export interface Tag {
  /** `54`, or `62.01` for one within a template. */
  readonly path: string;
  /** What its own two digits make. */
  readonly number: number;
  /** The place among the tags of its group. */
  readonly slot: number;
  /** The most UTF-16 units. */
  readonly most: number;
  readonly form: Form | null;
  /** Judged by whoever reads it: templates, the currency, the checksum, times. */
  readonly raw: boolean;
}

/** Tags that stand beside each other: in the text itself, or in a template. */
export interface TagGroup {
  /** The template's own tag; empty for the text itself. */
  readonly path: string;
  /** How many tags there are. */
  readonly count: number;
  /** By the number that their two digits make. */
  readonly byNumber: readonly (Tag | undefined)[];
}

/** ISO 4217 numbers. */
export const currencyNumbers = { KHR: '116', USD: '840' } as const;

/** The tags of a group by their names. */
type Tags<K extends string> = Readonly<Record<K, Tag>>;

type NameOf<T> = Exclude<keyof T, 'type'>;

type TopName =
  | Exclude<NameOf<Khqr>, 'account' | 'createdAt' | 'expiresAt' | 'others'>
  | 'format'
  | 'individual'
  | 'merchant'
  | 'checksum'
  | 'times';

/** What is told of a tag: how long at most, and its form; or that it is not checked here. */
type Rule = readonly [most: number, form?: Form] | 'raw';

function group<K extends string>(
  path: string,
  rules: Readonly<Record<K, readonly [digits: string, rule: Rule]>>,
): { readonly tags: Tags<K>; readonly all: TagGroup } {
  const entries = Object.entries<readonly [string, Rule]>(rules).map(([name, [digits, rule]], slot): [string, Tag] => {
    const [most, form = null] = rule === 'raw' ? [MAX_VALUE] : rule;
    return [
      name,
      {
        path: path === '' ? digits : `${path}.${digits}`,
        number: Number(digits),
        slot,
        most,
        form,
        raw: rule === 'raw',
      },
    ];
  });
  const byNumber = Array.from<Tag | undefined>({ length: 100 });
  for (const [, tag] of entries) byNumber[tag.number] = tag;
  const tags = Object.fromEntries(entries) as Tags<K>;
  return { tags, all: { path, count: entries.length, byNumber } };
}

const top = group<TopName>('', {
  format: ['00', [MAX_VALUE, 'format']],
  initiation: ['01', [MAX_VALUE, 'initiation']],
  unionPayAccount: ['15', [MAX_VALUE]],
  individual: ['29', 'raw'],
  merchant: ['30', 'raw'],
  merchantCategoryCode: ['52', [MAX_VALUE, 'category']],
  currency: ['53', 'raw'],
  amount: ['54', [13]],
  country: ['58', [3, 'country']],
  merchantName: ['59', [25]],
  merchantCity: ['60', [15]],
  additional: ['62', 'raw'],
  checksum: ['63', 'raw'],
  alternate: ['64', 'raw'],
  times: ['99', 'raw'],
});
export const tags: Tags<TopName> = top.tags;
export const topLevel: TagGroup = top.all;

const individual = group<NameOf<Extract<KhqrAccount, { type: 'individual' }>>>('29', {
  bakongAccount: ['00', [32, 'account']],
  information: ['01', [32]],
  acquiringBank: ['02', [32]],
});
export const individualTags: Tags<NameOf<Extract<KhqrAccount, { type: 'individual' }>>> = individual.tags;
export const individualTemplate: TagGroup = individual.all;

const merchant = group<NameOf<Extract<KhqrAccount, { type: 'merchant' }>>>('30', {
  bakongAccount: ['00', [32, 'account']],
  merchantId: ['01', [32]],
  acquiringBank: ['02', [32]],
});
export const merchantTags: Tags<NameOf<Extract<KhqrAccount, { type: 'merchant' }>>> = merchant.tags;
export const merchantTemplate: TagGroup = merchant.all;

const additional = group<NameOf<KhqrAdditional>>('62', {
  billNumber: ['01', [25]],
  mobileNumber: ['02', [25]],
  storeLabel: ['03', [25]],
  terminalLabel: ['07', [25]],
  purpose: ['08', [25]],
});
export const additionalTags: Tags<NameOf<KhqrAdditional>> = additional.tags;
export const additionalTemplate: TagGroup = additional.all;

const alternate = group<NameOf<KhqrAlternate>>('64', {
  language: ['00', [2, 'language']],
  merchantName: ['01', [25]],
  merchantCity: ['02', [15]],
});
export const alternateTags: Tags<NameOf<KhqrAlternate>> = alternate.tags;
export const alternateTemplate: TagGroup = alternate.all;

const times = group<'createdAt' | 'expiresAt'>('99', {
  createdAt: ['00', 'raw'],
  expiresAt: ['01', 'raw'],
});
export const timeTags: Tags<'createdAt' | 'expiresAt'> = times.tags;
export const timesTemplate: TagGroup = times.all;

/**
 * Checks length and form of a value that stands in a text from `start` to `end`; `position` is what the error tells.
 *
 * @throws KhqrError of rule `too-long` or `form`.
 */
export function checkValue(tag: Tag, text: string, start: number, end: number, position: number | null): void {
  if (start === end || end - start > tag.most)
    throw new KhqrError(tag.path, 'too-long', position, `expected 1 to ${tag.most} characters`);
  if (tag.form && !fits(tag.form, text, start, end))
    throw new KhqrError(tag.path, 'form', position, expectations[tag.form]);
}
