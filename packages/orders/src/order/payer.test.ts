import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { matchPayer } from './payer.ts';

const verified = ['SOK Dara', 'សុខ ដារ៉ា'];

describe('the payer against the verified name', () => {
  test.each([
    ['SOK DARA', 'the same name'],
    ['Dara, SOK', 'another order, and a comma'],
    ['  sok\tdara ', 'other case and spaces'],
    ['Sók Dára', 'accents that a bank added'],
    ['ＳＯＫ ＤＡＲＡ', 'full-width letters'],
    ['ដារ៉ា សុខ', 'the other script, in another order'],
  ])('%s matches: %s', (payer) => {
    expect(matchPayer(payer, verified)).toBe('match');
  });

  test.each([
    [undefined, 'not told'],
    ['', 'empty'],
    ['   ', 'blank'],
    ['D*** S**', 'masked'],
    ['--- . ---', 'no letter in it'],
  ])('%s is unknown: %s', (payer, _why) => {
    expect(matchPayer(payer, verified)).toBe('unknown');
  });

  test.each([
    ['CHAN VANNA', 'somebody else'],
    ['SOK', 'half of the name'],
    ['SOK DARA CHAN', 'one name more'],
    ['SOKDARA', 'run together: a person looks at it'],
    ['SOK SOK DARA', 'a word twice'],
    ['សុខ ដារា', 'a Khmer vowel sign less is another name'],
  ])('%s is a mismatch: %s', (payer) => {
    expect(matchPayer(payer, verified)).toBe('mismatch');
  });

  test('of several verified names the one that fits best decides, by whoever compares', () => {
    const grades = { 'SOK Dara': 'mismatch', 'សុខ ដារ៉ា': 'unknown', 'DARA S.': 'match' } as const;
    const compare = (_payer: string, name: string) => grades[name as keyof typeof grades];
    expect(matchPayer('Sok D.', ['SOK Dara', 'សុខ ដារ៉ា', 'DARA S.'], compare)).toBe('match');
    expect(matchPayer('Sok D.', ['SOK Dara', 'សុខ ដារ៉ា'], compare)).toBe('unknown');
    expect(matchPayer('Sok D.', ['SOK Dara'], compare)).toBe('mismatch');
    expect(matchPayer('Sok D.', [], compare)).toBe('mismatch');
    expect(matchPayer(' ', ['DARA S.'], compare)).toBe('unknown');
  });

  test('nobody verified: no name matches, and none told stays unknown', () => {
    expect(matchPayer('SOK DARA', [])).toBe('mismatch');
    expect(matchPayer(undefined, [])).toBe('unknown');
  });
});

const word = fc.stringMatching(/^[a-z]{1,8}$/);

test.prop([
  fc
    .array(word, { minLength: 1, maxLength: 4 })
    .chain((words) => fc.tuple(fc.constant(words), fc.shuffledSubarray(words, { minLength: words.length }))),
])('the order of the words and their case never decide', ([words, shuffled]) => {
  expect(matchPayer(shuffled.join(' ').toUpperCase(), [words.join(' ')])).toBe('match');
});

test.prop([
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.array(fc.string({ unit: 'binary', maxLength: 30 }), { maxLength: 3 }),
])('no text of a bank makes it throw', (payer, names) => {
  expect(['match', 'unknown', 'mismatch']).toContain(matchPayer(payer, names));
});
