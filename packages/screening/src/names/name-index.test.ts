import { fc, test as property } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import { compareNames } from './compare.ts';
import { createNameIndex } from './name-index.ts';
import { THRESHOLD } from './score.ts';

const index = createNameIndex([
  { text: 'NOBODY, Nemo', bearer: 'person' },
  { text: "AL-NULLARI, 'Abd al-Rahman", bearer: 'person' },
  { text: 'SOK, Dara', bearer: 'person' },
  { text: 'ខៀវ សំផន', bearer: 'person' },
  { text: 'PHANTOM & SONS TRADING CO., LTD.', bearer: 'entity' },
]);

const found = (name: string) => index.search(name, THRESHOLD).map(({ at }) => at);

test.each([
  'a'.repeat(10_000),
  'Nemo '.repeat(2000),
  'N.'.repeat(5000),
  '中'.repeat(10_000),
  'ក'.repeat(10_000),
  'عبد'.repeat(3333),
  'جيم '.repeat(2500),
  '\u202E\u200B'.repeat(5000),
  ','.repeat(10_000),
  'aka '.repeat(2500),
])('a name of ten thousand characters is read to an end: %.6s…', (name) => {
  expect(Array.isArray(found(name))).toBe(true);
  expect(compareNames(name, 'Nemo Nobody').grade).not.toBe('match');
});

test('what is longer than a name may be does not hide what it begins with', () => {
  expect(found(`Nemo Nobody${' '.repeat(10_000)}`)).toContain(0);
});

test.each([
  'Ne\u200Bmo No\u200D\u2060body',
  '\u202EnemO\u202C nobody',
  '\u2066Nemo\u2069 \u200F\u061CNobody',
  '\uFEFFNemo\u00A0Nobody',
  'N\u0435mo N\u043Eb\u043Edy',
  'Ｎｅｍｏ　Ｎｏｂｏｄｙ',
  'Nemo Nobody \u200F(نيمو)',
])('what is not seen hides nobody: %j', (name) => {
  expect(found(name)).toContain(0);
});

test('a name whose parts run in different directions is found by the part that is listed', () => {
  expect(found('عبد الرحمن Nullari')).toContain(1);
  expect(found('سوك Dara Sok')).toContain(2);
  expect(found('Dara Sok 苏达')).toContain(2);
});

property.prop([fc.string({ unit: 'binary', maxLength: 400 }), fc.string({ unit: 'grapheme', maxLength: 100 })], {
  seed: 20_261_121,
  numRuns: 200,
})('no text breaks it, and every score is a share', (one, other) => {
  for (const name of [one, other, `${one} ${other}`]) {
    for (const { score } of index.search(name, 0.5)) expect(score >= 0.5 && score <= 1).toBe(true);
    const { score } = compareNames(name, other);
    expect(score >= 0 && score <= 1).toBe(true);
  }
});

property.prop([fc.constantFrom('Nemo Nobody', 'Dara Sok', 'Abd al-Rahman Nullari'), fc.nat(20)], {
  seed: 20_261_121,
  numRuns: 60,
})('an invisible character anywhere in a listed name hides nobody', (name, place) => {
  const at = place % name.length;
  expect(found(`${name.slice(0, at)}\u200B${name.slice(at)}`)).not.toEqual([]);
});
