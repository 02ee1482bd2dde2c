import { isProviderError } from '@rielrails/core';
import { assert as holds, asyncProperty, dictionary, jsonValue, string } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { answerOf, applied, freshReference, openWorld, sats } from './world.ts';
import type { World } from './world.ts';

const HASH = expect.stringMatching(/^[0-9a-f]{64}$/) as string;

describe.each(['every', 'signed'] as const)('with a lookup that shows %s', (sequenceLookup) => {
  test('a withdrawal is followed to its depth', async () => {
    const { custody, withdrawn, emulator } = await openWorld({ sequenceLookup });
    const { input, reference } = await withdrawn();
    expect(await custody.get(input)).toMatchObject({ status: 'signing' });
    await emulator.desk.broadcast(reference);
    expect(await custody.get(input)).toMatchObject({ status: 'broadcast', transactionId: HASH });
    await emulator.network.confirm(1);
    expect(await custody.get(input)).toMatchObject({ status: 'confirmed', depth: 1, fee: sats(4740n) });
    await emulator.network.confirm(5);
    expect(await custody.get(input)).toMatchObject({ status: 'confirmed', depth: 6, amount: input.amount });
  });

  test('what waits for people is found, and what they say', async () => {
    const { custody, withdrawal, emulator } = await openWorld({ sequenceLookup, approvalAboveSats: 0n });
    const [good, bad] = [withdrawal(), withdrawal()];
    for (const input of [good, bad]) applied(await custody.withdraw(input));
    expect(await custody.get(bad)).toMatchObject({ status: 'awaiting-approval', amount: bad.amount });
    await emulator.approvals.approve(good.reference);
    await emulator.approvals.reject(bad.reference);
    expect(await custody.get(good)).toMatchObject({ status: 'signing' });
    expect(await custody.get(bad)).toMatchObject({ status: 'failed', fundsReturned: true, amount: bad.amount });
    expect(emulator.applied.withdrawals.map(({ reference }) => reference)).toEqual([good.reference]);
  });

  test.each(['awaitingSignature', 'pendingFinalApproval', 'pendingBitGoAdminApproval', 'pendingVideoApproval'])(
    'leave that is %s is awaited',
    async (word) => {
      const { custody, withdrawal, emulator } = await openWorld({ sequenceLookup, approvalAboveSats: 0n });
      const input = withdrawal();
      applied(await custody.withdraw(input));
      emulator.desk.hold(input.reference, word);
      expect(await custody.get(input)).toMatchObject({ status: 'awaiting-approval' });
    },
  );
});

test('a lookup that is answered with another sequenceId answers nothing', async () => {
  const { withdrawn, through } = await openWorld();
  const { input } = await withdrawn();
  const custody = through(async (answer, request) =>
    request.url.includes('/sequenceId/') ? answerOf({ ...((await answer.json()) as object), sequenceId: '1' }) : answer,
  );
  await expect(custody.get(input)).rejects.toMatchObject({ fault: { kind: 'unavailable' } });
});

test.each([
  [{ baseValueWithoutFeesString: '-100000', baseValueString: '-104740', feeString: '4740' }],
  [{ baseValueString: '-104740', feeString: '4740' }],
  [{ baseValueString: '-105000', feeString: '4740', payGoFeeString: '260' }],
])('before there are entries what arrives is told by the totals, less the fee: %j', async (totals) => {
  const { withdrawn, instead } = await openWorld();
  const { input } = await withdrawn();
  const transfer = { state: 'signed', txid: '', sequenceId: input.reference, ...totals };
  const custody = instead(({ url }) => (url.includes('/sequenceId/') ? answerOf(transfer) : null));
  expect(await custody.get(input)).toMatchObject({ status: 'signing', amount: sats(100_000n) });
});

test('what was reorganised away is removed, and comes back', async () => {
  const { custody, withdrawn, emulator } = await openWorld();
  const { input, reference } = await withdrawn();
  await emulator.network.confirm(2);
  await emulator.desk.remove(reference);
  expect(await custody.get(input)).toMatchObject({ status: 'removed', transactionId: HASH });
  await emulator.network.confirm(1);
  expect(await custody.get(input)).toMatchObject({ status: 'confirmed', depth: 1 });
});

test('what could not be confirmed needs a person', async () => {
  const { custody, withdrawn, emulator } = await openWorld();
  const { input, reference } = await withdrawn();
  await emulator.desk.fail(reference);
  expect(await custody.get(input)).toMatchObject({ status: 'failed', fundsReturned: false });
  expect(emulator.applied.withdrawals).toEqual([]);
});

test('a fee that was raised at BitGo, twice, is the same withdrawal under another transaction', async () => {
  const { custody, withdrawn, emulator } = await openWorld();
  const { input, reference } = await withdrawn();
  await emulator.desk.accelerate(reference);
  const transactionId = await emulator.desk.accelerate(reference);
  const found = await custody.get(input);
  expect(found).toMatchObject({ reference, status: 'broadcast', transactionId, amount: input.amount });
  expect(found?.fee).toEqual(sats(4740n * 4n));
  await emulator.network.confirm(3);
  expect(await custody.get(input)).toMatchObject({ status: 'confirmed', transactionId, depth: 3 });
  expect(emulator.applied.withdrawals).toHaveLength(1);
});

test('coins that went elsewhere make it replaced', async () => {
  const { custody, withdrawn, emulator } = await openWorld();
  const { input, reference } = await withdrawn();
  const replacedBy = await emulator.desk.sweep(reference);
  expect(await custody.get(input)).toMatchObject({ status: 'replaced', replacedBy, transactionId: HASH });
});

test('a replacement that nobody names leaves it removed, and two that name each other end', async () => {
  const { withdrawn, through } = await openWorld();
  const { input, reference } = await withdrawn();
  const entries = [{ address: 'x', valueString: '100000' }];
  const one = { state: 'replaced', txid: 'a'.repeat(64), sequenceId: reference, entries };
  const two = { state: 'replaced', txid: 'b'.repeat(64), entries, replacedBy: [one.txid], replaces: [one.txid] };
  const nameless = through((_answer, { url }) => answerOf(url.includes('sequenceId') ? one : { transfers: [] }));
  expect(await nameless.get(input)).toMatchObject({ status: 'removed' });
  const named = { ...one, replacedBy: [two.txid], replaces: [two.txid] };
  const circle = through((_answer, { url }) =>
    answerOf(url.includes('sequenceId') ? named : { transfers: [named, two] }),
  );
  expect(await circle.get(input)).toMatchObject({ status: 'replaced', replacedBy: two.txid });
});

test('words that no document knows are under way, and logged once', async () => {
  const { custody, withdrawn, withdrawal, emulator, runtime } = await openWorld();
  const { input } = await withdrawn();
  await emulator.approvals.require();
  const waiting = withdrawal();
  applied(await custody.withdraw(waiting));
  emulator.faults.add('unknown-status-word', { times: 100 });
  for (let time = 0; time < 2; time += 1) {
    expect(await custody.get(input)).toMatchObject({ status: 'signing' });
    expect(await custody.get(waiting)).toMatchObject({ status: 'signing' });
  }
  expect(runtime.entries.filter(({ event }) => event === 'unfamiliar-word')).toHaveLength(1);
});

test('an approval with an unfamiliar word is awaited', async () => {
  const { withdrawal, through } = await openWorld();
  const { reference } = withdrawal();
  const info = { transactionRequest: { buildParams: { sequenceId: reference }, requestedAmount: '7' } };
  const approvals = {
    pendingApprovals: [
      { id: 'p', state: 'policyRule', info: { type: 'x' } },
      { id: 'a', state: 'moon', info },
    ],
  };
  const custody = through((answer, { url }) => (url.includes('pendingApprovals') ? answerOf(approvals) : answer));
  expect(await custody.get({ reference })).toEqual({ reference, status: 'awaiting-approval', amount: sats(7n) });
});

test.each([
  ['approved', { status: 'signing' }],
  ['processing', { status: 'signing' }],
  ['rejected', { status: 'failed', fundsReturned: true }],
])('an approval that is %s is told as such', async (state, expected) => {
  const { withdrawal, through } = await openWorld();
  const { reference } = withdrawal();
  const transactionRequest = { buildParams: { sequenceId: reference }, recipients: [{ address: 'x', amount: 9 }] };
  const approvals = { pendingApprovals: [{ id: 'a', state, info: { transactionRequest } }] };
  const custody = through((answer, { url }) => (url.includes('pendingApprovals') ? answerOf(approvals) : answer));
  expect(await custody.get({ reference })).toEqual({ reference, amount: sats(9n), ...expected });
});

describe('"not there"', () => {
  test('is said after every place was looked at, and the first one again', async () => {
    const { custody, emulator } = await openWorld();
    expect(await custody.get({ reference: freshReference() })).toBeNull();
    expect(emulator.exchanges.map(({ route }) => route)).toEqual([
      'transfer-by-sequence-id',
      'list-approvals',
      'list-transfers',
      'list-transfers',
      'transfer-by-sequence-id',
    ]);
  });

  test('is not said of what is approved while we look', async () => {
    const { withdrawal, through, emulator, custody } = await openWorld({
      sequenceLookup: 'signed',
      approvalAboveSats: 0n,
    });
    const input = withdrawal();
    applied(await custody.withdraw(input));
    const racing = through(async (answer, { url }) => {
      if (url.includes('sequenceId') && emulator.desk.waiting.length > 0)
        await emulator.approvals.approve(input.reference);
      return answer;
    });
    expect(await racing.get(input)).toMatchObject({ status: 'signing' });
  });

  test('is not said of a wallet that BitGo does not know', async () => {
    const { custody, run } = await openWorld({}, { walletId: '1'.repeat(32) });
    await expect(run(() => custody.get({ reference: freshReference() }))).rejects.toMatchObject({
      fault: { kind: 'config' },
    });
  });

  test('is not said by a page of a gateway', async () => {
    const { instead, run } = await openWorld();
    const custody = instead(() => new Response('<html>not found</html>', { status: 404 }));
    await expect(run(() => custody.get({ reference: freshReference() }))).rejects.toMatchObject({
      fault: { kind: 'unavailable' },
    });
  });

  test('is said of a list that was read to its end, over many pages', async () => {
    const { custody, withdrawal, emulator, run } = await openWorld({
      sequenceLookup: 'signed',
      approvalAboveSats: 0n,
    });
    const inputs = Array.from({ length: 205 }, () => withdrawal({ amount: sats(1000n) }));
    for (const input of inputs) applied(await custody.withdraw(input));
    const [first, , third] = inputs;
    if (!first || !third) throw new Error('nothing was withdrawn');
    expect(await custody.get(inputs.at(-1) ?? first)).toMatchObject({ status: 'awaiting-approval' });
    await emulator.approvals.reject(third.reference);
    expect(await custody.get(third)).toMatchObject({ status: 'failed' });
    expect(await run(() => custody.get({ reference: freshReference() }))).toBeNull();
  });

  test('is not said of a list without an end', async () => {
    const { through, run } = await openWorld();
    const custody = through((answer, { url }) =>
      url.includes('pendingApprovals') ? answerOf({ pendingApprovals: [], nextBatchPrevId: 'again' }) : answer,
    );
    await expect(run(() => custody.get({ reference: freshReference() }))).rejects.toMatchObject({
      fault: { kind: 'unavailable', message: expect.stringContaining('to its end') as string },
    });
  });
});

test('a partial answer is read like a whole one', async () => {
  const { withdrawn, through } = await openWorld();
  const { input } = await withdrawn();
  const custody = through(async (answer) => answerOf(await answer.json(), 206));
  expect(await custody.get(input)).toMatchObject({ status: 'signing', amount: input.amount });
});

test.each([
  ['a transfer without an amount', { state: 'signed' }],
  ['a transfer whose amounts are no numbers', { state: 'signed', entries: [{ address: 'x', valueString: '1e5' }] }],
  ['half a transfer', { txid: 'a'.repeat(64) }],
])('%s is no answer', async (_what, body) => {
  const { through, run } = await openWorld();
  const custody = through(() => answerOf(body));
  await expect(run(() => custody.get({ reference: freshReference() }))).rejects.toMatchObject({
    fault: { kind: 'unavailable' },
  });
});

test('a confirmed transfer without a transaction is not confirmed', async () => {
  const { through } = await openWorld();
  const custody = through(() => answerOf({ state: 'confirmed', confirmations: 3, baseValueString: '-5' }));
  expect(await custody.get({ reference: freshReference() })).toMatchObject({ status: 'signing', amount: sats(5n) });
});

test.each([{}, { confirmations: 0 }, { confirmations: null }, { confirmations: '1' }])(
  'a confirmed transfer is one block deep at least: %o',
  async (told) => {
    const { through } = await openWorld();
    const confirmed = { state: 'confirmed', txid: 'a'.repeat(64), baseValueString: '-5', ...told };
    const custody = through(() => answerOf(confirmed));
    expect(await custody.get({ reference: freshReference() })).toMatchObject({ status: 'confirmed', depth: 1 });
  },
);

test('whatever is answered, a lookup gives a withdrawal, or says that it cannot', async () => {
  const world: World = await openWorld();
  const transfer = dictionary(string(), jsonValue()).map((noise) => ({ ...noise, state: 'confirmed' }));
  await holds(
    asyncProperty(transfer, async (body) => {
      const custody = world.through(() => answerOf(body));
      const found = await world
        .run(() => custody.get({ reference: freshReference() }))
        .catch((error: unknown) => error);
      const isSaid = isProviderError(found) && found.fault.kind === 'unavailable';
      expect(isSaid || (typeof found === 'object' && found !== null && 'amount' in found)).toBe(true);
    }),
    { numRuns: 60, seed: 20_261_123 },
  );
});
