import { KHR, money, USD } from '@rielrails/core';
import type { Instant } from '@rielrails/core';
import { fc, test as propertyTest } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import { createdAt, seal, vectors } from '../../test/vectors.ts';
import { decodeKhqr, encodeKhqr, KhqrError, md5OfKhqr, verifyKhqr } from './index.ts';
import type { KhqrInput } from './index.ts';

/** Text of at most so many UTF-16 units: Latin, Khmer, and characters that count twice. */
function text(maxLength: number): fc.Arbitrary<string> {
  const unit = fc.constantFrom('a', 'Z', '0', ' ', '-', '@', 'ក', 'ំ', 'ភ្', '៛', '₿', '🟠', '𝄞', '日');
  return fc
    .array(unit, { minLength: 1, maxLength })
    .map((units) => {
      let kept = '';
      for (const unit of units) if (kept.length + unit.length <= maxLength) kept += unit;
      return kept;
    })
    .filter((kept) => kept.length > 0);
}

const bakongAccount = fc.stringMatching(/^[a-z]{1,12}@[a-z]{4}$/);
const option = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const account: fc.Arbitrary<KhqrInput['account']> = fc.oneof(
  fc.record(
    { type: fc.constant('individual' as const), bakongAccount, information: text(20), acquiringBank: text(20) },
    { requiredKeys: ['type', 'bakongAccount'] },
  ),
  fc.record({ type: fc.constant('merchant' as const), bakongAccount, merchantId: text(20), acquiringBank: text(20) }),
);
const demand: fc.Arbitrary<KhqrInput['demand']> = fc.oneof(
  fc.record({ type: fc.constant('static' as const), currency: fc.constantFrom('KHR' as const, 'USD' as const) }),
  fc
    .tuple(
      fc.oneof(
        fc.bigInt(1n, 9_999_999_999_999n).map((minor) => money<'KHR' | 'USD'>(KHR, minor)),
        fc.bigInt(1n, 9_999_999_999_99n).map((minor) => money<'KHR' | 'USD'>(USD, minor)),
      ),
      fc.integer({ min: 1_000_000_000_000, max: 9_000_000_000_000 }),
      fc.integer({ min: 1, max: 900_000 }),
    )
    .map(([amount, created, lifeMs]) => ({
      type: 'dynamic' as const,
      amount,
      createdAt: created as Instant,
      expiresAt: (created + lifeMs) as Instant,
    })),
);
const input = fc.record(
  {
    account,
    demand,
    merchantName: text(25),
    merchantCity: text(15),
    merchantCategoryCode: fc.stringMatching(/^[0-9]{4}$/),
    additional: fc.record({ billNumber: text(20), mobileNumber: text(20), purpose: text(20) }, { requiredKeys: [] }),
    alternate: fc.record(
      { language: fc.constantFrom('km', 'zh'), merchantName: text(25), merchantCity: text(15) },
      { requiredKeys: ['language', 'merchantName'] },
    ),
  },
  { requiredKeys: ['account', 'demand', 'merchantName'] },
);

propertyTest.prop([input, option(text(40))], { numRuns: 2000 })('what is written is read back', (input, unionPay) => {
  const dollars = (input.demand.type === 'static' ? input.demand.currency : input.demand.amount.asset.code) === 'USD';
  const whole = unionPay === undefined || dollars ? input : { ...input, unionPayAccount: unionPay };
  const { text, md5 } = encodeKhqr(whole);
  const { demand, ...rest } = whole;
  const read = decodeKhqr(text);
  expect(read).toMatchObject({ ...rest, initiation: demand.type, country: 'KH' });
  expect(md5OfKhqr(text)).toBe(md5);
  const { amount, createdAt: created, expiresAt: expires } = read;
  expect({ amount, created, expires }).toEqual(
    demand.type === 'static' ? {} : { amount: demand.amount, created: demand.createdAt, expires: demand.expiresAt },
  );
  expect(verifyKhqr(text, { now: demand.type === 'dynamic' ? demand.createdAt : createdAt }).outcome).toBe('valid');
});

propertyTest.prop([fc.nat(400), fc.constantFrom('0', '9', 'a', ' ', 'ក')], { numRuns: 1000 })(
  'one character changed is noticed',
  (position, character) => {
    for (const { text } of Object.values(vectors)) {
      const at = position % text.length;
      if (text[at]?.toUpperCase() === character.toUpperCase()) continue;
      expect(() => decodeKhqr(text.slice(0, at) + character + text.slice(at + 1))).toThrow(KhqrError);
    }
  },
);

/** Time that this process spent computing: what others do on the machine does not count. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Read, or refused by a typed error; anything else fails the test. */
function outcomeOf(text: string): 'read' | 'refused' {
  try {
    decodeKhqr(text);
    return 'read';
  } catch (error) {
    if (error instanceof KhqrError) return 'refused';
    throw error;
  }
}

test('100,000 strings are read or refused, in well under five seconds', () => {
  const digits = fc.stringMatching(/^[0-9]{1,60}$/);
  const pieces = fc.constantFrom(
    '29',
    '30',
    '62',
    '64',
    '99',
    '00',
    '01',
    '04',
    '0004abcd',
    'abcd',
    '54',
    '63',
    '🟠',
    'ក',
    '9',
  );
  const chain = fc.array(pieces, { maxLength: 40 }).map((parts) => parts.join(''));
  const strings = fc.sample(fc.oneof(fc.string({ unit: 'binary', maxLength: 200 }), digits, chain, chain.map(seal)), {
    numRuns: 10_000,
    seed: 20_260_102,
  });
  const base = Object.values(vectors).map(({ text }) => text);
  const startedAt = cpuMs();
  let count = 0;
  for (const string of strings) {
    for (let turn = 0; turn < 10; turn += 1) {
      const whole = base[turn % base.length] ?? '';
      const at = (count * 7) % whole.length;
      outcomeOf(
        turn < 5 ? string.slice(turn * 3) : whole.slice(0, at) + string.slice(0, turn) + whole.slice(at + turn),
      );
      count += 1;
    }
  }
  expect(count).toBe(100_000);
  expect(cpuMs() - startedAt).toBeLessThan(5000);
});

test('the longest chains take a fraction of a millisecond, and what is longer is not even looked at', () => {
  const names = Array.from({ length: 100 }, (_one, index) => String(index).padStart(2, '0'));
  const worst = [
    names.map((name) => `${name}00`).join('') + '0'.repeat(112),
    seal(`2999${'0095'.padEnd(99, '0')}`.padEnd(500, '9')),
    seal('ក'.repeat(500)),
    '🟠'.repeat(256),
    '0000'.repeat(128),
  ];
  // The fastest of a few: whatever else a process does meanwhile, collecting garbage above all, is not the codec's.
  const fastest = (work: () => void) =>
    Math.min(
      ...Array.from({ length: 5 }, () => {
        const startedAt = cpuMs();
        work();
        return cpuMs() - startedAt;
      }),
    );
  for (const text of worst) {
    const hundred = () => {
      for (let turn = 0; turn < 100; turn += 1) outcomeOf(text);
    };
    expect(fastest(hundred)).toBeLessThan(100);
  }
  const huge = '0'.repeat(10_000_000);
  expect(fastest(() => expect(outcomeOf(huge)).toBe('refused'))).toBeLessThan(100);
});
