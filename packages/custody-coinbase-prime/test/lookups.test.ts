import { expect, test } from 'vitest';
import { changing, freshReference, openWorld, sats } from './world.ts';
import type { World } from './world.ts';

/** Other withdrawals of the same wallet, each a minute later. */
async function others(world: World, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    await world.runtime.clock.advance(60_000);
    const { key, amount, address } = {
      key: `6840bf2c-0000-4000-8000-${String(index).padStart(12, '0')}`,
      amount: '0.00001',
      address: world.emulator.network.address(),
    };
    const body = {
      amount,
      currency_symbol: 'btc',
      destination_type: 'DESTINATION_BLOCKCHAIN',
      idempotency_key: key,
      blockchain_address: { address },
    };
    const answer = await world.post('/withdrawals', body);
    expect(answer.status).toBe(200);
  }
}

test('a withdrawal is found on a later page, by its key alone', async () => {
  const world = await openWorld();
  const { input } = await world.withdrawn();
  await others(world, 230);
  const before = world.emulator.exchanges.length;
  expect(await world.custody.get({ reference: input.reference })).toMatchObject({ amount: input.amount });
  expect(world.emulator.exchanges.length - before).toBe(3);
});

test('with the handle it is one call, however long the list is', async () => {
  const world = await openWorld();
  const { input, id: handle } = await world.withdrawn();
  await others(world, 230);
  const before = world.emulator.exchanges.length;
  expect(await world.custody.get({ reference: input.reference, handle })).toMatchObject({ handle });
  expect(world.emulator.exchanges.length - before).toBe(1);
});

test('what was never asked for is absent after the whole list was read', async () => {
  const world = await openWorld();
  await others(world, 201);
  const before = world.emulator.exchanges.length;
  expect(await world.custody.get({ reference: freshReference() })).toBeNull();
  expect(world.emulator.exchanges.length - before).toBe(3);
});

test('a handle of somebody else, or of nothing, is not believed', async () => {
  const world = await openWorld();
  const { input, id } = await world.withdrawn();
  const another = await world.withdrawn();
  const { reference } = input;
  for (const handle of [another.id, '6840bf2c-0000-4000-8000-000000000009', '../balance'])
    expect(await world.custody.get({ reference, handle })).toMatchObject({ handle: id });
  expect(await world.custody.get({ reference: freshReference(), handle: id })).toBeNull();
});

test('a handle that leads to another wallet is not believed', async () => {
  const world = await openWorld();
  const { input, id } = await world.withdrawn();
  const elsewhere = changing(world, async (answer, { url }) => {
    const text = await answer.text();
    const isOne = url.includes(`/transactions/${id}`);
    return new Response(isOne ? text.replaceAll(world.config.walletId, id).replace('CREATED', 'DONE') : text, answer);
  });
  const target = { reference: input.reference, handle: id };
  expect(await elsewhere.get(target)).toMatchObject({ status: 'awaiting-approval' });
});

test('a withdrawal that tells no key cannot be ruled out, but does not hide those that do', async () => {
  const world = await openWorld();
  const { input } = await world.withdrawn();
  const id = world.emulator.desk.withdrawByHand(world.emulator.network.address(), sats(5000n));
  expect(await world.custody.get(input)).toMatchObject({ amount: input.amount });
  const { reference } = world.withdrawal();
  await expect(world.custody.get({ reference })).rejects.toMatchObject({ fault: { kind: 'unavailable' } });
  // Its id came from the answer to our own request.
  expect(await world.custody.get({ reference, handle: id })).toMatchObject({ amount: sats(5000n) });
  // To send is possible all the same: the key sees to it that it happens once.
  expect(await world.custody.withdraw(world.withdrawal({ reference }))).toMatchObject({ outcome: 'applied' });
});

test('what Prime made anew is followed, and is never called failed', async () => {
  for (const told of ['by-key', 'by-replaced-id'] as const) {
    const world = await openWorld();
    const { input, id } = await world.withdrawn();
    world.emulator.desk.broadcast(id);
    const anew = world.emulator.desk.retry(id, told);
    for (const target of [input, { reference: input.reference, handle: id }])
      expect(await world.custody.get(target)).toMatchObject({ status: 'signing', handle: anew });
    world.emulator.desk.broadcast(anew);
    const again = world.emulator.desk.retry(anew, told);
    world.emulator.desk.broadcast(again);
    await world.emulator.network.confirm();
    expect(await world.custody.get(input)).toMatchObject({ status: 'confirmed', handle: again });
    expect(world.emulator.applied.withdrawals).toHaveLength(1);
  }
});

test('what was made anew and cannot be followed stays under way', async () => {
  const world = await openWorld();
  const { input, id } = await world.withdrawn();
  world.emulator.desk.broadcast(id);
  world.emulator.desk.retry(id, 'not-at-all');
  // The new one tells no key, so that it could be anybody's: the old one is what is known.
  for (const target of [input, { reference: input.reference, handle: id }])
    expect(await world.custody.get(target)).toMatchObject({ status: 'signing', handle: id });
});

test.each<[string, object]>([
  ['goes round', { next_cursor: 'a', has_next: true }],
  ['goes on, and does not say where', { next_cursor: '', has_next: true }],
  ['goes round, and says only where', { next_cursor: 'a' }],
])('a list that %s proves nothing', async (_what, pagination) => {
  const world = await openWorld();
  const custody = changing(world, () => Response.json({ transactions: [], pagination }));
  await expect(custody.get({ reference: freshReference() })).rejects.toMatchObject({
    fault: { kind: 'unavailable', message: expect.stringContaining('to its end') as string },
  });
});

test('a list without end is given up after fifty pages', async () => {
  const world = await openWorld();
  let pages = 0;
  const custody = changing(world, () => {
    pages += 1;
    return Response.json({ transactions: [], pagination: { next_cursor: `page-${pages}`, has_next: true } });
  });
  await expect(custody.get({ reference: freshReference() })).rejects.toMatchObject({ fault: { kind: 'unavailable' } });
  expect(pages).toBe(50);
});

test.each<[string, object]>([
  ['no pages', {}],
  ['a last page that still tells a cursor', { pagination: { next_cursor: 'a', has_next: false } }],
  ['a page without a cursor', { pagination: { next_cursor: '' } }],
  ['null', { transactions: null, pagination: null }],
])('an empty list of %s is the whole list', async (_what, body) => {
  const world = await openWorld();
  const custody = changing(world, () => Response.json({ transactions: [], ...body }));
  expect(await custody.get({ reference: freshReference() })).toBeNull();
});

test('a lookup that meets another asset under our key answers nothing', async () => {
  const world = await openWorld();
  const { input } = await world.withdrawn();
  const custody = changing(
    world,
    async (answer) => new Response((await answer.text()).replaceAll('"symbol":"BTC"', '"symbol":"CBBTC"'), answer),
  );
  await expect(custody.get(input)).rejects.toMatchObject({ fault: { kind: 'unavailable' } });
});

test('after too many calls a lookup does not wait half a minute, and says so', async () => {
  const world = await openWorld();
  world.emulator.faults.add('throttled');
  await expect(world.custody.get({ reference: freshReference() })).rejects.toMatchObject({
    fault: { kind: 'throttled', retryAfterMs: 30_000 },
  });
});
