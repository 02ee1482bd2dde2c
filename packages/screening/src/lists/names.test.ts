import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { isLatin, keysOf, withoutCompanyForms, withoutHonorifics, wordsOf } from './names.ts';

test.each([
  ['INVENTADO QUIMERA, Fulano', ['inventado', 'quimera', 'fulano']],
  ['  Zoë   Ångström-Łuk ', ['zoe', 'angstrom', 'luk']],
  ["AL-NULLARI, 'Abd", ['al', 'nullari', 'abd']],
  ['S.A. DE C.V.', ['sa', 'de', 'cv']],
  ['ＦＵＬＬ ｗｉｄｔｈ', ['full', 'width']],
  ['İstanbul Ißı', ['istanbul', 'issi']],
  ['សុភាព ចាន់', ['សុភាព', 'ចាន់']],
  ['– … ·', []],
])('the words of "%s"', (name, words) => {
  expect(wordsOf(name)).toEqual(words);
});

test('titles and company forms are left out, unless they are all there is', () => {
  expect(withoutHonorifics(wordsOf('Lok Oknha Dr. Fulano'))).toEqual(['fulano']);
  expect(withoutHonorifics(wordsOf('Dr.'))).toEqual(['dr']);
  expect(withoutCompanyForms(wordsOf('Chimera Imaginaria, S.A. de C.V.'))).toEqual(['chimera', 'imaginaria']);
  expect(withoutCompanyForms(wordsOf('Phantom & Sons Co., Ltd.'))).toEqual(['phantom', 'and', 'sons']);
  expect(withoutCompanyForms(wordsOf('Co. Ltd.'))).toEqual(['co', 'ltd']);
});

test('only letters of the Latin script are Latin', () => {
  expect(isLatin(wordsOf('Zoë 2nd'))).toBe(true);
  expect(isLatin(wordsOf('S\u043Ek Dara'))).toBe(false);
  expect(isLatin(wordsOf('សុភាព'))).toBe(false);
  expect(isLatin([])).toBe(false);
});

test('keys depend on neither order nor case nor accents', () => {
  const word = fc.stringMatching(/^[a-z]{1,8}$/);
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 6 }), fc.nat(), (words, turn) => {
      const [first] = keysOf(words);
      const turned = [...words.slice(turn % words.length), ...words.slice(0, turn % words.length)];
      const shouted = wordsOf(turned.map((one) => `${one.toUpperCase()}\u0301`).join(' - '));
      expect(keysOf(shouted)[0]).toBe(first);
    }),
  );
});

test('any text has words or none, but never an empty one', () => {
  const text = fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 100 });
  fc.assert(fc.property(text, (units) => wordsOf(String.fromCharCode(...units)).every(Boolean)));
});
