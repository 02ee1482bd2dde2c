import { expect, test } from 'vitest';
import { signFields } from './hash.ts';

const key = 'test-api-key';
const first = { req_time: '20260101000000', merchant_id: 'ec000002' };
const second = { req_time: '20260102030405', merchant_id: 'ec000002', tran_id: 'ORD-42' };

test('the published purchase vector', () => {
  const fields = { ...first, tran_id: 'TXN001', amount: '1.00', type: 'purchase', currency: 'USD' };
  expect(signFields('purchase', fields, key)).toBe(
    'ynFd/I3hcDAPCmVpbCbR1+TV5wdWWgjbJ9hmin4C9KrsIx0ZvPBiqkDGoAH3kcpM5KlppzAzIHDaeShcH6vYlA==',
  );
});

test('the published check vector', () => {
  expect(signFields('check-transaction', { ...first, tran_id: 'order-001' }, key)).toBe(
    'YYeZbqKuLcZrqBs3lpGi+KDCUVLNEqj8zvCNstGUDXiBPceHdxE8S85hZEYOzoned+dJ6eCCKIwaLwPwX5tFsg==',
  );
});

test('the published generate-qr vector', () => {
  const fields = {
    ...first,
    tran_id: 'QR001',
    amount: '10.00',
    payment_option: 'abapay_khqr',
    currency: 'USD',
    lifetime: '30',
    qr_image_template: 'template1',
  };
  expect(signFields('generate-qr', fields, key)).toBe(
    'IV+Yw8MEjRXyY1VI9gTKmEKJt9VPOk8hCF/fYoUsI6KygyNR4tIV/islLVxHHj0I7I0OD/SNjINcgEEjyVhlkg==',
  );
});

test('a purchase with nearly every field (PW1)', () => {
  const fields = {
    ...second,
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
    view_type: 'hosted_view',
    payment_gate: '0',
  };
  expect(signFields('purchase', fields, key)).toBe(
    'MOaSLxKYiYVFsrmY0rwlGVjRUahAyO4H39GLvOGUbpiPDSkRDDnHEXFpd+Hvnf+TtQL8Oz9r7JnsVAP5b/f70Q==',
  );
});

test('a refund signs the sealed text, time first (PW3)', () => {
  const fields = { request_time: second.req_time, merchant_id: 'ec000002', merchant_auth: 'QUJDREVG' };
  expect(signFields('refund', fields, key)).toBe(
    'ivs0lAKZcS4C9RTUQ1PFH4+pkSeap69WiyOrSA6ASDyIQN33BdiIKSPvjVjF+MLfvQJtChFpPwp75N1zJ76Nzw==',
  );
});
