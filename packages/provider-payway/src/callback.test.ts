import { parseJson, Secret } from '@rielrails/kit';
import type { Json } from '@rielrails/kit';
import { fc, test as propertyTest } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import { callbackText, isSignedCallback, phpJson } from './callback.ts';
import type { CallbackFields } from './callback.ts';

fc.configureGlobal({ seed: 20_260_102 });

const fields = { tran_id: 'ORD-42', apv: '123456', status: '0', return_params: 'order=42', merchant_ref: '' };
const signature = 'LLOWwLxuYqBpGTFJdcbG3GzTweIY5KXNc531ikT9m/s847eCdmOd/sH/5u6m/1gLIvf+J2FXdcTfcSFwxB5Vlw==';
const key = new Secret('test-api-key');

function read(text: string): CallbackFields {
  return parseJson(text) as CallbackFields;
}

test('the values are joined in the order of their names (PW9)', () => {
  expect(callbackText(fields)).toBe('123456order=420ORD-42');
  expect(isSignedCallback(fields, signature, [key])).toBe(true);
});

test('a field named hash is not covered, and a second key may verify', () => {
  expect(isSignedCallback({ ...fields, hash: 'x' }, signature, [new Secret('new'), key])).toBe(true);
  expect(isSignedCallback({ ...fields, apv: '123457' }, signature, [key])).toBe(false);
  expect(isSignedCallback(fields, signature, [new Secret('other')])).toBe(false);
});

test.each([
  ['{"a":12.50}', '12.5'],
  ['{"a":10.0}', '10'],
  ['{"a":0.05,"b":-3}', '0.05-3'],
  ['{"a":true,"b":false,"c":null}', '1'],
  ['{"b":1,"a":"x","B":"y"}', 'yx1'],
  ['{"a":["a/b",1.50,{"k":"ភ"}]}', String.raw`["a\/b",1.50,{"k":"\u1797"}]`],
  ['{"a":{},"b":[]}', '{}[]'],
])('%s is signed as %s', (json, text) => {
  expect(callbackText(read(json))).toBe(text);
});

test.each(['{"1":"x"}', '{"a":1e3}', '{"a":0.30000000000000004}', '{"a":{"7":1}}', '{"":1}', '{"a":0.00001}'])(
  '%s has no certain text',
  (json) => {
    expect(() => callbackText(read(json))).toThrow(RangeError);
  },
);

const json: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.string({ unit: 'binary' }).filter((text) => text.isWellFormed()),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.stringMatching(/^[a-z/ភ]{1,5}$/), tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value;

propertyTest.prop([json])('PHP JSON means the same, is ASCII, and escapes every slash', (value) => {
  const text = phpJson(value);
  expect(JSON.parse(text)).toEqual(value);
  // oxlint-disable-next-line no-control-regex -- this is the claim
  expect(text).toMatch(/^[\u0000-\u007f]*$/);
  expect(text.replaceAll(String.raw`\\`, '').replaceAll(String.raw`\/`, '')).not.toContain('/');
});
