import { fc, test as property } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import { fromBase64, fromHex, fromUtf8, toBase64, toHex, utf8 } from './bytes.ts';

property.prop([fc.uint8Array()])('bytes survive hexadecimal and base64', (bytes) => {
  expect(fromHex(toHex(bytes))).toEqual(new Uint8Array(bytes));
  expect(fromHex(toHex(bytes).toUpperCase())).toEqual(new Uint8Array(bytes));
  expect(fromBase64(toBase64(bytes))).toEqual(new Uint8Array(bytes));
});

property.prop([fc.string({ unit: 'grapheme' })])('text survives UTF-8, a leading byte order mark included', (text) => {
  expect(fromUtf8(utf8(`\ufeff${text}`))).toBe(`\ufeff${text}`);
});

test('a view into a larger buffer is only itself', () => {
  const view = utf8('xxabcxx').subarray(2, 5);
  expect([toHex(view), toBase64(view)]).toEqual(['616263', 'YWJj']);
});

test.each(['a', '0g', ' 00', '00\n', '0x00'])('%j is not hexadecimal', (text) => {
  expect(() => fromHex(text)).toThrow(new SyntaxError('hex: not valid'));
});

test.each(['YQ', 'YQ=', 'Y===', 'YQ==\n', 'Y-Q=', 'YQ==YQ=='])('%j is not padded base64', (text) => {
  expect(() => fromBase64(text)).toThrow(new SyntaxError('base64: not valid'));
});

test.each([[[0xff]], [[0xc0, 0x80]], [[0xed, 0xa0, 0x80]], [[0xe1, 0x9e]]])('%j is not UTF-8', (bytes) => {
  expect(() => fromUtf8(new Uint8Array(bytes))).toThrow(TypeError);
});
