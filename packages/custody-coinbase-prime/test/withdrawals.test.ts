import { checkAddress, parseReference } from '@rielrails/core';
import type { CheckedAddress, Instant, OwnAddress } from '@rielrails/core';
import type { FaultName } from '@rielrails/kit/emulator';
import { expect, test } from 'vitest';
import { createCoinbasePrime } from '../src/index.ts';
import { applied, changing, freshReference, openWorld, sats } from './world.ts';

test('a withdrawal is asked for once, in whole units, on the named network, under the key of its reference', async () => {
  const world = await openWorld();
  const bodies: unknown[] = [];
  const custody = changing(world, async (answer, request) => {
    if (request.method === 'POST') bodies.push(await request.json());
    return answer;
  });
  const address = 'BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4';
  const input = world.withdrawal({ reference: parseReference('42'), amount: sats(123_456n), address });
  expect(applied(await custody.withdraw(input))).toEqual({
    reference: '42',
    amount: sats(123_456n),
    status: 'awaiting-approval',
    handle: world.emulator.desk.withdrawals[0]?.id,
  });
  expect(bodies).toEqual([
    {
      amount: '0.00123456',
      currency_symbol: 'BTC',
      destination_type: 'DESTINATION_BLOCKCHAIN',
      idempotency_key: 'a591d9b1-ab61-5cd2-8ea2-4fc101cce954',
      blockchain_address: { address: address.toLowerCase(), network: { id: 'bitcoin', type: 'mainnet' } },
    },
  ]);
});

test('consensus, building, broadcast, confirmed: told as it goes', async () => {
  const { custody, emulator, withdrawn } = await openWorld();
  const { input, id } = await withdrawn();
  const target = { reference: input.reference, handle: id };
  const told = async () => (await custody.get(target))?.status;
  expect(await told()).toBe('awaiting-approval');
  emulator.desk.approve(id);
  expect(await told()).toBe('awaiting-approval');
  emulator.desk.show(id, 'TRANSACTION_APPROVED');
  expect(await told()).toBe('signing');
  emulator.desk.broadcast(id);
  expect(await told()).toBe('broadcast');
  emulator.desk.show(id, 'TRANSACTION_DELAYED');
  expect(await told()).toBe('broadcast');
  await emulator.network.confirm();
  expect(await custody.get(target)).toMatchObject({ status: 'confirmed', depth: 3, fee: sats(1500n) });
});

test('people who say no, or nothing, leave the coins where they are', async () => {
  for (const decide of ['reject', 'cancel', 'expire'] as const) {
    const { custody, emulator, withdrawn } = await openWorld();
    const { input, id } = await withdrawn();
    emulator.desk[decide](id);
    expect(await custody.get(input)).toMatchObject({ status: 'failed', fundsReturned: true });
    expect(await custody.balance(sats(0n).asset)).toEqual({ available: sats(100_000_000n), pending: sats(0n) });
    expect(emulator.applied.withdrawals).toEqual([]);
  }
});

test('what failed on the chain needs a person', async () => {
  const { custody, emulator, withdrawn } = await openWorld();
  const { input, id } = await withdrawn();
  emulator.desk.broadcast(id);
  emulator.desk.fail(id);
  expect(await custody.get(input)).toMatchObject({ status: 'failed', fundsReturned: false });
});

test('a repeat asks for nothing, and is told as the duplicate that a lookup finds', async () => {
  for (const usedKey of ['replays', 'fails'] as const) {
    const { custody, emulator, withdrawn } = await openWorld({ usedKey });
    const { input, id } = await withdrawn();
    emulator.desk.broadcast(id);
    const asked = () => emulator.exchanges.filter(({ method }) => method === 'POST').length;
    const before = asked();
    expect(await custody.withdraw(input)).toMatchObject({ outcome: 'unknown', fault: { reason: 'duplicate' } });
    expect(await custody.get(input)).toMatchObject({ status: 'broadcast' });
    expect(asked()).toBe(before);
  }
});

test('a repeat that the list does not show yet is left to the key', async () => {
  const blind = (world: Awaited<ReturnType<typeof openWorld>>) =>
    changing(world, (answer, { url }) =>
      url.includes('/transactions?') ? Response.json({ transactions: [], pagination: { has_next: false } }) : answer,
    );
  const replaying = await openWorld({ usedKey: 'replays' });
  const { input } = await replaying.withdrawn();
  expect(await blind(replaying).withdraw(input)).toMatchObject({ outcome: 'applied' });
  // A key that was used for another address or amount: nothing new was made, and the old one is not called ours.
  for (const change of [{}, { amount: sats(200_000n) }]) {
    const other = replaying.withdrawal({ reference: input.reference, ...change });
    expect(await blind(replaying).withdraw(other)).toMatchObject({ fault: { reason: 'echo-mismatch' } });
  }
  expect(replaying.emulator.desk.withdrawals).toHaveLength(1);

  const failing = await openWorld({ usedKey: 'fails' });
  const second = (await failing.withdrawn()).input;
  expect(await blind(failing).withdraw(second)).toMatchObject({ outcome: 'unknown', fault: { reason: 'duplicate' } });
  expect(failing.emulator.desk.withdrawals).toHaveLength(1);
});

test('a reference that was used for another address or amount is a duplicate, and is not sent', async () => {
  const { custody, emulator, withdrawal, withdrawn } = await openWorld();
  const { reference } = (await withdrawn()).input;
  for (const change of [{}, { amount: sats(200_000n) }])
    expect(await custody.withdraw(withdrawal({ reference, ...change }))).toMatchObject({
      outcome: 'unknown',
      fault: { reason: 'duplicate' },
    });
  expect(emulator.exchanges.filter(({ method }) => method === 'POST')).toHaveLength(1);
});

test.each<[string, object]>([
  ['more than there is', { kind: 'declined', providerCode: 'rpc-9' }],
  ['an address that is not trusted', { kind: 'declined', providerCode: 'rpc-9' }],
])('%s is declined, and nothing is sent', async (what, fault) => {
  const world = await openWorld({ addressBook: what !== 'more than there is' });
  const input = world.withdrawal(what === 'more than there is' ? { amount: sats(100_000_000n) } : {});
  expect(await world.custody.withdraw(input)).toMatchObject({ outcome: 'refused', fault });
  expect(world.emulator.applied.withdrawals).toEqual([]);
  world.emulator.desk.trust(input.destination.address.text);
  const trusted = world.withdrawal({ address: input.destination.address.text });
  expect(await world.custody.withdraw(trusted)).toMatchObject({ outcome: 'applied' });
});

test('errors of a message alone are read by their status', async () => {
  const world = await openWorld({ errors: 'message' });
  const input = world.withdrawal({ amount: sats(100_000_000n) });
  expect(await world.custody.withdraw(input)).toMatchObject({
    outcome: 'refused',
    fault: { kind: 'invalid', providerCode: 'http-400' },
  });
});

test.each<FaultName>(['timeout-after-apply', 'reset-after-apply', 'http-500-after-apply', 'unreadable-200'])(
  'an answer that is lost (%s) is unknown; the lookup finds it, and a repeat makes no second one',
  async (fault) => {
    const { custody, emulator, withdrawal, run } = await openWorld();
    const input = withdrawal();
    emulator.faults.add(fault, { route: 'create-withdrawal' });
    expect(await run(() => custody.withdraw(input))).toMatchObject({ outcome: 'unknown' });
    expect(await custody.get(input)).toMatchObject({ status: 'awaiting-approval', amount: input.amount });
    expect(await custody.withdraw(input)).toMatchObject({ outcome: 'unknown', fault: { reason: 'duplicate' } });
    expect(emulator.desk.withdrawals).toHaveLength(1);
  },
);

test('a look beforehand that fails lets nothing out', async () => {
  for (const fault of ['http-503', 'timeout-before', 'unreadable-200', 'throttled'] as const) {
    const { custody, emulator, withdrawal, run } = await openWorld();
    emulator.faults.add(fault, { route: 'list-wallet-transactions', times: 3 });
    const kind = fault === 'throttled' ? 'throttled' : 'unavailable';
    expect(await run(() => custody.withdraw(withdrawal()))).toMatchObject({ outcome: 'refused', fault: { kind } });
    expect(emulator.applied.withdrawals).toEqual([]);
  }
});

test('an answer about bitcoin on another chain, or to another address, is in doubt', async () => {
  const world = await openWorld();
  for (const change of [
    { symbol: 'basecbbtc' },
    { blockchain_destination: { address: 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4' } },
  ]) {
    const custody = changing(world, async (answer, { method }) =>
      method === 'POST' ? Response.json({ ...((await answer.json()) as object), ...change }) : answer,
    );
    expect(await custody.withdraw(world.withdrawal())).toMatchObject({ fault: { reason: 'echo-mismatch' } });
  }
});

test('what is not told is not needed: no id, no destination', async () => {
  const world = await openWorld();
  const custody = changing(world, async (answer, { method }) => {
    if (method !== 'POST') return answer;
    const { amount, symbol } = (await answer.json()) as Readonly<Record<string, unknown>>;
    return Response.json({ amount, symbol });
  });
  expect(applied(await custody.withdraw(world.withdrawal()))).not.toHaveProperty('handle');
});

test('wrong secrets, a clock that is off, a wrong portfolio or wallet: the operator has to look', async () => {
  const world = await openWorld();
  const zeros = '0'.repeat(32);
  const nobody = '6840bf2c-0000-4000-8000-000000000009';
  for (const change of [
    { accessKey: zeros },
    { passphrase: zeros },
    { signingKey: zeros },
    { portfolioId: nobody },
    { walletId: nobody },
  ]) {
    const custody = createCoinbasePrime({ ...world.config, ...change }, world.runtime);
    const config = { fault: { kind: 'config' } };
    expect(await custody.withdraw(world.withdrawal())).toMatchObject({ outcome: 'refused', ...config });
    await expect(custody.get({ reference: freshReference() })).rejects.toMatchObject(config);
    await expect(custody.balance(sats(0n).asset)).rejects.toMatchObject(config);
  }
  const { clock } = world.runtime;
  const fast = { ...clock, now: () => (clock.now() + 31_000) as Instant };
  const custody = createCoinbasePrime(world.config, { ...world.runtime, clock: fast });
  await expect(custody.get({ reference: freshReference() })).rejects.toMatchObject({
    fault: { kind: 'config', message: expect.stringContaining('clock') as string },
  });
});

test('a lookup that takes long is signed anew for every try', async () => {
  const world = await openWorld();
  const { input } = await world.withdrawn();
  const signed: (string | null)[][] = [];
  const custody = createCoinbasePrime(world.config, {
    ...world.runtime,
    fetch(request, how) {
      signed.push(['timestamp', 'signature'].map((name) => request.headers.get(`x-cb-access-${name}`)));
      return world.emulator.fetch(request, how);
    },
  });
  world.emulator.faults.add('timeout-before', { times: 2 });
  expect(await world.run(() => custody.get(input))).toMatchObject({ status: 'awaiting-approval' });
  expect(new Set(signed.flat()).size).toBe(6);
});

test('an amount of another scale, and an address that was not checked, are refused before the wire', async () => {
  const { custody, emulator, withdrawal } = await openWorld();
  const before = emulator.exchanges.length;
  const input = withdrawal();
  const milli = { asset: { code: 'BTC', scale: 5 }, minor: 1n };
  const forged = { network: 'bitcoin', text: 'bc1qforged' } as CheckedAddress as OwnAddress;
  for (const change of [{ amount: milli }, { destination: { type: 'own', address: forged } as const }])
    expect(await custody.withdraw({ ...input, ...change })).toMatchObject({ fault: { kind: 'invalid' } });
  expect(emulator.exchanges).toHaveLength(before);
});

test('deposit addresses: fresh ones for a trading balance, one for a vault', async () => {
  for (const [walletType, count] of [
    ['trading', 2],
    ['vault', 1],
  ] as const) {
    const { custody, withdrawal } = await openWorld({ walletType });
    const addresses = [await custody.depositAddress(sats(0n).asset), await custody.depositAddress(sats(0n).asset)];
    expect(new Set(addresses.map(({ text }) => text)).size).toBe(count);
    for (const { text } of addresses)
      expect(checkAddress(text, custody.manifest.address)).toMatchObject({ outcome: 'valid' });
    const { reference, amount } = withdrawal();
    const [address] = addresses;
    if (!address) throw new Error('no address');
    applied(await custody.withdraw({ reference, amount, destination: { type: 'own', address } }));
    // Within Coinbase, which the list tells as another type.
    expect(await custody.get({ reference })).toMatchObject({ status: 'awaiting-approval', amount });
  }
});

test('an address of another network, or of none, is not taken for ours', async () => {
  const world = await openWorld();
  for (const change of [
    { network: { id: 'base', type: 'mainnet' } },
    { network: { id: 'bitcoin', type: 'testnet' } },
    { address: 'tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx' },
    { address: '' },
  ]) {
    const custody = changing(world, async (answer) =>
      Response.json({ ...((await answer.json()) as object), ...change }),
    );
    await expect(custody.depositAddress(sats(0n).asset)).rejects.toMatchObject({ fault: { kind: 'unavailable' } });
  }
});

test('the balance is what can be withdrawn, to the satoshi and never more', async () => {
  const world = await openWorld();
  await world.withdrawn();
  expect(await world.custody.balance(sats(0n).asset)).toEqual({ available: sats(99_898_500n), pending: sats(0n) });
  const told = (balance: object) => changing(world, () => Response.json({ balance }));
  const finer = { symbol: 'btc', withdrawable_amount: '0.123456789' };
  expect(await told(finer).balance(sats(0n).asset)).toMatchObject({ available: sats(12_345_678n) });
  for (const strange of [{ ...finer, symbol: 'ETH' }, { symbol: 'BTC' }, { ...finer, withdrawable_amount: '-1' }])
    await expect(world.run(() => told(strange).balance(sats(0n).asset))).rejects.toMatchObject({
      fault: { kind: 'unavailable' },
    });
  const dollars = { code: 'USD', scale: 2 };
  await expect(world.custody.balance(dollars)).rejects.toMatchObject({ fault: { kind: 'invalid' } });
  await expect(world.custody.depositAddress(dollars)).rejects.toMatchObject({ fault: { kind: 'invalid' } });
});
