import { fc, test as property } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import { compareNames } from './compare.ts';
import type { NameGrade } from './compare.ts';

test.each<[string, string, NameGrade]>([
  ['SOK DARA', 'Sok Dara', 'match'],
  ['Dara Sok', 'SOK, Dara', 'match'],
  ['SOKDARA', 'Sok Dara', 'match'],
  ['Lok Sok Dara', 'Sok Dara', 'match'],
  ['Chhay Sokha', 'Chay Sukha', 'match'],
  ['សុខ តារា', 'Sok Tara', 'match'],
  ['Meas Srey Neang', 'MEAS SREYNEANG', 'match'],
  ['Nguyễn Văn Quyết', 'NGUYEN VAN QUYET', 'match'],
  ['Mohammed Hassan al-Qadiri', 'Muhammad Hasan Qadiri', 'match'],
  ['Сергей Короленко', 'Sergei Korolenko', 'match'],
  ['张卫东', 'Zhang Weidong', 'match'],
  ['Robert Stavridakis', 'Robert James Stavridakis', 'match'],
  ['Sergei Korolenko', 'Sergei Anatolyevich Korolenko', 'match'],
  ['Nguyen Anh', 'Nguyễn Văn Anh', 'match'],
  ['Nguyen Van', 'Nguyễn Văn Anh', 'unknown'],
  ['Sok', 'Sok Dara', 'unknown'],
  ['S. Dara', 'Sok Dara', 'unknown'],
  ['S*** D***', 'Sok Dara', 'unknown'],
  ['SOK D…', 'Sok Dara', 'unknown'],
  ['', 'Sok Dara', 'unknown'],
  ['Sok Virak', 'Sok Dara', 'mismatch'],
  ['Sam Dara', 'Sok Dara', 'mismatch'],
  ['K*** V***', 'Sok Dara', 'mismatch'],
  ['Zhang Weiping', 'Zhang Weidong', 'mismatch'],
  ['Sok Dara', 'Meas Sophea', 'mismatch'],
  ['មាស សុភា', 'Sok Dara', 'mismatch'],
])('%s and %s: %s', (one, other, grade) => {
  expect(compareNames(one, other).grade).toBe(grade);
  expect(compareNames(other, one).grade).toBe(grade);
});

property.prop([fc.string({ unit: 'grapheme', maxLength: 60 }), fc.string({ unit: 'grapheme', maxLength: 60 })], {
  seed: 20_261_121,
  numRuns: 200,
})('whichever name comes first, the grade is the same', (one, other) => {
  expect(compareNames(one, other).grade).toBe(compareNames(other, one).grade);
});
