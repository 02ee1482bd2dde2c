import { parseJson } from '@rielrails/kit';
import type { Json } from '@rielrails/kit';
import { fc, test as propertyTest } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import { phpJson } from '../callback.ts';
import { hashOrders, signFields } from '../hash.ts';
import { asPhpJson, callbackSignature, expectedHash, signedFields } from './signing.ts';

fc.configureGlobal({ seed: 20_260_102 });

const key = 'test-api-key';
const received = (fields: Readonly<Record<string, string>>) => new Map(Object.entries(fields));

test('the published vectors', () => {
  const first = { req_time: '20260101000000', merchant_id: 'ec000002' };
  const purchase = { ...first, tran_id: 'TXN001', amount: '1.00', type: 'purchase', currency: 'USD' };
  expect(expectedHash('purchase', received(purchase), key)).toBe(
    'ynFd/I3hcDAPCmVpbCbR1+TV5wdWWgjbJ9hmin4C9KrsIx0ZvPBiqkDGoAH3kcpM5KlppzAzIHDaeShcH6vYlA==',
  );
  expect(expectedHash('transaction', received({ ...first, tran_id: 'order-001' }), key)).toBe(
    'YYeZbqKuLcZrqBs3lpGi+KDCUVLNEqj8zvCNstGUDXiBPceHdxE8S85hZEYOzoned+dJ6eCCKIwaLwPwX5tFsg==',
  );
  const qr = { ...first, tran_id: 'QR001', amount: '10.00', payment_option: 'abapay_khqr', currency: 'USD' };
  expect(expectedHash('generateQr', received({ ...qr, lifetime: '30', qr_image_template: 'template1' }), key)).toBe(
    'IV+Yw8MEjRXyY1VI9gTKmEKJt9VPOk8hCF/fYoUsI6KygyNR4tIV/islLVxHHj0I7I0OD/SNjINcgEEjyVhlkg==',
  );
});

test('a purchase with nearly every field (PW1) and a refund (PW3)', () => {
  const fields = {
    req_time: '20260102030405',
    merchant_id: 'ec000002',
    tran_id: 'ORD-42',
    amount: '12.50',
    items: 'W3sibmFtZSI6IkJUQyB2b3VjaGVyIiwicXVhbnRpdHkiOjEsInByaWNlIjoxMi41fV0=',
    firstname: 'Dara',
    lastname: 'Sok',
    email: 'dara@example.com',
    phone: '012345678',
    type: 'purchase',
    payment_option: 'abapay_khqr_deeplink',
    return_url: 'aHR0cHM6Ly9zaG9wLmV4YW1wbGUvcGF5d2F5L2NhbGxiYWNr',
    cancel_url: 'https://shop.example/cancel',
    continue_success_url: 'https://shop.example/ok',
    return_deeplink: 'eyJpb3Nfc2NoZW1lIjoic2hvcDovL3JldHVybiIsImFuZHJvaWRfc2NoZW1lIjoic2hvcDovL3JldHVybiJ9',
    currency: 'USD',
    return_params: 'order=42',
    lifetime: '15',
    skip_success_page: '1',
  };
  expect(expectedHash('purchase', received(fields), key)).toBe(
    'MOaSLxKYiYVFsrmY0rwlGVjRUahAyO4H39GLvOGUbpiPDSkRDDnHEXFpd+Hvnf+TtQL8Oz9r7JnsVAP5b/f70Q==',
  );
  const refund = { request_time: '20260102030405', merchant_id: 'ec000002', merchant_auth: 'QUJDREVG' };
  expect(expectedHash('portal', received(refund), key)).toBe(
    'ivs0lAKZcS4C9RTUQ1PFH4+pkSeap69WiyOrSA6ASDyIQN33BdiIKSPvjVjF+MLfvQJtChFpPwp75N1zJ76Nzw==',
  );
});

test('a callback is signed in the order of its names (PW9)', () => {
  const body = '{"tran_id":"ORD-42","apv":"123456","status":"0","return_params":"order=42","merchant_ref":""}';
  expect(callbackSignature(body, key)).toBe(
    'LLOWwLxuYqBpGTFJdcbG3GzTweIY5KXNc531ikT9m/s847eCdmOd/sH/5u6m/1gLIvf+J2FXdcTfcSFwxB5Vlw==',
  );
});

const kinds = [
  ['purchase', 'purchase'],
  ['generateQr', 'generate-qr'],
  ['transaction', 'check-transaction'],
  ['exchangeRate', 'exchange-rate'],
  ['portal', 'refund'],
] as const;

test.each(kinds)('both readings of the documents agree on %s', (kind, endpoint) => {
  const names: readonly string[] = hashOrders[endpoint];
  expect(signedFields[kind].split(' ')).toEqual(names);
  const fields = Object.fromEntries(names.map((name, index) => [name, `${name}${index}`]));
  expect(expectedHash(kind, received(fields), key)).toBe(signFields(endpoint, fields, key));
});

const value: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.string({ unit: 'binary' }),
    fc.boolean(),
    fc.constant(null),
    fc.constantFrom('1.50', '0', '-7', '10.0').map((number) => parseJson(number)),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.stringMatching(/^[a-z/ភ"]{1,5}$/), tie('value'), { maxKeys: 4, noNullPrototype: true }),
  ),
})).value;

propertyTest.prop([value])('both write JSON as PHP does', (one) => {
  expect(asPhpJson(one)).toBe(phpJson(one));
});
