import { isInputError, KHR, money, USD } from '@rielrails/core';
import { fc, test as property } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import { readStatement } from './statement.ts';

const HEADER = 'type,transaction,amount,currency,at';
const read = (...lines: readonly string[]) => readStatement([HEADER, ...lines].join('\r\n'));

test('payments and refunds, as they stand there', () => {
  expect(
    read('payment,T1,41000,KHR,2026-11-21T09:30:00+07:00', '"refund", T-2 ,10.50,USD,2026-11-21T03:00Z', ''),
  ).toEqual([
    { type: 'payment', transaction: 'T1', amount: money(KHR, 41_000n), at: Date.UTC(2026, 10, 21, 2, 30) },
    { type: 'refund', transaction: 'T-2', amount: money(USD, 10_50n), at: Date.UTC(2026, 10, 21, 3) },
  ]);
});

test.each([
  ['another header', 'date,id,sum', 'statement line 1 header'],
  ['a column too few', `${HEADER}\npayment,T1,41000,KHR`, 'statement line 2 columns'],
  ['another type', `${HEADER}\nfee,T1,41000,KHR,2026-11-21T09:30:00Z`, 'statement line 2 type malformed'],
  ['no id', `${HEADER}\npayment,,41000,KHR,2026-11-21T09:30:00Z`, 'statement line 2 transaction malformed'],
  ['separators', `${HEADER}\npayment,T1,"41,000",KHR,2026-11-21T09:30:00Z`, 'statement line 2 amount decimal'],
  ['a sign', `${HEADER}\nrefund,T1,-5,USD,2026-11-21T09:30:00Z`, 'statement line 2 amount decimal'],
  ['nothing', `${HEADER}\npayment,T1,0,KHR,2026-11-21T09:30:00Z`, 'statement line 2 amount malformed'],
  ['half a riel', `${HEADER}\npayment,T1,0.5,KHR,2026-11-21T09:30:00Z`, 'statement line 2 amount too-precise'],
  ['another currency', `${HEADER}\npayment,T1,5,EUR,2026-11-21T09:30:00Z`, 'statement line 2 currency malformed'],
  ['no zone', `${HEADER}\npayment,T1,5,USD,2026-11-21T09:30:00`, 'statement line 2 at malformed'],
  ['no such time', `${HEADER}\npayment,T1,5,USD,2026-13-41T09:30:00Z`, 'statement line 2 at malformed'],
  ['an open quote', `${HEADER}\n"payment,T1,5,USD,2026-11-21T09:30:00Z`, 'statement line 2 csv'],
  ['too much of it', 'x'.repeat(2_000_001), 'statement too-large'],
])('%s is refused by line and column', (_what, text, refusal) => {
  let error: unknown = null;
  try {
    readStatement(text);
  } catch (thrown) {
    error = thrown;
  }
  expect(isInputError(error) && `${error.field} ${error.rule}`).toBe(refusal);
});

property.prop([fc.string({ maxLength: 400, unit: 'binary' })])(
  'any text is read, or refused by name and never repeated',
  (text) => {
    try {
      read(text);
    } catch (error) {
      expect(isInputError(error)).toBe(true);
    }
  },
);
