import { BTC, money, ProviderError } from '@rielrails/core';
import { expect, test } from 'vitest';
import { createBinanceCustody } from '../src/custody/index.ts';
import { createBinanceCustodyLab as createLab } from './custody-lab.ts';

const DAY_MS = 86_400_000;

test('what arrives is the amount; the fee of the moment is added to what leaves', async () => {
  const lab = createLab();
  const bodies: URLSearchParams[] = [];
  const watched = createLab({
    between: (next) => async (request, init) => {
      if (request.method === 'POST') bodies.push(new URLSearchParams(await request.clone().text()));
      return next(request, init);
    },
  });
  watched.venue.network.setFee('0.00002345');
  const input = watched.input();
  expect(await watched.withdraw(input)).toEqual({
    outcome: 'applied',
    value: { reference: input.reference, amount: input.amount, fee: money(BTC, 2345n), status: 'signing' },
  });
  expect(Object.fromEntries(bodies[0] ?? [])).toMatchObject({
    coin: 'BTC',
    network: 'BTC',
    address: input.destination.address.text,
    amount: '0.00102345',
    withdrawOrderId: input.reference,
  });
  expect(bodies[0]?.has('addressTag')).toBe(false);
  expect(watched.venue.applied.withdrawals).toEqual([
    { reference: input.reference, address: input.destination.address.text, amount: input.amount },
  ]);
  expect(watched.venue.market.balance('BTC').free).toBe('2.99897655');
  expect(lab.venue.applied.withdrawals).toEqual([]);
});

test('a withdrawal is followed from signing through the chain', async () => {
  const lab = createLab();
  const { reference, ...rest } = lab.input();
  await lab.withdraw({ reference, ...rest });
  expect(await lab.get(reference)).toMatchObject({ status: 'signing', amount: rest.amount, fee: money(BTC, 1500n) });
  lab.venue.network.send();
  const sent = await lab.get(reference);
  expect(sent).toMatchObject({ status: 'broadcast', transactionId: expect.stringMatching(/^[0-9a-f]{64}$/) });
  await lab.venue.network.confirm(1);
  expect(await lab.get(reference)).toMatchObject({ status: 'confirmed', depth: 6 });
  await lab.venue.network.confirm(9);
  expect(await lab.get(reference)).toMatchObject({ status: 'confirmed', depth: 10 });
});

test.each([
  [0, { status: 'awaiting-approval' }],
  [2, { status: 'awaiting-approval' }],
  [1, { status: 'failed', fundsReturned: true }],
  [3, { status: 'failed', fundsReturned: true }],
  [5, { status: 'failed', fundsReturned: false }],
  [4, { status: 'signing' }],
  [7, { status: 'signing' }],
] as const)('the status %i means %o', async (status, expected) => {
  const lab = createLab();
  const input = lab.input();
  await lab.withdraw(input);
  lab.venue.network.end(input.reference, status);
  expect(await lab.get(input.reference)).toMatchObject(expected);
});

test('completed without a transaction is not confirmed; one inside the venue has a name of its own', async () => {
  let change: object = { txId: '' };
  const lab = createLab({
    between: (next) => async (request, init) => {
      const answer = await next(request, init);
      if (!request.url.includes('/history')) return answer;
      return Response.json(((await answer.json()) as object[]).map((row) => ({ ...row, ...change })));
    },
  });
  const input = lab.input();
  await lab.withdraw(input);
  await lab.venue.network.confirm(1);
  expect(await lab.get(input.reference)).toMatchObject({ status: 'signing' });
  change = { txId: 'Internal transfer 47829371', transferType: 1, confirmNo: null };
  expect(await lab.get(input.reference)).toMatchObject({
    status: 'confirmed',
    transactionId: 'Internal transfer 47829371',
    depth: 6,
  });
});

test('a withdrawal of months ago is found in an older window, and one beyond the last is not', async () => {
  const lab = createLab({ config: { lookbackDays: 200 } });
  const input = lab.input();
  await lab.withdraw(input);
  await lab.venue.network.confirm(6);
  await lab.runtime.clock.advance(190 * DAY_MS);
  const before = lab.calls('withdraw-history');
  expect(await lab.get(input.reference)).toMatchObject({ status: 'confirmed' });
  expect(lab.calls('withdraw-history') - before).toBe(3);
  await lab.runtime.clock.advance(11 * DAY_MS);
  expect(await lab.get(input.reference)).toBeNull();
});

test('a list of more than a page is read to its end', async () => {
  const lab = createLab();
  const input = lab.input();
  await lab.withdraw(input);
  const before = lab.calls('withdraw-history');
  const offsets: string[] = [];
  const paged = createLab({
    between: (next) => async (request, init) => {
      if (!request.url.includes('/history')) return next(request, init);
      const offset = new URL(request.url).searchParams.get('offset') ?? '';
      offsets.push(offset);
      const answer = (await (await next(request, init)).json()) as object[];
      const other = { id: 'x', amount: '1', transactionFee: '0', status: 6, txId: 'y', withdrawOrderId: 'other' };
      return Response.json(offset === '2000' ? answer : Array.from({ length: 1000 }, () => other));
    },
  });
  expect(await paged.get(paged.reference())).toBeNull();
  expect(offsets).toEqual(['0', '1000', '2000']);
  expect(lab.calls('withdraw-history')).toBe(before);
});

test('a list without end is given up, and proves nothing', async () => {
  let asked = 0;
  const lab = createLab({
    between: (next) => async (request, init) => {
      if (!request.url.includes('/history')) return next(request, init);
      if ((asked += 1) > 60) throw new Error('asked too often');
      const other = { id: 'x', amount: '1', transactionFee: '0', status: 6, txId: 'y', withdrawOrderId: 'other' };
      return Response.json(Array.from({ length: 1000 }, () => other));
    },
  });
  await expect(lab.get(lab.reference())).rejects.toMatchObject({
    fault: { kind: 'unavailable' },
    message: expect.stringContaining('could not be read to its end'),
  });
  expect(await lab.withdraw(lab.input())).toMatchObject({ outcome: 'refused', fault: { kind: 'unavailable' } });
});

test('two withdrawals under one reference are for a person', async () => {
  const lab = createLab({
    between: (next) => async (request, init) => {
      const answer = await next(request, init);
      if (!request.url.includes('/history')) return answer;
      const rows = (await answer.json()) as object[];
      return Response.json([...rows, ...rows]);
    },
  });
  const input = lab.input();
  await lab.withdraw(input);
  await expect(lab.get(input.reference)).rejects.toMatchObject({
    fault: { kind: 'unavailable' },
    message: expect.stringContaining('several withdrawals bear this reference'),
  });
});

test('a reference that was used is never sent again, although the venue would take it', async () => {
  const lab = createLab();
  const input = lab.input();
  await lab.withdraw(input);
  expect(await lab.withdraw(input)).toMatchObject({ outcome: 'unknown', fault: { reason: 'duplicate' } });
  expect(lab.venue.applied.withdrawals).toHaveLength(1);
});

test('two withdrawals of one reference at once send one', async () => {
  const lab = createLab();
  const input = lab.input();
  const both = await lab.runtime.clock.run(() => Promise.all([1, 2].map(() => lab.custody.withdraw(input))));
  expect(both.map(({ outcome }) => outcome).sort()).toEqual(['applied', 'unknown']);
  expect(lab.venue.applied.withdrawals).toHaveLength(1);
});

test('a lookup that cannot be had before a withdrawal means: nothing was sent', async () => {
  const lab = createLab();
  lab.venue.faults.add('reset-after-apply', { route: 'withdraw-history', times: 3 });
  expect(await lab.withdraw(lab.input())).toMatchObject({ outcome: 'refused', fault: { kind: 'unavailable' } });
  expect(lab.calls('withdraw')).toBe(0);
});

test('in doubt and not listed yet is not "not sent": absence never proves it', async () => {
  const lab = createLab();
  const input = lab.input();
  lab.venue.venue.lag(600_000);
  lab.venue.faults.add('timeout-after-apply', { route: 'withdraw' });
  expect(await lab.withdraw(input)).toMatchObject({ outcome: 'unknown', fault: { reason: 'timeout' } });
  expect(await lab.get(input.reference)).toBeNull();
  expect(lab.custody.manifest.get.notFoundIsFinalAfterMs).toBe('never');
  await lab.runtime.clock.advance(600_000);
  expect(await lab.get(input.reference)).toMatchObject({ status: 'signing' });
});

test('bitcoin that does not leave the venue, or too little of it, is refused before anything is sent', async () => {
  const lab = createLab();
  lab.venue.network.suspend(true);
  expect(await lab.withdraw(lab.input())).toMatchObject({
    fault: { kind: 'declined', reason: 'withdrawals-suspended' },
  });
  lab.venue.network.suspend(false);
  const little = lab.input({ amount: money(BTC, 8_499n) });
  expect(await lab.withdraw(little)).toMatchObject({ outcome: 'refused', fault: { kind: 'invalid' } });
  expect(lab.calls('withdraw')).toBe(0);
  expect(await lab.withdraw(lab.input({ amount: money(BTC, 8_500n) }))).toMatchObject({ outcome: 'applied' });
});

test('a venue that wants a memo on the bitcoin network is not spoken with further', async () => {
  const lab = createLab({
    between: (next) => async (request, init) => {
      const answer = await next(request, init);
      if (!request.url.includes('/getall')) return answer;
      return new Response((await answer.text()).replaceAll('"withdrawTag":false', '"withdrawTag":true'));
    },
  });
  expect(await lab.withdraw(lab.input())).toMatchObject({ outcome: 'refused', fault: { kind: 'config' } });
  expect(lab.calls('withdraw')).toBe(0);
});

test('an address that is not on the list of the account is declined; a key without the right is a configuration', async () => {
  const lab = createLab();
  lab.venue.network.list([]);
  expect(await lab.withdraw(lab.input())).toMatchObject({ fault: { kind: 'declined', reason: 'address-not-listed' } });
  lab.venue.venue.permitWithdrawals(false);
  expect(await lab.withdraw(lab.input())).toMatchObject({ fault: { kind: 'config', providerCode: '-2015' } });
  const asked = lab.venue.exchanges.length;
  expect(await lab.withdraw(lab.input())).toMatchObject({ outcome: 'refused', fault: { kind: 'unavailable' } });
  expect(lab.venue.exchanges).toHaveLength(asked);
});

test('to an address of our own no clearance is needed', async () => {
  const lab = createLab();
  const own = 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4';
  expect(await lab.withdraw(lab.input({ own }))).toMatchObject({ outcome: 'applied' });
  expect(lab.venue.applied.withdrawals[0]?.address).toBe(own);
});

test('the balance is what is free, and the fee is that of the bitcoin network', async () => {
  const lab = createLab();
  lab.venue.network.setFee('0.00003');
  const { clock } = lab.runtime;
  expect(await clock.run(() => lab.custody.balance(BTC))).toEqual({
    available: money(BTC, 300_000_000n),
    pending: money(BTC, 0n),
  });
  expect(await clock.run(() => lab.custody.estimateFee({ amount: money(BTC, 1n) }))).toEqual(money(BTC, 3000n));
});

test('however many lookups are wanted at once, the account is never asked for more than it is granted', async () => {
  const lab = createLab();
  const found = await lab.runtime.clock.run(() =>
    Promise.all(Array.from({ length: 30 }, () => lab.custody.get({ reference: lab.reference() }))),
  );
  expect(found.every((one) => one === null)).toBe(true);
  expect(lab.venue.exchanges.every(({ status }) => status === 200)).toBe(true);
});

test.each([
  ['secret', { secret: '' }],
  ['lookbackDays', { lookbackDays: 6 }],
  ['depthWhenComplete', { depthWhenComplete: 0 }],
  ['network', { network: 'dogecoin' }],
  ['leverage', { leverage: 2 }],
])('a bad %s is refused by name', (field, change) => {
  const config = { apiKey: 'a'.repeat(64), secret: 'b'.repeat(64), ...change };
  expect(() => createBinanceCustody(config as never)).toThrow(ProviderError);
  expect(() => createBinanceCustody(config as never)).toThrow(field);
});
