import { expect, test } from 'vitest';
import { toCsv } from './csv.ts';

test.each([
  ['plain text', 'SOK DARA', 'SOK DARA'],
  ['Khmer', 'សុខ ដារ៉ា', 'សុខ ដារ៉ា'],
  ['a comma', 'a,b', '"a,b"'],
  ['quotes', 'say "no"', '"say ""no"""'],
  ['lines', 'a\nb', '"a\nb"'],
  ['a formula', '=HYPERLINK("x")', `"'=HYPERLINK(""x"")"`],
  ['a sum', '+1', `'+1`],
  ['a function', '@SUM(A1)', `'@SUM(A1)`],
  ['a negative amount', '-5', `'-5`],
  ['nothing', '', ''],
])('%s', (_what, text, written) => {
  expect(toCsv([[text, 'next']])).toBe(`${written},next\r\n`);
});
