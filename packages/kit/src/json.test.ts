import { fc, test as property } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import { JsonNumber, parseJson, stringifyJson } from './json.ts';

test.each(['12.50', '0.1', '1e400', '123456789012345678901234567890', '-0', '1E+2'])('%s keeps its digits', (text) => {
  const value = parseJson(text);
  expect(value).toBeInstanceOf(JsonNumber);
  expect((value as JsonNumber).text).toBe(text);
  expect(stringifyJson(value)).toBe(text);
});

property.prop([fc.json()])('what was read is written back with every digit', (text) => {
  fc.pre(!text.includes('__proto__'));
  const once = stringifyJson(parseJson(text));
  expect(JSON.parse(once)).toEqual(JSON.parse(text));
  expect(stringifyJson(parseJson(once))).toBe(once);
});

const spaced = fc
  .tuple(fc.json({ maxDepth: 8 }), fc.constantFrom('', ' ', '\n\t'))
  .map(([text, space]) => JSON.stringify(JSON.parse(text), null, space));
const rough = fc.oneof(
  spaced,
  fc
    .array(
      fc.constantFrom('{', '}', '[', ']', ',', ':', '"', '\\', '0', '-', '.', 'e', ' ', 'true', 'null', '"a"', '\\"'),
    )
    .map((parts) => parts.join('')),
);

property.prop([rough], { numRuns: 2000 })(
  'what the platform reads is read the same, what it refuses is refused',
  (text) => {
    fc.pre(!text.includes('proto'));
    const read = (parse: (text: string) => unknown) => {
      try {
        return [parse(text)];
      } catch {
        return [];
      }
    };
    const toNumbers = (value: unknown): unknown => JSON.parse(stringifyJson(value));
    expect(read((one) => toNumbers(parseJson(one)))).toEqual(read(JSON.parse));
  },
);

test.each([
  [String.raw`{"a\\":"\"","b":"\\"}`, { 'a\\': '"', b: '\\' }],
  [String.raw`["\\\\\"",",:]}"]`, ['\\\\"', ',:]}']],
  ['{"a":1,"a":"last","1":true, "0" :false}', { a: 'last', 1: true, 0: false }],
  [' \r\n null ', null],
])('%s', (text, value) => {
  expect(parseJson(text)).toEqual(value);
});

test('a bigint is written as a number', () => {
  expect(stringifyJson({ amount: 9007199254740993n })).toBe('{"amount":9007199254740993}');
});

test.each([
  '',
  ' ',
  '{',
  "{'a':1}",
  '[1,]',
  'NaN',
  '01',
  '{"a":1}x',
  '[1 2]',
  '{"a" 1}',
  '{"a":1,}',
  '{,}',
  '[}',
  '{"a":1]',
  '"a',
  '"\\\\\\"',
  '"\\x"',
  '1.',
  '.5',
  '+1',
  '-',
  '1e',
  '0x1',
  'tru',
  'nulll',
  '1 2',
  '"\u0000"',
  '"\n"',
  '\ufeff{}',
])('%j is refused, and the error does not repeat it', (text) => {
  expect(() => parseJson(text)).toThrow(new SyntaxError('JSON: text is not valid'));
});

test.each(['{"__proto__":{"admin":true}}', '{"a":{"\\u005f_proto__":1}}', '[{"__proto__":null}]'])(
  'a forbidden key is refused: %s',
  (text) => {
    expect(() => parseJson(text)).toThrow(SyntaxError);
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  },
);

test('text and depth have limits, brackets inside strings do not count', () => {
  expect(() => parseJson('[]', { maxLength: 1 })).toThrow('JSON: text is too long');
  expect(() => parseJson('['.repeat(1_000_000))).toThrow('JSON: nested too deeply');
  expect(() => parseJson('{"a":['.repeat(100_000))).toThrow('JSON: nested too deeply');
  expect(() => parseJson('{"a":'.repeat(33) + '1' + '}'.repeat(33))).toThrow('JSON: nested too deeply');
  expect(parseJson('['.repeat(32) + ']'.repeat(32))).toEqual(expect.any(Array));
  expect(parseJson(`"${'['.repeat(100)}\\""`)).toBe(`${'['.repeat(100)}"`);
});
