import type { NamePart, PartKind } from './name.ts';
import { isShared, rarityOf } from './shared-names.ts';

/** A name with what each part of it weighs. */
export interface WeighedName {
  readonly parts: readonly NamePart[];
  readonly weights: ArrayLike<number>;
}

/** How much each kind tells about who bears the name; of a name it depends on the name. */
const kindWeights: Readonly<Record<Exclude<PartKind, 'name'>, number>> = {
  particle: 0.08,
  title: 0.04,
  form: 0.05,
  trade: 0.3,
  number: 0.6,
  initial: 0.3,
};

/** `Van` may be of the Netherlands, and a family name of Cambodia. */
const SHARED_PARTICLE = 0.25;

/** How much a part tells about who bears the name, 0 to 1, as far as the part itself shows. */
export function weightOf({ token, kind }: Pick<NamePart, 'token' | 'kind'>): number {
  if (kind === 'particle' && isShared(token.text)) return SHARED_PARTICLE;
  if (kind !== 'name') return kindWeights[kind];
  const { text, vowels, sound } = token;
  if (vowels !== 'spelled') return consonantWeight(text);
  return lengthWeight(text) * rarityOf(text, sound);
}

/** A name with the weights that its parts have of themselves. */
export function weighed(parts: readonly NamePart[]): WeighedName {
  return { parts, weights: parts.map(weightOf) };
}

/** How much a word tells that so many of the listed names have. */
export function rarityAmong(bearers: number): number {
  return bearers >= 300 ? 0.4 : bearers >= 120 ? 0.5 : bearers >= 50 ? 0.65 : bearers >= 20 ? 0.85 : 1;
}

function lengthWeight(text: string): number {
  return text.length <= 2 ? 0.5 : text.length === 3 ? 0.75 : 1;
}

/** The fewer consonants, the more words share them. */
function consonantWeight(text: string): number {
  const consonants = text.replaceAll(/[aeiouwy]/g, '').length;
  return consonants <= 1 ? 0.25 : consonants === 2 ? 0.5 : consonants === 3 ? 0.8 : 1;
}
