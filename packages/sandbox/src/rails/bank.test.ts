import { KHR, money } from '@rielrails/core';
import { expect, test } from 'vitest';
import { createBankApp } from './bank.ts';
import { receivingAccount } from './receiving-account.ts';

const tag = (name: string, value: string) => name + String(value.length).padStart(2, '0') + value;
const qrOf = (name: '29' | '30', account: string) =>
  tag('00', '01') + tag('01', '12') + tag(name, tag('00', account) + tag('01', '000123')) + tag('53', '116');

test.each([
  ['a person’s', qrOf('29', 'dara@aclb'), 'dara@aclb'],
  ['a merchant’s', qrOf('30', 'abaakhppxxx@abaa'), 'abaakhppxxx@abaa'],
  ['none', tag('00', '01'), null],
  ['no KHQR', 'https://example.com', null],
  ['a length beyond the end', '2999000', null],
])('the account of %s code', (_whose, qr, account) => {
  expect(receivingAccount(qr)).toBe(account);
});

function bank() {
  const asked: string[] = [];
  const app = (name: string) => ({
    async payByQr(qr: string) {
      asked.push(`${name} ${qr}`);
      return { outcome: 'refused', message: 'no' } as const;
    },
  });
  const apay = {
    payer: {
      async transfer(account: string) {
        if (account !== '012345678') throw new RangeError('payer: there is no such account');
        return 'W1';
      },
    },
  };
  return { asked, app: createBankApp({ payway: app('payway'), bakong: app('bakong'), apay: apay as never }) };
}

test('money moves where the account is kept', async () => {
  const { asked, app } = bank();
  const [aba, other] = [qrOf('30', 'abaakhppxxx@abaa'), qrOf('30', 'shop@devb')];
  await app.payByQr(aba);
  await app.payByQr(other);
  await app.payByQr('nonsense');
  expect(asked).toEqual([`payway ${aba}`, `bakong ${other}`, 'bakong nonsense']);
});

test('a transfer gives its number, and one to nobody is refused in words', async () => {
  const { app } = bank();
  expect(await app.transfer('012345678', money(KHR, 1n))).toEqual({ outcome: 'paid', transaction: 'W1' });
  expect(await app.transfer('999999999', money(KHR, 1n))).toEqual({
    outcome: 'refused',
    message: 'there is no such account',
  });
});
