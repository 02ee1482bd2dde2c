import type { Attempt, OwnAddress } from '@rielrails/core';
import {
  assert as holds,
  asyncProperty,
  constantFrom,
  dictionary,
  integer,
  jsonValue,
  oneof,
  string,
} from 'fast-check';
import { describe, expect, test } from 'vitest';
import { answerOf, applied, freshReference, isSend, openWorld, sats } from './world.ts';
import type { World } from './world.ts';

const FEE = 4740n;

/** A withdrawal under a fresh reference, whose one request is answered by somebody else, and never reaches BitGo. */
async function answered(world: World, body: unknown, status = 400): Promise<Attempt<unknown>> {
  let sends = 0;
  const custody = world.instead((request) => {
    if (!isSend(request)) return null;
    sends += 1;
    return answerOf(body, status);
  });
  const attempt = await world.run(() => custody.withdraw(world.withdrawal()));
  expect(sends).toBe(1);
  return attempt;
}

test('what is asked for stands in one request to Express', async () => {
  const world = await openWorld({}, { targetBlocks: 6, ceilingSatPerVbyte: 50 });
  const seen: Request[] = [];
  const custody = world.through((answer, request) => {
    seen.push(request);
    return answer;
  });
  const input = world.withdrawal();
  applied(await custody.withdraw(input));
  expect(seen).toHaveLength(1);
  const [request] = seen;
  const { coin, walletId, accessToken, walletPassphrase } = world.emulator.config;
  expect(request?.url).toBe(`http://127.0.0.1:3080/api/v2/${coin}/wallet/${walletId}/sendmany`);
  expect(request?.headers.get('authorization')).toBe(`Bearer ${accessToken}`);
  expect(await request?.json()).toEqual({
    recipients: [{ address: input.destination.address.text, amount: '100000' }],
    walletPassphrase,
    sequenceId: input.reference,
    numBlocks: 6,
    maxFeeRate: 50_000,
    isReplaceableByFee: true,
  });
});

test('the fee comes on top, BitGo’s own as well, and stays below the ceiling', async () => {
  const plain = await openWorld();
  expect((await plain.withdrawn()).value).toMatchObject({ amount: sats(100_000n), fee: sats(FEE), status: 'signing' });
  const dear = await openWorld({ payGoSats: 1200n }, { ceilingSatPerVbyte: 10 });
  expect((await dear.withdrawn()).value).toMatchObject({ amount: sats(100_000n), fee: sats(FEE / 2n + 1200n) });
  expect(dear.emulator.applied.withdrawals[0]?.amount).toEqual(sats(100_000n));
});

test('to an address of the wallet itself, the payment arrives and only the fee is lost', async () => {
  const { custody, emulator } = await openWorld();
  const address = await custody.depositAddress(sats(0n).asset);
  const reference = freshReference();
  const destination = { type: 'own', address } as const;
  expect(applied(await custody.withdraw({ reference, amount: sats(5000n), destination }))).toMatchObject({
    amount: sats(5000n),
    fee: sats(FEE),
  });
  await emulator.network.confirm(1);
  const { available } = await custody.balance(sats(0n).asset);
  expect(available).toEqual(sats(100_000_000n - FEE));
});

test.each(['id', 'object', 'bare'] as const)('what waits for people is told in any shape: %s', async (waiting) => {
  const { custody, withdrawal, emulator } = await openWorld({ waiting, approvalAboveSats: 99_999n });
  const input = withdrawal();
  expect(applied(await custody.withdraw(input))).toEqual({
    reference: input.reference,
    amount: input.amount,
    status: 'awaiting-approval',
  });
  expect(emulator.applied.withdrawals).toEqual([]);
  const small = withdrawal({ amount: sats(99_999n) });
  expect(applied(await custody.withdraw(small)).status).toBe('signing');
});

describe('a "no" of the documents is a refusal', () => {
  test.each(['name', 'error-name'] as const)('too little in the wallet, Express telling it by %s', async (errors) => {
    const { custody, withdrawal, run } = await openWorld({ errors });
    const input = withdrawal({ amount: sats(100_000_000n) });
    expect(await run(() => custody.withdraw(input))).toMatchObject({
      outcome: 'refused',
      fault: { kind: 'declined', providerCode: 'InsufficientBalance' },
    });
  });

  test('an address that BitGo blocks', async () => {
    const { custody, withdrawal, emulator } = await openWorld();
    const input = withdrawal();
    emulator.desk.block(input.destination.address.text);
    expect(await custody.withdraw(input)).toMatchObject({ outcome: 'refused', fault: { kind: 'declined' } });
  });

  test('a passphrase that does not open the key', async () => {
    const { custody, withdrawal, emulator } = await openWorld({}, { walletPassphrase: 'another one' });
    const attempt = await custody.withdraw(withdrawal());
    expect(attempt).toMatchObject({ outcome: 'refused', fault: { kind: 'config' } });
    expect(JSON.stringify(attempt)).not.toContain('another one');
    expect(emulator.applied.withdrawals).toEqual([]);
  });

  test.each([
    ['an access token that ended', { accessToken: `v2x${'0'.repeat(64)}` }],
    ['a wallet of somebody else', { walletId: '0'.repeat(32) }],
  ])('%s', async (_what, change) => {
    const { custody, withdrawal } = await openWorld({}, change);
    expect(await custody.withdraw(withdrawal())).toMatchObject({ outcome: 'refused', fault: { kind: 'config' } });
  });

  test('a request without the form that Express wants', async () => {
    const body = { error: 'recipients: expected an array', name: 'ValidationError', bitgoJsVersion: '1' };
    expect(await answered(await openWorld(), body)).toMatchObject({ outcome: 'refused', fault: { kind: 'invalid' } });
  });
});

describe('a used reference', () => {
  test.each(['name', 'error-name'] as const)('is in doubt, as a duplicate: %s', async (errors) => {
    const { custody, withdrawn, emulator } = await openWorld({ errors });
    const { input } = await withdrawn();
    expect(await custody.withdraw(input)).toMatchObject({ outcome: 'unknown', fault: { reason: 'duplicate' } });
    expect(emulator.applied.withdrawals).toHaveLength(1);
    expect(await custody.get(input)).toMatchObject({ amount: input.amount, status: 'signing' });
  });

  test('is in doubt although Express does not say why it refuses', async () => {
    const { custody, withdrawn, emulator } = await openWorld({ errors: 'nameless' });
    const { input } = await withdrawn();
    expect(await custody.withdraw(input)).toMatchObject({ outcome: 'unknown', fault: { reason: 'unreadable' } });
    expect(emulator.applied.withdrawals).toHaveLength(1);
  });

  test.each(['every', 'signed'] as const)('is no refusal for want of coins (lookup: %s)', async (sequenceLookup) => {
    for (const approvalAboveSats of [undefined, 0n]) {
      const options = approvalAboveSats === undefined ? { sequenceLookup } : { sequenceLookup, approvalAboveSats };
      const { custody, withdrawal, emulator, run } = await openWorld(options);
      const { reference } = applied(await custody.withdraw(withdrawal()));
      const again = withdrawal({ reference, amount: sats(100_000_000n) });
      const attempt = await run(() => custody.withdraw(again));
      expect(attempt).toMatchObject({ outcome: 'unknown', fault: { reason: 'duplicate' } });
      expect(emulator.applied.withdrawals.length).toBeLessThanOrEqual(1);
    }
  });

  test('is no refusal while nobody can tell whether it was used', async () => {
    const { custody, withdrawal, emulator, run } = await openWorld();
    emulator.faults.add('http-503', { route: 'transfer-by-sequence-id', times: 10 });
    const input = withdrawal({ amount: sats(100_000_000n) });
    expect(await run(() => custody.withdraw(input))).toMatchObject({ outcome: 'unknown' });
  });
});

describe('anything else is in doubt, and sent once', () => {
  test.each<[string, unknown, number]>([
    ['a 400 without a name', { error: 'something went wrong', message: 'something went wrong' }, 400],
    ['a time-out that Express met after it sent', { error: 'ESOCKETTIMEDOUT', name: 'Error', message: 'x' }, 400],
    ['an error that the platform calls ApiError', { error: 'x', name: 'ApiError', requestId: 'r', context: {} }, 400],
    ['rules broken, told as a bare list', ['Invalid value undefined supplied to recipients'], 400],
    ['a wallet that is busy', { error: 'wallet is locked', message: 'x' }, 423],
    ['a server error with a name of a refusal', { error: 'x', name: 'InsufficientBalance' }, 500],
    ['a page of a gateway', '<html>', 403],
    ['a success without content', {}, 200],
    ['a success of another kind', { status: '', txid: '', transfer: null }, 200],
    ['a transfer without a state', { transfer: { id: '1' }, status: 'signed' }, 200],
    ['a transfer without an amount', { transfer: { state: 'signed' }, status: 'signed' }, 200],
    ['a pending approval without an amount', { id: 'a', state: 'pending', info: { type: 'transactionRequest' } }, 202],
    ['a redirect', {}, 302],
  ])('%s', async (_what, body, status) => {
    const world = await openWorld();
    expect(await answered(world, body, status)).toMatchObject({ outcome: 'unknown' });
  });

  test('any 400 that no list knows', async () => {
    const world = await openWorld();
    const word = oneof(string(), constantFrom('Error', 'ApiResponseError', 'BitGoExpressError', 'insufficient funds'));
    const body = dictionary(constantFrom('error', 'message', 'name', 'errorName', 'reqId'), oneof(word, jsonValue()));
    await holds(
      asyncProperty(body, constantFrom(400, 402, 406, 422, 423, 499), async (told, status) => {
        expect(await answered(world, told, status)).toMatchObject({ outcome: 'unknown' });
      }),
      { numRuns: 100, seed: 20_261_121 },
    );
  });

  test('no success is believed that pays another amount', async () => {
    const { withdrawal, through } = await openWorld();
    const other = integer({ min: 1, max: 1_000_000 }).filter((amount) => amount !== 100_000);
    await holds(
      asyncProperty(other, async (amount) => {
        const input = withdrawal();
        const entries = [{ address: input.destination.address.text, valueString: String(amount) }];
        const body = { transfer: { state: 'signed', sequenceId: input.reference, entries }, status: 'signed' };
        const custody = through(() => answerOf(body));
        const attempt = await custody.withdraw(input);
        expect(attempt).toMatchObject({ outcome: 'unknown', fault: { reason: 'echo-mismatch' } });
      }),
      { numRuns: 20, seed: 20_261_122 },
    );
  });
});

test.each<[string, (input: { readonly reference: string; readonly address: string }) => object]>([
  ['another reference', ({ address }) => ({ sequenceId: '1', entries: [{ address, valueString: '100000' }] })],
  [
    'another address',
    ({ reference }) => ({ sequenceId: reference, entries: [{ address: 'x', valueString: '100000' }] }),
  ],
])('an answer about %s is in doubt', async (_what, change) => {
  const { withdrawal, through } = await openWorld();
  const input = withdrawal();
  const { reference } = input;
  const transfer = { state: 'signed', ...change({ reference, address: input.destination.address.text }) };
  const custody = through(() => answerOf({ transfer, status: 'signed' }));
  expect(await custody.withdraw(input)).toMatchObject({ outcome: 'unknown', fault: { reason: 'echo-mismatch' } });
});

test.each<[string, (input: { readonly reference: string; readonly address: string }) => object]>([
  ['another reference', ({ address }) => ({ sequenceId: '1', address })],
  ['another address', ({ reference }) => ({ sequenceId: reference, address: 'x' })],
])('a pending approval about %s is in doubt', async (_what, change) => {
  const { withdrawal, through } = await openWorld();
  const input = withdrawal();
  const told = { sequenceId: '', address: '' };
  Object.assign(told, change({ reference: input.reference, address: input.destination.address.text }));
  const transactionRequest = {
    buildParams: { sequenceId: told.sequenceId },
    recipients: [{ address: told.address, amount: '100000' }],
    requestedAmount: '100000',
  };
  const pendingApproval = { id: 'a'.repeat(32), state: 'pending', info: { transactionRequest } };
  const custody = through(() => answerOf({ pendingApproval, status: 'pendingApproval' }, 202));
  expect(await custody.withdraw(input)).toMatchObject({ outcome: 'unknown', fault: { reason: 'echo-mismatch' } });
});

test('a success in the shape of a recording of 2021, with amounts of our own', async () => {
  const { withdrawal, through } = await openWorld();
  const input = withdrawal({ amount: sats(1_000_000n) });
  const entries = [
    { address: 'spent', wallet: 'w', value: -4_900_000, valueString: '-4900000' },
    {
      address: input.destination.address.text,
      value: 1_000_000,
      valueString: '1000000',
      isChange: false,
      isPayGo: false,
    },
    { address: 'change', wallet: 'w', value: 3_899_629, valueString: '3899629', isChange: true, isPayGo: false },
  ];
  const amounts = { value: -1_000_371, valueString: '-1000371', baseValueString: '-1000000', feeString: '371' };
  const transfer = { height: 999_999_999, type: 'send', state: 'signed', ...amounts, payGoFeeString: '0', entries };
  const custody = through(() => answerOf({ transfer, txid: 'a'.repeat(64), tx: '0100', status: 'signed' }));
  expect(applied(await custody.withdraw(input))).toMatchObject({ status: 'signing', fee: sats(371n) });
});

test.each([
  [{ txid: 'a'.repeat(64), status: 'signed' }, 'signing'],
  [{ status: 'signed (suppressed)' }, 'signing'],
  [{ pendingApproval: 'b'.repeat(32), status: 'pendingApproval' }, 'awaiting-approval'],
])('a success without a transfer is under way: %o', async (body, status) => {
  const { withdrawal, through } = await openWorld();
  expect(applied(await through(() => answerOf(body)).withdraw(withdrawal()))).toMatchObject({ status });
});

test('an address of another network is refused before anything is sent', async () => {
  const { custody, emulator } = await openWorld();
  const address = { network: 'testnet', text: 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4' } as OwnAddress;
  const input = { reference: freshReference(), amount: sats(1000n), destination: { type: 'own', address } } as const;
  expect(await custody.withdraw(input)).toMatchObject({ outcome: 'refused', fault: { kind: 'invalid' } });
  expect(emulator.exchanges).toEqual([]);
});
