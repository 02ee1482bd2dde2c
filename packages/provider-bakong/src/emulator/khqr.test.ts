import { fc, test as propertyTest } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import { createdAt, expiresAt, paywaySample, seal, tag, vectors } from '../../test/vectors.ts';
import { scanKhqr } from './khqr.ts';

test.each(Object.entries(vectors))('a bank app reads: %s', (_name, { input, text, md5 }) => {
  const { account, demand, merchantName, additional } = input;
  const scanned = scanKhqr(text);
  expect(scanned).toMatchObject({ md5, account: account.bakongAccount, merchantName });
  expect(scanned.reusable).toBe(demand.type === 'static');
  expect(scanned.billNumber).toBe(additional?.billNumber);
  expect(scanned.amount).toEqual(demand.type === 'static' ? undefined : demand.amount);
  expect(scanned.expiresAtMs).toBe(demand.type === 'static' ? undefined : demand.expiresAt);
});

test("a bank app reads PayWay's variant", () => {
  expect(scanKhqr(paywaySample.text)).toMatchObject({
    md5: paywaySample.md5,
    account: 'abaakhppxxx@abaa',
    currency: 'KHR',
    amount: { minor: 100n },
    billNumber: 'MC-REF-KH-15000',
    expiresAtMs: paywaySample.expiresAt,
  });
});

const head = tag('00', '01') + tag('01', '12');
const account = tag('29', tag('00', 'btcshop@aclb'));
const middle = tag('52', '5999') + tag('53', '116');
const end = tag('58', 'KH') + tag('59', 'BTC Shop') + tag('60', 'Phnom Penh');
const times = tag('99', tag('00', String(createdAt)) + tag('01', String(expiresAt)));

test('the usual parts make a good QR', () => {
  expect(scanKhqr(seal(head + account + middle + tag('54', '4000') + end + times))).toMatchObject({ currency: 'KHR' });
});

test.each([
  ['a changed digit', (vectors['individual, dynamic, riel']?.text ?? '').replace('500', '501')],
  ['nothing', ''],
  ['no checksum', head + account],
  ['no account', seal(head + middle + tag('54', '4000') + end + times)],
  [
    'an account without a bank',
    seal(head + tag('29', tag('00', 'btcshop')) + middle + tag('54', '4000') + end + times),
  ],
  ['no amount', seal(head + account + middle + end + times)],
  ['an amount of letters', seal(head + account + middle + tag('54', 'abc') + end + times)],
  ['riel with a fraction', seal(head + account + middle + tag('54', '100.5') + end + times)],
  ['a tag twice', seal(head + account + account + middle + tag('54', '4000') + end + times)],
  ['a nested length of letters', seal(`${head}2904abcd${middle}${tag('54', '4000')}${end}${times}`)],
  ['baht', seal(head + account + tag('52', '5999') + tag('53', '764') + tag('54', '4000') + end + times)],
  [
    'an expiry of ten digits',
    seal(head + account + middle + tag('54', '4000') + end + tag('99', tag('01', '1767225900'))),
  ],
  ['another country', seal(head + account + middle + tag('54', '4000') + end.replace('KH', 'TH') + times)],
])('a bank app refuses: %s', (_what, text) => {
  expect(() => scanKhqr(text)).toThrow(RangeError);
});

propertyTest.prop([fc.string({ unit: 'binary', maxLength: 300 })])('any text is refused, never hung on', (text) => {
  expect(() => scanKhqr(text)).toThrow(RangeError);
  expect(() => scanKhqr(seal(text.replaceAll(/[^\u0020-\ud7ff]/g, '')))).toThrow(RangeError);
});
