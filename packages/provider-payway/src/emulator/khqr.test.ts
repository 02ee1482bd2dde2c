import { fc, test as propertyTest } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import { readAskedAmount } from '../khqr.ts';
import { scanKhqr, writeKhqr } from './khqr.ts';

fc.configureGlobal({ seed: 20_260_102 });

/** Published by ABA ("KHQR guideline", expired) and made with the National Bank's own library. */
const vectors = {
  guideline:
    '00020101021230510016abaakhppxxx@abaa01151250212145328460208ABA Bank52045987530311654031005802KH5925OLD ME 25 CHAR WINNER IP26010Phnom Penh62570115MC-REF-KH-1500068340010PAYWAY@ABA0208104514230604A2279934001317598053453370113175980552533763049FBD',
  static: '00020101021129180014jonhsmith@nbcq5204599953031165802KH5910Jonh Smith6010PHNOM PENH6304069E',
  dollars:
    '00020101021229160012btcshop@aclb520459995303840540512.505802KH5908BTC Shop6010Phnom Penh62640108INV-00010211855123456780311BTC Shop HQ0706BOT-010808order 429934001317672256000000113176722590000063049305',
  khmer:
    '00020101021230420012btcshop@aclb0107M0001230211ACLEDA Bank52045999530311654061000005802KH5908BTC Shop6010Phnom Penh64300002km0109ហាងប៊ីតខញ0207ភ្នំពេញ9934001317672256000000113176722590000063043558',
};

const example = {
  merchantNumber: '125000000000001',
  merchantName: 'RIELRAILS SANDBOX',
  currency: 'KHR',
  amount: '4000',
  transactionCode: '12345678',
  createdAtMs: 1_767_225_600_000,
} as const;

test('a bank app reads the KHQRs of others', () => {
  expect(scanKhqr(vectors.guideline)).toEqual({
    account: 'abaakhppxxx@abaa',
    currency: 'KHR',
    amount: '100',
    merchantName: 'OLD ME 25 CHAR WINNER IP2',
    paywayCode: '10451423',
  });
  expect(scanKhqr(vectors.static)).toMatchObject({ account: 'jonhsmith@nbcq', merchantName: 'Jonh Smith' });
  expect(scanKhqr(vectors.static).amount).toBeUndefined();
  expect(scanKhqr(vectors.dollars)).toMatchObject({ currency: 'USD', amount: '12.50' });
  expect(scanKhqr(vectors.khmer)).toMatchObject({ currency: 'KHR', amount: '100000' });
});

test('the adapter reads amount and currency of the same KHQRs', () => {
  expect(readAskedAmount(vectors.guideline)).toEqual({ currencyNumber: '116', amount: '100' });
  expect(readAskedAmount(vectors.dollars)).toEqual({ currencyNumber: '840', amount: '12.50' });
  expect(readAskedAmount(vectors.khmer)).toEqual({ currencyNumber: '116', amount: '100000' });
  expect(() => readAskedAmount(vectors.static)).toThrow('no currency or amount');
});

test('what the gateway writes has its tags in order, riel with decimals, and no expiry', () => {
  const qr = writeKhqr(example);
  expect(qr.startsWith('00020101021230')).toBe(true);
  expect(qr).toContain('54074000.00');
  expect(qr).toContain('0010PAYWAY@ABA020812345678');
  expect(qr).toContain('99170013176722560000063');
  expect(scanKhqr(qr)).toMatchObject({ amount: '4000.00', paywayCode: '12345678' });
  expect(readAskedAmount(qr)).toEqual({ currencyNumber: '116', amount: '4000.00' });
});

test.each([
  ['a digit changed', vectors.dollars.replace('12.50', '12.51')],
  ['cut short', vectors.dollars.slice(0, -1)],
  ['nothing', ''],
  ['no KHQR', 'https://example.com'],
  ['a nested length that is no number', seal('0002010102112904abcd5204599953031165802KH5901A6001B')],
  ['a tag twice', seal('000201010211010211')],
  ['no account', seal('0002010102115204599953031165802KH5901A6001B')],
  ['dynamic without an amount', seal('00020101021229180014jonhsmith@nbcq5204599953031165802KH5901A6001B')],
  ['a foreign currency', seal('00020101021129180014jonhsmith@nbcq5204599953037645802TH5901A6001B')],
])('a bank app refuses: %s', (_name, text) => {
  expect(() => scanKhqr(text)).toThrow(RangeError);
});

propertyTest.prop([fc.string({ unit: 'binary', maxLength: 300 })])(
  'any text is read or refused, never hung on',
  (text) => {
    for (const read of [scanKhqr, readAskedAmount]) expect(['read', 'RangeError']).toContain(outcomeOf(read, text));
  },
);

propertyTest.prop([fc.nat(400), fc.constantFrom('0', '9', 'a', '\u0000')])(
  'one character changed is noticed by both',
  (position, character) => {
    const qr = writeKhqr(example);
    const at = position % (qr.length - 4);
    fc.pre(qr[at] !== character);
    const changed = qr.slice(0, at) + character + qr.slice(at + 1);
    expect(() => scanKhqr(changed)).toThrow(RangeError);
    expect(() => readAskedAmount(changed)).toThrow(RangeError);
  },
);

function outcomeOf(read: (text: string) => unknown, text: string): string {
  try {
    read(text);
    return 'read';
  } catch (error) {
    return error instanceof Error ? error.name : 'thrown';
  }
}

/** Closes a chain of tags with its checksum, so that only what stands before it is wrong. */
function seal(tags: string): string {
  const body = `${tags}6304`;
  let crc = 0xffff;
  for (const byte of new TextEncoder().encode(body)) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1) crc = ((crc & 0x8000) !== 0 ? (crc << 1) ^ 0x1021 : crc << 1) & 0xffff;
  }
  return body + crc.toString(16).toUpperCase().padStart(4, '0');
}
