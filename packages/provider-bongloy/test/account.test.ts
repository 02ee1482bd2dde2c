import type { FaultName } from '@rielrails/kit/emulator';
import { expect, test } from 'vitest';
import { createBongloyAccount } from '../src/index.ts';
import { applied, cents, openWorld } from './world.ts';

const nobody = '6840bf2c-0000-4000-8000-000000000001';

function open() {
  const world = openWorld({}, { capture: 'by-hand' });
  const account = createBongloyAccount(world.config, world.runtime);
  const held = async () => {
    const target = await world.created();
    const token = await world.emulator.payer.payWith('success');
    applied(await world.provider.complete({ target, token }));
    const body = world.emulator.webhooks.sent.at(-1)?.body ?? '';
    return { target, id: (JSON.parse(body) as { data: { object: { id: string } } }).data.object.id };
  };
  return { ...world, account, held };
}

test('a held card is captured once; the payment is paid from then on', async () => {
  const { account, provider, held } = open();
  const { id, target } = await held();
  expect(await account.charge(id)).toMatchObject({
    captured: false,
    amount: cents(1500n),
    refunded: cents(0n),
    status: 'succeeded',
  });
  expect(await account.capture(id)).toMatchObject({ outcome: 'applied', value: { id, captured: true } });
  expect(await provider.get(target)).toMatchObject({ status: 'paid', receipts: [{ transaction: id }] });
  expect(await account.capture(id)).toMatchObject({ outcome: 'refused', fault: { kind: 'conflict' } });
});

test.each<FaultName>(['timeout-after-apply', 'reset-after-apply', 'http-500-after-apply', 'unreadable-200'])(
  'a capture whose answer is lost (%s) is unknown, and the charge tells it',
  async (fault) => {
    const { account, emulator, runtime, held } = open();
    const { id } = await held();
    emulator.faults.add(fault, { route: 'capture-charge' });
    expect(await runtime.clock.run(() => account.capture(id))).toMatchObject({ outcome: 'unknown' });
    expect(await account.charge(id)).toMatchObject({ captured: true });
  },
);

test('customers and their cards', async () => {
  const { account, emulator } = open();
  const { id } = applied(await account.createCustomer({ email: 'dara@shop.example', description: 'Dara' }));
  expect(await account.customer(id)).toEqual({ id, email: 'dara@shop.example', description: 'Dara' });
  expect(await account.cards(id)).toEqual([]);
  const token = await emulator.payer.payWith('success');
  expect(await account.token(token)).toEqual({ id: token, used: false });
  const card = applied(await account.addCard({ customer: id, token }));
  expect(card).toMatchObject({ brand: 'unionpay', last4: '0005' });
  expect(await account.cards(id)).toEqual([card]);
  expect(await account.token(token)).toEqual({ id: token, used: true });
  expect(await account.addCard({ customer: id, token })).toMatchObject({
    outcome: 'unknown',
    fault: { reason: 'duplicate' },
  });
});

test('what is not there is null, and what is no id is never sent', async () => {
  const { account, emulator } = open();
  for (const read of [account.charge, account.token, account.customer, account.cards]) {
    expect(await read(nobody)).toBeNull();
    const before = emulator.exchanges.length;
    expect(await read('../refunds')).toBeNull();
    expect(emulator.exchanges).toHaveLength(before);
  }
  const refused = { outcome: 'refused', fault: { kind: 'invalid' } };
  const before = emulator.exchanges.length;
  expect(await account.capture('6200000000000005')).toMatchObject(refused);
  expect(await account.addCard({ customer: nobody, token: '6200000000000005' })).toMatchObject(refused);
  expect(await account.createCustomer({ description: 'card 6200 0000 0000 0005' })).toMatchObject(refused);
  expect(emulator.exchanges).toHaveLength(before);
  expect(await account.capture(nobody)).toMatchObject({ outcome: 'refused', fault: { kind: 'not-found' } });
});
