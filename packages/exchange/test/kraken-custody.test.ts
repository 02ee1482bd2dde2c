import { BTC, money, ProviderError } from '@rielrails/core';
import { expect, test } from 'vitest';
import { createKrakenCustody, createMemoryJournal } from '../src/custody/index.ts';
import { createKrakenEmulator } from '../src/kraken-emulator/index.ts';
import { createKrakenCustodyLab as createLab } from './custody-lab.ts';

const STRANGER = 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4';

test('what arrives is the amount; the venue itself says what has to leave, and may not take more', async () => {
  const bodies: URLSearchParams[] = [];
  const lab = createLab({
    between: (next) => async (request, init) => {
      if (request.url.endsWith('/Withdraw')) bodies.push(new URLSearchParams(await request.clone().text()));
      return next(request, init);
    },
  });
  const input = lab.input();
  expect(await lab.withdraw(input)).toEqual({
    outcome: 'applied',
    value: { reference: input.reference, amount: input.amount, fee: money(BTC, 2000n), status: 'signing' },
  });
  const { text: address } = input.destination.address;
  expect(Object.fromEntries(bodies[0] ?? [])).toMatchObject({
    asset: 'XBT',
    key: lab.venue.withdrawalKeys[address],
    address,
    amount: '0.00102000',
    max_fee: '0.00002000',
  });
  expect(lab.venue.applied.withdrawals).toMatchObject([{ address, amount: input.amount }]);
});

test('customers and ourselves are paid at registered addresses, and nobody elsewhere', async () => {
  const lab = createLab();
  const registered = lab.venue.network.address();
  expect(await lab.withdraw(lab.input({ own: registered }))).toMatchObject({ outcome: 'applied' });
  for (const input of [lab.input({ customer: STRANGER }), lab.input({ own: STRANGER })]) {
    expect(await lab.withdraw(input)).toMatchObject({
      outcome: 'refused',
      fault: { kind: 'declined', reason: 'address-not-registered' },
    });
  }
  expect(lab.venue.applied.withdrawals).toHaveLength(1);
});

test('a withdrawal is followed from signing through the chain', async () => {
  const lab = createLab();
  const { reference, ...rest } = lab.input();
  await lab.withdraw({ reference, ...rest });
  expect(await lab.get(reference)).toMatchObject({ status: 'signing', amount: rest.amount, fee: money(BTC, 2000n) });
  lab.venue.network.send();
  expect(await lab.get(reference)).toMatchObject({ status: 'broadcast', transactionId: expect.any(String) });
  await lab.venue.network.confirm(1);
  expect(await lab.get(reference)).toMatchObject({ status: 'confirmed', depth: 6 });
});

test.each([
  ['Initial', { status: 'awaiting-approval' }],
  ['Pending onhold', { status: 'awaiting-approval' }],
  ['Pending cancel-pending', { status: 'signing' }],
  ['Failure', { status: 'failed', fundsReturned: false }],
  ['Failure canceled', { status: 'failed', fundsReturned: true }],
  ['Success', { status: 'signing' }],
  ['Limbo', { status: 'signing' }],
] as const)('"%s" without a transaction means %o', async (word, expected) => {
  const lab = createLab();
  const input = lab.input();
  await lab.withdraw(input);
  lab.venue.network.end(lab.venue.applied.withdrawals[0]?.reference ?? '', word);
  expect(await lab.get(input.reference)).toMatchObject(expected);
});

test('a withdrawal whose answer was lost is found by address, amount and time, and then by its name', async () => {
  const journal = createMemoryJournal();
  const lab = createLab({ journal });
  const [other, ours] = [lab.input(), lab.input()];
  await lab.withdraw(other);
  lab.venue.faults.add('timeout-after-apply', { route: 'withdraw' });
  expect(await lab.withdraw(ours)).toMatchObject({ outcome: 'unknown' });
  expect(await journal.find(ours.reference)).toMatchObject({ refid: null });
  expect(await lab.get(ours.reference)).toMatchObject({ status: 'signing', amount: ours.amount });
  expect((await journal.find(ours.reference))?.refid).toBe(lab.venue.applied.withdrawals[1]?.reference);
});

test('an equal withdrawal of somebody else at the account makes the doubt one for a person', async () => {
  const lab = createLab();
  const own = lab.venue.network.address();
  const input = lab.input({ own });
  lab.venue.faults.add('timeout-after-apply', { route: 'withdraw' });
  await lab.withdraw(input);
  const elsewhere = createKrakenCustody(
    { ...lab.venue.config, withdrawalKeys: lab.venue.withdrawalKeys },
    { journal: createMemoryJournal() },
    { ...lab.runtime, fetch: lab.venue.fetch },
  );
  await lab.runtime.clock.advance(1000);
  await lab.runtime.clock.run(() => elsewhere.withdraw(lab.input({ own })));
  await expect(lab.get(input.reference)).rejects.toMatchObject({
    fault: { kind: 'unavailable' },
    message: expect.stringContaining('several withdrawals could be this one'),
  });
});

test('while one is in doubt an equal one is not sent; another amount is; and it is once the doubt is gone', async () => {
  const lab = createLab();
  const own = lab.venue.network.address();
  const first = lab.input({ own });
  lab.venue.faults.add('reset-after-apply', { route: 'withdraw' });
  expect(await lab.withdraw(first)).toMatchObject({ outcome: 'unknown' });
  expect(await lab.withdraw(lab.input({ own }))).toMatchObject({
    outcome: 'refused',
    fault: { kind: 'unavailable', message: expect.stringContaining('is in doubt') },
  });
  expect(await lab.withdraw(lab.input({ own, amount: money(BTC, 100_001n) }))).toMatchObject({ outcome: 'applied' });
  expect(await lab.get(first.reference)).toMatchObject({ status: 'signing' });
  expect(await lab.withdraw(lab.input({ own }))).toMatchObject({ outcome: 'applied' });
  expect(lab.venue.applied.withdrawals).toHaveLength(3);
});

test.each([
  ['refused-connection', 'unavailable'],
  ['throttled', 'throttled'],
] as const)('%s proves that nothing was sent, and the same reference may be used again', async (fault, kind) => {
  const lab = createLab();
  const input = lab.input();
  lab.venue.faults.add(fault, { route: 'withdraw' });
  expect(await lab.withdraw(input)).toMatchObject({ outcome: 'refused', fault: { kind } });
  await lab.runtime.clock.advance(15_000);
  expect(await lab.get(input.reference)).toBeNull();
  expect(await lab.withdraw(input)).toMatchObject({ outcome: 'applied' });
});

test('a withdrawal that never arrived stays in doubt, and is not sent again', async () => {
  const lab = createLab();
  const input = lab.input();
  lab.venue.faults.add('timeout-before', { route: 'withdraw' });
  expect(await lab.withdraw(input)).toMatchObject({ outcome: 'unknown' });
  expect(await lab.get(input.reference)).toBeNull();
  expect(await lab.withdraw(input)).toMatchObject({ outcome: 'unknown', fault: { reason: 'duplicate' } });
  expect(lab.calls('withdraw')).toBe(1);
  expect(lab.custody.manifest.get.notFoundIsFinalAfterMs).toBe('never');
});

test('a crash between the answer and the journal loses nothing', async () => {
  const journal = createMemoryJournal();
  const crashing = { ...journal, settle: () => Promise.reject(new Error('killed')) };
  const lab = createLab({ journal: crashing });
  const input = lab.input();
  expect(await lab.withdraw(input)).toMatchObject({ outcome: 'unknown' });
  const restarted = createKrakenCustody(
    { ...lab.venue.config, withdrawalKeys: lab.venue.withdrawalKeys },
    { journal },
    { ...lab.runtime, fetch: lab.venue.fetch },
  );
  await lab.runtime.clock.advance(1000);
  expect(await lab.runtime.clock.run(() => restarted.get({ reference: input.reference }))).toMatchObject({
    status: 'signing',
  });
  expect(lab.venue.applied.withdrawals).toHaveLength(1);
});

test.each(['find', 'begin'] as const)('a journal that cannot be asked (%s) sends nothing', async (method) => {
  const journal = { ...createMemoryJournal(), [method]: () => Promise.reject(new Error('down')) };
  const lab = createLab({ journal });
  expect(await lab.withdraw(lab.input())).toMatchObject({ outcome: 'refused', fault: { kind: 'unavailable' } });
  expect(lab.calls('withdraw')).toBe(0);
});

test('a fee that rose in the meantime sends nothing', async () => {
  const lab = createLab({
    between: (next) => (request, init) => {
      if (request.url.endsWith('/Withdraw')) lab.venue.network.setFee('0.00009');
      return next(request, init);
    },
  });
  expect(await lab.withdraw(lab.input())).toMatchObject({
    outcome: 'refused',
    fault: { kind: 'declined', reason: 'fee-rose' },
  });
  expect(lab.venue.applied.withdrawals).toEqual([]);
});

test('a venue that reckons fees in another way than we do is not sent anything', async () => {
  const lab = createLab({
    between: (next) => async (request, init) => {
      const answer = await next(request, init);
      if (!request.url.endsWith('/WithdrawInfo')) return answer;
      const body = (await answer.json()) as { result: object };
      return Response.json({ ...body, result: { ...body.result, amount: '0.00100001' } });
    },
  });
  expect(await lab.withdraw(lab.input())).toMatchObject({
    outcome: 'refused',
    fault: { kind: 'unavailable', message: expect.stringContaining('another amount arrive') },
  });
  expect(lab.calls('withdraw')).toBe(0);
});

test('a list of many pages is read to the withdrawal that is looked for', async () => {
  let pages = 0;
  const lab = createLab({
    between: (next) => async (request, init) => {
      if (!request.url.endsWith('/WithdrawStatus')) return next(request, init);
      const parameters = new URLSearchParams(await request.clone().text());
      const answer = (await (await next(request, init)).json()) as { result: { withdrawals: object[] } };
      pages += 1;
      if (parameters.get('cursor') === 'true' && pages === 1)
        return Response.json({ error: [], result: { withdrawals: [], next_cursor: 'page-0' } });
      return Response.json(answer);
    },
  });
  const input = lab.input();
  await lab.withdraw(input);
  expect(await lab.get(input.reference)).toMatchObject({ status: 'signing' });
  expect(pages).toBe(2);
});

/** Rows of the list, changed on their way. */
function listing(
  change: (rows: readonly Row[], lab: ReturnType<typeof createLab>) => readonly object[],
  next?: string,
) {
  const lab: ReturnType<typeof createLab> = createLab({
    between: (ask) => async (request, init) => {
      const answer = await ask(request, init);
      if (!request.url.endsWith('/WithdrawStatus')) return answer;
      const { result } = (await answer.json()) as { result: { withdrawals: readonly Row[] } };
      const withdrawals = change(result.withdrawals, lab);
      return Response.json({ error: [], result: { withdrawals, ...(next ? { next_cursor: next } : {}) } });
    },
  });
  return lab;
}
type Row = Readonly<Record<string, unknown>>;

test('an equal one of long ago is not taken for the one in doubt, even if the list should tell it', async () => {
  const lab = listing((_rows, { venue, runtime }) => [
    {
      refid: 'FT-OLD',
      txid: 'a'.repeat(64),
      amount: '0.00100000',
      fee: '0.00002000',
      time: Math.floor(runtime.clock.now() / 1000) - 30 * 86_400,
      status: 'Success',
      key: Object.values(venue.withdrawalKeys)[0],
    },
  ]);
  const input = lab.input({ own: Object.keys(lab.venue.withdrawalKeys)[0] ?? '' });
  lab.venue.faults.add('timeout-before', { route: 'withdraw' });
  expect(await lab.withdraw(input)).toMatchObject({ outcome: 'unknown' });
  expect(await lab.get(input.reference)).toBeNull();
});

test.each([
  ['without the fee', '0.00100000'],
  ['with the fee', '0.00102000'],
])('whichever way the list tells amounts (%s), what arrives is told', async (_way, amount) => {
  const lab = listing((rows) => rows.map((row) => ({ ...row, amount })));
  const input = lab.input();
  await lab.withdraw(input);
  expect(await lab.get(input.reference)).toMatchObject({ amount: input.amount, fee: money(BTC, 2000n) });
});

test('a withdrawal of which the list tells another amount is for a person', async () => {
  const lab = listing((rows) => rows.map((row) => ({ ...row, amount: '0.00200000' })));
  const input = lab.input();
  await lab.withdraw(input);
  await expect(lab.get(input.reference)).rejects.toMatchObject({
    fault: { kind: 'unavailable' },
    message: expect.stringContaining('another amount'),
  });
});

test('a list without end is given up, and proves nothing', async () => {
  const lab = listing(() => [], 'page-1');
  const input = lab.input();
  await lab.withdraw(input);
  await expect(lab.get(input.reference)).rejects.toMatchObject({
    fault: { kind: 'unavailable' },
    message: expect.stringContaining('could not be read to its end'),
  });
  expect(lab.calls('withdraw-status')).toBe(20);
});

test('a withdrawal that was taken and is missing from the list is not "not found"', async () => {
  const lab = createLab();
  const input = lab.input();
  lab.venue.venue.lag(60_000);
  await lab.withdraw(input);
  await expect(lab.get(input.reference)).rejects.toMatchObject({
    fault: { kind: 'unavailable' },
    message: expect.stringContaining('missing from the list'),
  });
});

test('the balance leaves out what is held for orders, and the fee is the one of the venue', async () => {
  const lab = createLab();
  const { clock } = lab.runtime;
  expect(await clock.run(() => lab.custody.balance(BTC))).toEqual({
    available: money(BTC, 300_000_000n),
    pending: money(BTC, 0n),
  });
  expect(await clock.run(() => lab.custody.estimateFee({ amount: money(BTC, 100_000n) }))).toEqual(money(BTC, 2000n));
});

const venue = createKrakenEmulator(createLab().runtime);

test.each([
  ['withdrawalKeys', { withdrawalKeys: {} }],
  ['withdrawalKeys', { withdrawalKeys: { tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx: 'a key' } }],
  ['withdrawalKeys', { withdrawalKeys: { [STRANGER]: '' } }],
  ['secret', { secret: '' }],
])('a bad %s is refused by name, without its value', (field, change) => {
  const config = { ...venue.config, withdrawalKeys: venue.withdrawalKeys, ...change };
  const create = () => createKrakenCustody(config, { journal: createMemoryJournal() });
  expect(create).toThrow(ProviderError);
  expect(create).toThrow(field);
  expect(create).not.toThrow('tb1q');
});
