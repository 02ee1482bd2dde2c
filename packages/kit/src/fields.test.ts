import { expect, test } from 'vitest';
import { asReference, digitsField, member, tryJson } from './fields.ts';
import { JsonNumber } from './json.ts';

test('digits are kept, whether they came as a number or as a text', () => {
  expect(digitsField.parse(tryJson('12.50'))).toBe('12.50');
  expect(digitsField.parse('300217243809185440066')).toBe('300217243809185440066');
  expect(digitsField.safeParse(true).success).toBe(false);
});

test('a member is found through objects only, and only where it is its own', () => {
  const body = tryJson('{"status":{"code":"00","list":[1]}}');
  expect(member(body, 'status', 'code')).toBe('00');
  expect(member(body, 'status', 'list', 'length')).toBeUndefined();
  expect(member(body, 'toString')).toBeUndefined();
  expect(member(undefined, 'status')).toBeUndefined();
});

test('what is no JSON is undefined', () => {
  expect(tryJson('<html>')).toBeUndefined();
});

test.each([
  ['4242', '4242'],
  [new JsonNumber('9223372036854775807'), '9223372036854775807'],
  ['9223372036854775808', null],
  ['042', null],
  ['ord/42', null],
  [null, null],
  [undefined, null],
  [true, null],
])('%s as a reference', (value, expected) => {
  expect(asReference(value)).toBe(expected);
});
