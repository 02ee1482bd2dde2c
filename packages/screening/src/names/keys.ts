import { consonantsOf, spelledConsonantsOf } from './sounds.ts';
import type { Token } from './token.ts';

/** What two words must share to be compared at all. Each kind of key is a space of its own. */
const kinds = {
  spelling: 1,
  easternSound: 2,
  wadeGiles: 3,
  foreign: 4,
  exact: 5,
  group: 6,
  consonants: 7,
  script: 8,
} as const;

/** Fewer letters than this, and a word is compared with those that have exactly its letters or one more or less. */
const LEAST_CONSONANTS = 3;

/** Keys by which a question finds listed words that are alike. */
export function keysOfAsked(token: Token): readonly number[] {
  const { text } = token;
  if (token.isNumber) return keysOfNumber(token);
  const keys: number[] = [];
  if (token.vowels === 'spelled') addOwn(keys, token);
  else {
    keys.push(hashOf(kinds.exact, `~${text}`), hashOf(kinds.spelling, text));
    // Only where vowels are missing altogether, a consonant may be too.
    addWithOmissions(keys, kinds.foreign, consonantsOf(text), token.vowels === 'missing' ? LEAST_CONSONANTS : Infinity);
  }
  return keys;
}

/** More keys, by which a word in Latin letters finds those that a list has in another script. */
export function keysOfAskedOverScripts(token: Token): readonly number[] {
  const keys = keysOfAsked(token);
  if (token.isNumber || token.vowels !== 'spelled' || !token.isLatin) return keys;
  const more: number[] = [];
  addWithOmissions(more, kinds.script, consonantsOf(token.text), LEAST_CONSONANTS);
  return [...keys, ...more];
}

/** Fewer keys, by which it finds those that are nearly the same. */
export function closeKeysOfAsked(token: Token): readonly number[] {
  if (token.isNumber || token.vowels !== 'spelled') return keysOfAsked(token);
  const keys: number[] = [];
  addBySpelling(keys, token);
  if (token.isLatin) addBySound(keys, token);
  return keys;
}

/** Keys under which a listed word is found. */
export function keysOfListed(token: Token): readonly number[] {
  const { text } = token;
  if (token.isNumber) return keysOfNumber(token);
  const keys: number[] = [];
  if (token.vowels === 'spelled') addOwn(keys, token);
  else {
    const consonants = consonantsOf(text);
    keys.push(hashOf(kinds.exact, `~${text}`), hashOf(kinds.foreign, consonants));
    addWithOmissions(keys, kinds.script, consonants, token.vowels === 'missing' ? LEAST_CONSONANTS : Infinity);
  }
  if (token.vowels === 'spelled' && token.isLatin)
    addWithOmissions(keys, kinds.foreign, consonantsOf(text), LEAST_CONSONANTS);
  return keys;
}

function keysOfNumber({ text, groups }: Token): readonly number[] {
  return [hashOf(kinds.exact, text), ...[...groups].map((group) => hashOf(kinds.group, String(group)))];
}

function addBySpelling(keys: number[], { text, sound, isLatin }: Token): void {
  addWithOmissions(keys, kinds.spelling, text, 3);
  if (isLatin && sound !== text) addWithOmissions(keys, kinds.spelling, sound, 4);
}

function addBySound(keys: number[], token: Token): void {
  keys.push(hashOf(kinds.easternSound, token.easternSound));
  if (token.wadeGiles !== null) keys.push(hashOf(kinds.wadeGiles, token.wadeGiles));
  for (const group of token.groups) keys.push(hashOf(kinds.group, String(group)));
}

function addOwn(keys: number[], token: Token): void {
  const { text } = token;
  addBySpelling(keys, token);
  if (!token.isLatin) return;
  addBySound(keys, token);
  const consonants = spelledConsonantsOf(text);
  if (consonants.length >= LEAST_CONSONANTS) addWithOmissions(keys, kinds.consonants, consonants, LEAST_CONSONANTS + 2);
}

/** The word itself, and with each of its letters left out: two words one step apart meet in one of them. */
function addWithOmissions(keys: number[], kind: number, text: string, least: number): void {
  if (text === '') return;
  keys.push(hashOf(kind, text));
  if (text.length < least) return;
  for (let at = 0; at < text.length; at += 1) keys.push(hashOf(kind, text, at));
}

/** FNV-1a of a text, without the letter at `omitted`. Words that meet by chance are told apart by comparing them. */
function hashOf(kind: number, text: string, omitted = -1): number {
  let hash = Math.imul(0x811c9dc5 ^ kind, 0x01000193);
  for (let at = 0; at < text.length; at += 1) {
    if (at !== omitted) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  }
  return hash >>> 0;
}
