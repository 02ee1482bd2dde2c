import { BTC, isInputError, KHR, money, USD } from '@rielrails/core';
import type { Instant } from '@rielrails/core';
import { describe, expect, test } from 'vitest';
import { createdAt, expiresAt, paywaySample, seal, tag, vectors } from '../../test/vectors.ts';
import { crc16 } from './crc16.ts';
import { decodeKhqr, encodeKhqr, KhqrError, md5OfKhqr, verifyKhqr } from './index.ts';
import type { KhqrInput } from './index.ts';

const person: KhqrInput = {
  account: { type: 'individual', bakongAccount: 'btcshop@aclb' },
  merchantName: 'BTC Shop',
  demand: { type: 'dynamic', amount: money(KHR, 4000n), createdAt, expiresAt },
};
const merchant: KhqrInput = {
  ...person,
  account: { type: 'merchant', bakongAccount: 'btcshop@aclb', merchantId: 'M1', acquiringBank: 'ACLEDA Bank' },
};

/** A good QR out of tags, with some of them replaced, left out (`null`) or added. */
function qr(change: Readonly<Record<string, string | null>> = {}): string {
  const usual = {
    '00': '01',
    '01': '12',
    '29': tag('00', 'btcshop@aclb'),
    '52': '5999',
    '53': '116',
    '54': '4000',
    '58': 'KH',
    '59': 'BTC Shop',
    '60': 'Phnom Penh',
    '99': tag('00', String(createdAt)) + tag('01', String(expiresAt)),
  };
  const order = Object.entries<string | null>({ ...usual, ...change }).sort(([left], [right]) =>
    left < right ? -1 : 1,
  );
  return seal(order.map(([name, value]) => (value === null ? '' : tag(name, value))).join(''));
}

function errorOf(work: () => unknown): Pick<KhqrError, 'tag' | 'rule' | 'position'> {
  try {
    work();
  } catch (error) {
    if (!(error instanceof KhqrError) || !isInputError(error)) throw error;
    return { tag: error.tag, rule: error.rule, position: error.position };
  }
  throw new Error('nothing was thrown');
}

describe.each(Object.entries(vectors))('vector: %s', (_name, { input, text, md5 }) => {
  test('is written to the byte', () => {
    expect(encodeKhqr(input)).toEqual({ text, md5 });
  });

  test('is read back', () => {
    const { account, demand, merchantName, additional, alternate } = input;
    const read = decodeKhqr(text);
    expect(read).toMatchObject({
      account,
      merchantName,
      merchantCity: input.merchantCity ?? 'Phnom Penh',
      merchantCategoryCode: '5999',
      country: 'KH',
      initiation: demand.type,
      additional: additional ?? {},
    });
    expect(md5OfKhqr(text)).toBe(md5);
    expect(read.alternate).toEqual(alternate);
    expect(read.others.size).toBe(0);
    const { amount, createdAt, expiresAt } = read;
    expect({ amount, createdAt, expiresAt }).toEqual(
      demand.type === 'static'
        ? {}
        : { amount: demand.amount, createdAt: demand.createdAt, expiresAt: demand.expiresAt },
    );
  });

  test('can be paid in its time', () => {
    expect(verifyKhqr(text, { now: createdAt })).toMatchObject({
      outcome: 'valid',
      khqr: { merchantName: input.merchantName },
    });
  });
});

test("PayWay's variant is read, its own sub-tags kept as they are", () => {
  const read = decodeKhqr(paywaySample.text);
  expect(read).toMatchObject({
    account: {
      type: 'merchant',
      bakongAccount: 'abaakhppxxx@abaa',
      merchantId: '125021214532846',
      acquiringBank: 'ABA Bank',
    },
    amount: money(KHR, 100n),
    merchantName: 'OLD ME 25 CHAR WINNER IP2',
    merchantCategoryCode: '5987',
    additional: { billNumber: 'MC-REF-KH-15000' },
    createdAt: paywaySample.createdAt,
    expiresAt: paywaySample.expiresAt,
  });
  expect(md5OfKhqr(paywaySample.text)).toBe(paywaySample.md5);
  expect([...read.others]).toEqual([['62.68', '0010PAYWAY@ABA0208104514230604A227']]);
});

test('the checksum is the published one', () => {
  expect(crc16(new TextEncoder().encode('123456789'), 9)).toBe(0x29b1);
});

describe('writing', () => {
  const dynamic = (amount: ReturnType<typeof money>): KhqrInput => ({
    ...person,
    demand: { type: 'dynamic', amount: amount as never, createdAt, expiresAt },
  });
  const amountIn = (text: string) => /53038405[0-9]{3}([0-9.]+?)5802KH/.exec(text)?.[1];

  test.each([
    [1n, '0.01'],
    [100n, '1'],
    [1250n, '12.50'],
    [100_000_000_00n, '100000000'],
    [9_999_999_999_99n, '9999999999.99'],
  ])('%s cents are %s', (cents, expected) => {
    expect(amountIn(encodeKhqr(dynamic(money(USD, cents))).text)).toBe(expected);
  });

  test.each<[string, KhqrInput, string, string]>([
    ['less than nothing', dynamic(money(USD, -500n)), '54', 'amount'],
    ['nothing', dynamic(money(KHR, 0n)), '54', 'amount'],
    ['more than 13 characters', dynamic(money(KHR, 10_000_000_000_000n)), '54', 'amount'],
    ['riel with decimals', dynamic(money({ code: 'KHR', scale: 2 }, 10_050n)), '54', 'amount'],
    ['dollars with three decimals', dynamic(money({ code: 'USD', scale: 3 }, 12_345n)), '54', 'amount'],
    ['another currency', dynamic(money(BTC, 1n)), '53', 'currency'],
    [
      'an end before the beginning',
      { ...person, demand: { ...person.demand, expiresAt: createdAt } as never },
      '99.01',
      'expiry-order',
    ],
    [
      'an expiry of ten digits',
      {
        ...person,
        demand: { ...person.demand, createdAt: 1_767_225_600 as Instant, expiresAt: 1_767_225_900 as Instant } as never,
      },
      '99.00',
      'form',
    ],
    ['no expiry', { ...person, demand: { ...person.demand, expiresAt: undefined } as never }, '99.01', 'form'],
    ['an account without @', { ...person, account: { type: 'individual', bakongAccount: 'btcshop' } }, '29.00', 'form'],
    ['an account that is only @', { ...person, account: { type: 'individual', bakongAccount: '@' } }, '29.00', 'form'],
    ['an account with two @', { ...person, account: { type: 'individual', bakongAccount: 'a@b@c' } }, '29.00', 'form'],
    [
      'an account of 33 characters',
      { ...person, account: { type: 'individual', bakongAccount: `${'a'.repeat(28)}@aclb` } },
      '29.00',
      'too-long',
    ],
    ['no account', { ...person, account: { type: 'individual' } as never }, '29.00', 'missing'],
    [
      'a merchant without a number',
      { ...merchant, account: { ...merchant.account, merchantId: undefined } as never },
      '30.01',
      'missing',
    ],
    [
      'a merchant without a bank',
      { ...merchant, account: { ...merchant.account, acquiringBank: undefined } as never },
      '30.02',
      'missing',
    ],
    ['a name of 26 characters', { ...person, merchantName: 'n'.repeat(26) }, '59', 'too-long'],
    ['a city of 16 characters', { ...person, merchantCity: 'c'.repeat(16) }, '60', 'too-long'],
    ['an empty city', { ...person, merchantCity: '' }, '60', 'too-long'],
    ['an empty bill number', { ...person, additional: { billNumber: '' } }, '62.01', 'too-long'],
    ['a bill number of 26 characters', { ...person, additional: { billNumber: 'b'.repeat(26) } }, '62.01', 'too-long'],
    ['letters as a category', { ...person, merchantCategoryCode: 'abcd' }, '52', 'form'],
    ['a category of five digits', { ...person, merchantCategoryCode: '99999' }, '52', 'form'],
    ['UnionPay in dollars', { ...dynamic(money(USD, 1n)), unionPayAccount: '1234' }, '15', 'union-pay-in-dollars'],
    ['a language without a name', { ...person, alternate: { language: 'km' } as never }, '64.01', 'missing'],
    ['a name without a language', { ...person, alternate: { merchantName: 'ហាង' } as never }, '64.00', 'missing'],
    ['a city without both', { ...person, alternate: { merchantCity: 'ភ្នំពេញ' } as never }, '64.00', 'missing'],
    ['a control character', { ...person, merchantName: 'BTC\nShop' }, '59', 'text'],
    ['half of an emoji', { ...person, merchantName: '\ud83d' }, '59', 'text'],
  ])('refuses %s', (_what, input, at, rule) => {
    expect(errorOf(() => encodeKhqr(input))).toEqual({ tag: at, rule, position: null });
  });

  test('a static QR has neither amount nor times', () => {
    const { text } = encodeKhqr({ ...person, demand: { type: 'static', currency: 'USD' } });
    expect(decodeKhqr(text)).toMatchObject({ initiation: 'static', currency: 'USD' });
    expect(text).toContain('6010Phnom Penh6304');
  });

  test('UnionPay stands before the account', () => {
    expect(encodeKhqr({ ...person, unionPayAccount: '123456' }).text.slice(12)).toMatch(/^1506123456291600/);
  });
});

describe('what the published libraries get wrong', () => {
  test('1: a checksum keeps its leading zeros', () => {
    const short = Array.from({ length: 20_000 }, (_one, index) =>
      encodeKhqr({ ...person, additional: { billNumber: `INV-${index}` } }),
    ).find(({ text }) => text.slice(-4).startsWith('000'));
    expect(short?.text.slice(-8)).toMatch(/^6304000[0-9A-F]$/);
    expect(verifyKhqr(short?.text ?? '', { now: createdAt }).outcome).toBe('valid');
  });

  test.each(['29', '30', '62', '64', '99'])('2: a length of letters within tag %s ends at once', (name) => {
    expect(errorOf(() => decodeKhqr(`${name}04abcd`)).rule).toBe('missing');
    const change = name === '30' ? { '29': null, '30': 'abcd' } : { [name]: 'abcd' };
    const tampered = qr(change);
    expect(errorOf(() => decodeKhqr(tampered))).toMatchObject({ tag: name, rule: 'tag' });
    expect(
      errorOf(() => decodeKhqr(qr(name === '30' ? { '29': null, '30': '00xy' } : { [name]: '00xy' }))),
    ).toMatchObject({
      tag: `${name}.00`,
      rule: 'length',
    });
    expect(verifyKhqr(tampered, { now: createdAt }).outcome).toBe('invalid');
  });

  test('3: a template beyond 99 characters is refused, not written with three digits', () => {
    const long = 'x'.repeat(27);
    const account = {
      type: 'merchant',
      bakongAccount: `${long}@aclb`,
      merchantId: long + long.slice(22),
      acquiringBank: long + long.slice(22),
    } as const;
    expect(errorOf(() => encodeKhqr({ ...person, account }))).toEqual({
      tag: '30',
      rule: 'template-too-long',
      position: null,
    });
    const four = 'y'.repeat(25);
    const additional = { billNumber: four, storeLabel: four, terminalLabel: four, purpose: four };
    expect(errorOf(() => encodeKhqr({ ...person, additional }))).toMatchObject({
      tag: '62',
      rule: 'template-too-long',
    });
  });

  test.each(['abc', '1e+21', '1e-7', '-5', '12.345', '100.5', '0', '.5', '5.', '00', '١٢'])(
    '4: an amount "%s" is none',
    (amount) => {
      expect(errorOf(() => decodeKhqr(qr({ '54': amount })))).toMatchObject({ tag: '54', rule: 'amount' });
    },
  );

  test('5, 6: an alternate name without a language is refused, as is a city alone', () => {
    expect(errorOf(() => decodeKhqr(qr({ '64': tag('01', 'ហាង') })))).toMatchObject({ tag: '64.00', rule: 'missing' });
    expect(errorOf(() => decodeKhqr(qr({ '64': tag('02', 'ភ្នំពេញ') })))).toMatchObject({ tag: '64.00', rule: 'missing' });
  });

  test('7, 8: empty texts are told, not dropped', () => {
    expect(errorOf(() => encodeKhqr({ ...person, additional: { purpose: '' } }))).toMatchObject({ tag: '62.08' });
    expect(errorOf(() => decodeKhqr(qr({ '60': '' })))).toMatchObject({ tag: '60', rule: 'too-long' });
  });

  test('9: nothing is no KHQR', () => {
    expect(errorOf(() => decodeKhqr(''))).toEqual({ tag: '', rule: 'size', position: 0 });
  });

  test("11: an individual's account information is not a merchant's number", () => {
    const account = {
      type: 'individual',
      bakongAccount: 'btcshop@aclb',
      information: '000111222',
      acquiringBank: 'ACLEDA',
    } as const;
    expect(decodeKhqr(encodeKhqr({ ...person, account }).text).account).toEqual(account);
  });

  test('a tag that comes twice is refused, wherever the second one stands', () => {
    expect(errorOf(() => decodeKhqr('00020100020163041234'))).toEqual({ tag: '00', rule: 'duplicate', position: 6 });
    expect(errorOf(() => decodeKhqr(seal(qr().slice(0, -8) + tag('54', '1'))))).toMatchObject({
      tag: '54',
      rule: 'duplicate',
    });
    const twice = tag('00', 'btcshop@aclb') + tag('00', 'thief@aclb');
    expect(errorOf(() => decodeKhqr(qr({ '29': twice })))).toMatchObject({ tag: '29.00', rule: 'duplicate' });
  });
});

describe('reading', () => {
  test.each<[string, string, string, string]>([
    ['a changed digit', qr().replace('4000', '4001'), '63', 'checksum'],
    ['a text cut short', qr().slice(0, -1), '63', 'length'],
    ['a text without a checksum', '000201010212', '63', 'missing'],
    ['a checksum in front', seal('') + qr().slice(0, -8), '63', 'checksum-place'],
    ['a checksum of letters', `${qr().slice(0, -4)}WXYZ`, '63', 'checksum-place'],
    ['a web address', 'https://example.com', '', 'tag'],
    ['more than 512 characters', '0'.repeat(513), '', 'size'],
    ['another format', qr({ '00': '02' }), '00', 'form'],
    ['no format', qr({ '00': null }), '00', 'missing'],
    ['another initiation', qr({ '01': '13' }), '01', 'form'],
    ['no account', qr({ '29': null }), '29', 'account'],
    ['two accounts', qr({ '30': tag('00', 'a@b') + tag('01', 'M') + tag('02', 'B') }), '30', 'account'],
    ['an account without @', qr({ '29': tag('00', 'btcshop') }), '29.00', 'form'],
    ['a merchant without a bank', qr({ '29': null, '30': tag('00', 'a@b') + tag('01', 'M') }), '30.02', 'missing'],
    ['no category', qr({ '52': null }), '52', 'missing'],
    ['baht', qr({ '53': '764' }), '53', 'currency'],
    ['no country', qr({ '58': null }), '58', 'missing'],
    ['a small country', qr({ '58': 'kh' }), '58', 'form'],
    ['no name', qr({ '59': null }), '59', 'missing'],
    ['a name of 26 characters', qr({ '59': 'n'.repeat(26) }), '59', 'too-long'],
    ['no city', qr({ '60': null }), '60', 'missing'],
    ['a bill number of 26 characters', qr({ '62': tag('01', 'b'.repeat(26)) }), '62.01', 'too-long'],
    ['an expiry of ten digits', qr({ '99': tag('01', '1767225900') }), '99.01', 'form'],
    ['an expiry that begins with zero', qr({ '99': tag('01', '0467225600000') }), '99.01', 'form'],
    ['an amount of 14 characters', qr({ '54': '1'.repeat(14) }), '54', 'too-long'],
    ['a length beyond the template', qr({ '62': '0199INV' }), '62.01', 'length'],
    ['a length that halves an emoji', seal('5901\u{1f7e0}'), '59', 'text'],
  ])('refuses %s', (_what, text, at, rule) => {
    expect(errorOf(() => decodeKhqr(text))).toMatchObject({ tag: at, rule });
  });

  test('the place is that of the value, also within a template', () => {
    const text = qr({ '62': tag('01', 'INV') + tag('08', 'p'.repeat(26)) });
    const { position } = errorOf(() => decodeKhqr(text));
    expect(text.slice(position ?? -1)).toMatch(/^p{26}99/);
  });

  test.each<[string, string]>([
    ['a lower-case checksum', qr().slice(0, -4) + qr().slice(-4).toLowerCase()],
    [
      'tags in another order',
      seal(
        `${tag('60', 'Phnom Penh')}${tag('59', 'BTC Shop')}${tag('58', 'KH')}${tag('53', '116')}${tag('52', '5999')}${tag('29', tag('00', 'btcshop@aclb'))}${tag('00', '01')}`,
      ),
    ],
    ['riel with zeros for decimals', qr({ '54': '4000.00' })],
    ['no initiation', qr({ '01': null, '54': null, '99': null })],
    ['a fixed amount on a static QR', qr({ '01': '11' })],
    ['a static QR over nothing', qr({ '01': '11', '54': '0', '99': null })],
    ['unknown tags', qr({ '80': 'something', '26': 'somebody' })],
  ])('takes %s', (_what, text) => {
    expect(verifyKhqr(text, { now: createdAt }).outcome).toBe('valid');
  });

  test('zero on a static QR is no amount; unknown tags are kept', () => {
    const read = decodeKhqr(qr({ '01': '11', '54': '0', '80': 'something' }));
    expect(read.amount).toBeUndefined();
    expect([...read.others]).toEqual([['80', 'something']]);
  });
});

describe('verifying', () => {
  test.each<[string, string, string, string]>([
    ['dynamic without an amount', qr({ '54': null }), '54', 'amount-missing'],
    ['an amount without times', qr({ '99': null }), '99.01', 'expiry-missing'],
    ['an amount with a creation only', qr({ '99': tag('00', String(createdAt)) }), '99.01', 'expiry-missing'],
    [
      'an expiry before the creation',
      qr({ '99': tag('00', String(expiresAt)) + tag('01', String(createdAt)) }),
      '99.01',
      'expiry-order',
    ],
    ['another country', qr({ '58': 'TH' }), '58', 'country'],
  ])('refuses %s', (_what, text, at, rule) => {
    expect(verifyKhqr(text, { now: createdAt })).toMatchObject({ outcome: 'invalid', error: { tag: at, rule } });
    expect(() => decodeKhqr(text)).not.toThrow();
  });

  test('a good QR runs out', () => {
    const later = (expiresAt + 1) as Instant;
    expect(verifyKhqr(qr(), { now: expiresAt }).outcome).toBe('valid');
    expect(verifyKhqr(qr(), { now: later })).toMatchObject({ outcome: 'invalid', error: { rule: 'expired' } });
    expect(verifyKhqr(paywaySample.text, { now: createdAt })).toMatchObject({ error: { rule: 'expired' } });
  });
});
