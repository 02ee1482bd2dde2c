// Bakong sends nothing: what can be forged, changed or told again is the answer to a lookup.

import { expect, test } from 'vitest';
import { riel, openWorld } from './world.ts';

test.each(['x'.repeat(40), 'eyJhbGciOiJIUzI1NiJ9.e30.'])('with the token %s nothing is learnt', async (token) => {
  const { shown, emulator, get } = openWorld({}, { token });
  const target = await shown();
  await emulator.payByQr(target.qr);
  await expect(get(target)).rejects.toMatchObject({ fault: { kind: 'config' } });
});

test.each([
  ['upper-case', (md5: string) => md5.toUpperCase()],
  ['base64', (md5: string) => Buffer.from(md5, 'hex').toString('base64')],
  ['cut short', (md5: string) => md5.slice(1)],
])('an md5 that is %s is no name of a payment, and nobody is asked', async (_what, written) => {
  const { emulator, shown, get, calls } = openWorld();
  const target = await shown();
  await emulator.payByQr(target.qr);
  const md5 = /[0-9a-f]{32}/.exec(target.handle)?.[0] ?? '';
  expect(md5).not.toBe('');
  const before = calls();
  expect(await get({ ...target, handle: target.handle.replace(md5, written(md5)) }).catch(() => null)).toBeNull();
  expect(calls()).toBe(before);
});

test.each([39_999n, 40_001n])(
  '%i riel for 40,000 are told as they came, never as the amount of the QR',
  async (minor) => {
    const { emulator, shown, get } = openWorld({ takesWrongPayments: true });
    const target = await shown();
    await emulator.payByQr(target.qr, { amount: riel(minor) });
    expect(await get(target)).toMatchObject({ requested: riel(40_000n), receipts: [{ amount: riel(minor) }] });
  },
);

test('the payment of another merchant, under our md5, is no payment of ours', async () => {
  const { emulator, shown, get } = openWorld();
  const target = await shown();
  emulator.misdirect('another.merchant@abaa');
  await emulator.payByQr(target.qr);
  await expect(get(target)).rejects.toMatchObject({ fault: { kind: 'unavailable' } });
});

test('a payment of a year ago is the same one receipt, and pays no other request', async () => {
  const { bakong, emulator, shown, get, runtime } = openWorld();
  const old = await shown();
  await emulator.payByQr(old.qr);
  const before = await get(old);
  await runtime.clock.advance(365 * 86_400_000);
  await bakong.api.renewToken('shop@example.com');
  expect((await get(old))?.receipts).toEqual(before?.receipts);
  const fresh = await shown();
  expect(await get(fresh)).toMatchObject({ status: 'awaiting-payer', receipts: [] });
});
