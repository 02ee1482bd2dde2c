import { BTC, KHR, money, USD, USDT } from '@rielrails/core';
import type { Instant } from '@rielrails/core';
import { expect, test } from 'vitest';
import { inGroupsOfFour } from './address.ts';
import { showMoney, showMoneyShort } from './money.ts';
import { showClock, showTime } from './time.ts';

test.each([
  [money(KHR, 41_000n), 'en', '41,000 KHR'],
  [money(KHR, 41_000n), 'km', '41,000 ៛'],
  [money(KHR, 999n), 'km', '999 ៛'],
  [money(KHR, 1_234_567n), 'en', '1,234,567 KHR'],
  [money(USD, 123_456n), 'en', '$1,234.56'],
  [money(BTC, 50_000n), 'en', '0.00050000 BTC (50,000 sats)'],
  [money(USDT, 1n), 'en', '0.00000001 USDT'],
] as const)('%o in %s is %s', (amount, language, shown) => {
  expect(showMoney(amount, language)).toBe(shown);
});

test('buttons say satoshi', () => {
  expect(showMoneyShort(money(BTC, 50_000n), 'km')).toBe('50,000 sats');
});

test('times are those of Phnom Penh', () => {
  const newYear = Date.UTC(2026, 11, 31, 17, 5) as Instant;
  expect(showTime(newYear, 'en')).toBe('1 Jan 2027, 00:05');
  expect(showTime(newYear, 'km')).toMatch(/^1 មករា 2027.*00:05$/);
  expect(showClock(newYear)).toBe('00:05');
});

test('an address is compared in groups of four', () => {
  expect(inGroupsOfFour('bcrt1qw508d6q')).toBe('bcrt 1qw5 08d6 q');
  expect(inGroupsOfFour('bcrt1qw5')).toBe('bcrt 1qw5');
});
