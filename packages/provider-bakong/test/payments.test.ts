import { isProviderError, parseReference } from '@rielrails/core';
import type { CreatePayment, Instant } from '@rielrails/core';
import { describe, expect, test } from 'vitest';
import { createBakong } from '../src/index.ts';
import { decodeKhqr, md5OfKhqr, verifyKhqr } from '../src/khqr/index.ts';
import { after, cents, openWorld, riel } from './world.ts';

const throttled = (message: string) => ({ fault: { kind: 'throttled', message: expect.stringContaining(message) } });

describe('asking', () => {
  test('the QR says who, how much, what for and until when; nothing leaves this machine', async () => {
    const { shown, emulator, runtime } = openWorld();
    const { qr, reference } = await shown();
    expect(decodeKhqr(qr)).toMatchObject({
      account: emulator.config.account,
      amount: riel(40_000n),
      merchantName: 'RIELRAILS SANDBOX',
      additional: { billNumber: reference, purpose: 'Purchase of bitcoin' },
      createdAt: runtime.clock.now(),
      expiresAt: after(runtime, 15 * 60_000),
    });
    expect(verifyKhqr(qr, { now: runtime.clock.now() }).outcome).toBe('valid');
    expect(emulator.exchanges).toEqual([]);
  });

  test.each([
    ['Purchase of bitcoin for riel', 'Purchase of bitcoin for r'],
    ['ទិញ bitcoin 🟠🟠🟠🟠🟠🟠🟠🟠', 'ទិញ bitcoin 🟠🟠🟠🟠🟠🟠'],
    ['  two\nlines ', 'two lines'],
    ['', undefined],
  ])('the purpose "%s" is shown as far as the tag holds', async (purpose, expected) => {
    const { qr } = await openWorld().shown({ purpose });
    expect(decodeKhqr(qr).additional.purpose).toBe(expected);
  });

  test('a deep link is made where it is accepted first', async () => {
    const { create, emulator } = openWorld({}, { app: { name: 'Shop', iconUrl: 'https://shop.example/icon.png' } });
    const attempt = await create({ accepts: ['deep-link', 'qr'], returnUrl: 'https://shop.example/back' });
    expect(attempt).toMatchObject({
      outcome: 'applied',
      value: {
        next: { type: 'deep-link', app: 'Bakong', url: expect.stringMatching(/^https:\/\/bakongsit\.page\.link\//) },
      },
    });
    expect(emulator.exchanges.map(({ route }) => route)).toEqual(['generate-deeplink-by-qr']);
  });

  test('a link costs no call of the day, and its payment is looked up like any other', async () => {
    const { shown, emulator, get, calls } = openWorld();
    const target = await shown({ accepts: ['deep-link'] });
    expect(calls()).toBe(0);
    await emulator.payer.pay(target.reference);
    expect(await get(target)).toMatchObject({ status: 'paid' });
  });

  test('without a link, the QR is shown where it is accepted; else the request is refused and may be repeated', async () => {
    const { create, emulator } = openWorld();
    emulator.switches.linkMaker = false;
    expect(await create({ accepts: ['deep-link', 'qr'] })).toMatchObject({ value: { next: { type: 'qr' } } });
    expect(await create({ accepts: ['deep-link'] })).toMatchObject({
      outcome: 'refused',
      fault: { kind: 'unavailable' },
    });
    emulator.switches.callerInCambodia = false;
    expect(await create({ accepts: ['deep-link'] })).toMatchObject({ outcome: 'refused', fault: { kind: 'config' } });
  });

  test('a moment that a QR cannot say is refused', async () => {
    const { create } = openWorld();
    const attempt = await create({ expiresAt: 99_999_999_999_999 as Instant });
    expect(attempt).toMatchObject({ outcome: 'refused', fault: { kind: 'invalid' } });
  });

  test('a person with too many unpaid requests gets no more; others do, and a payment makes room', async () => {
    const { create, shown, emulator, get, runtime } = openWorld();
    const payer: CreatePayment['payer'] = { id: '10001' };
    const [first] = await Promise.all([shown({ payer }), ...Array.from({ length: 4 }, () => create({ payer }))]);
    expect(await create({ payer })).toMatchObject({
      outcome: 'refused',
      fault: { kind: 'declined', reason: 'too-many-unpaid' },
    });
    expect(await create({ payer: { id: '10002' } })).toMatchObject({ outcome: 'applied' });
    await emulator.payByQr(first.qr);
    await get(first);
    expect(await create({ payer })).toMatchObject({ outcome: 'applied' });
    await runtime.clock.advance(25 * 3_600_000);
    expect(await create({ payer })).toMatchObject({ outcome: 'applied' });
  });

  test('a restart remembers a person through the handles that are looked up', async () => {
    const { shown, request, restarted, runtime } = openWorld();
    const payer = { id: '10001' };
    const targets = await Promise.all(Array.from({ length: 5 }, () => shown({ payer })));
    const bakong = restarted();
    for (const target of targets) await runtime.clock.run(() => bakong.get(target));
    expect(await bakong.create(request({ payer }))).toMatchObject({ fault: { reason: 'too-many-unpaid' } });
    expect(targets[0]?.handle).not.toContain('10001');
  });
});

describe('looking up', () => {
  test('unpaid, paid, with who and when', async () => {
    const { shown, emulator, get, runtime } = openWorld();
    const target = await shown({ amount: cents(1250n) });
    expect(await get(target)).toMatchObject({ status: 'awaiting-payer', requested: cents(1250n), receipts: [] });
    await runtime.clock.advance(20_000);
    const paidAt = runtime.clock.now();
    const scan = await emulator.payByQr(target.qr, { account: 'dara@abaa' });
    expect(scan).toMatchObject({ outcome: 'paid', amount: cents(1250n) });
    await runtime.clock.advance(20_000);
    expect(await get(target)).toMatchObject({
      status: 'paid',
      receipts: [
        {
          transaction: emulator.statement[0]?.transaction,
          amount: cents(1250n),
          paidAt,
          payer: { account: 'dara@abaa' },
        },
      ],
    });
  });

  test('unpaid after its end is expired, and not before', async () => {
    const { shown, get, runtime } = openWorld();
    const target = await shown();
    await runtime.clock.advance(15 * 60_000);
    expect(await get(target)).toMatchObject({ status: 'awaiting-payer' });
    await runtime.clock.advance(1);
    expect(await get(target)).toMatchObject({ status: 'expired' });
  });

  test('an answer whose call began before the end proves nothing after it', async () => {
    const { emulator, shown, bakong, runtime } = openWorld();
    const target = await shown();
    await runtime.clock.advance(15 * 60_000 - 100);
    emulator.faults.add('http-503');
    await expect(runtime.clock.run(() => bakong.get(target))).rejects.toMatchObject({
      fault: { kind: 'unavailable', message: expect.stringContaining('ended during the call') },
    });
    expect(await runtime.clock.run(() => bakong.get(target))).toMatchObject({ status: 'expired' });
  });

  test.each([
    [10_000_000n, 'KHR'],
    [123_456_700n, 'KHR'],
    [50_000n, 'KHR'],
  ])('%s riel arrive as they were sent, however the server writes numbers', async (minor) => {
    const { shown, emulator, get } = openWorld({ javaNumbers: true });
    const target = await shown({ amount: riel(minor) });
    await emulator.payByQr(target.qr);
    expect(await get(target)).toMatchObject({ receipts: [{ amount: riel(minor) }] });
  });

  test('another amount or currency is told as it came', async () => {
    const { shown, emulator, get } = openWorld({ takesWrongPayments: true });
    const [less, other] = [await shown(), await shown()];
    await emulator.payByQr(less.qr, { amount: riel(39_000n) });
    await emulator.payByQr(other.qr, { amount: cents(1000n) });
    expect(await get(less)).toMatchObject({ requested: riel(40_000n), receipts: [{ amount: riel(39_000n) }] });
    expect(await get(other)).toMatchObject({ requested: riel(40_000n), receipts: [{ amount: cents(1000n) }] });
  });

  test('money on another account is not ours: no answer, and an alarm', async () => {
    const { shown, emulator, get, runtime } = openWorld();
    const target = await shown();
    emulator.misdirect('thief@aclb');
    await emulator.payByQr(target.qr);
    await expect(get(target)).rejects.toMatchObject({ fault: { kind: 'unavailable' } });
    expect(runtime.entries.some(({ level, event }) => level === 'error' && event === 'other-account')).toBe(true);
  });

  test('an account that Bakong calls by another name can be named', async () => {
    const { shown, emulator, get } = openWorld({}, { receivingAccounts: ['settlement@devb'] });
    const target = await shown();
    emulator.misdirect('SETTLEMENT@devb');
    await emulator.payByQr(target.qr);
    expect(await get(target)).toMatchObject({ status: 'paid' });
  });

  test('a second scan stands in the statement alone, as the manifest says', async () => {
    const { shown, emulator, get, bakong } = openWorld();
    const target = await shown();
    await emulator.payByQr(target.qr);
    expect(await emulator.payByQr(target.qr, { account: 'other@abaa' })).toMatchObject({ outcome: 'paid' });
    expect((await get(target))?.receipts).toHaveLength(1);
    expect(emulator.statement).toHaveLength(2);
    expect(bakong.manifest.operations.get.receipts).toBe('one');
  });

  test.each([
    [null, 'paid', 1, 0],
    ['ACKNOWLEDGED_BY_FI', 'paid', 1, 0],
    ['RECEIVE_AT_RECEIVER_BANK', 'paid', 1, 0],
    ['RECEIVE_AT_ACH', 'processing', 0, 0],
    ['LEFT_AT_THE_BORDER', 'processing', 0, 0],
    ['FAILED_AT_ACH', 'awaiting-payer', 0, 0],
    ['REFUNDED_BY_RECEIVER', 'reversed', 1, 1],
  ])('tracking status %s is %s', async (word, status, receipts, reversals) => {
    const { shown, emulator, get, runtime } = openWorld();
    const target = await shown();
    emulator.track(await emulator.payByQr(target.qr).then(() => emulator.statement[0]?.transaction ?? ''), word);
    const payment = await get(target);
    expect(payment).toMatchObject({ status });
    expect([payment?.receipts.length, payment?.reversals.length]).toEqual([receipts, reversals]);
    await get(target);
    const strange = runtime.entries.filter(({ event }) => event === 'unfamiliar-word');
    expect(strange).toHaveLength(word === 'LEFT_AT_THE_BORDER' ? 1 : 0);
  });

  test('a failed transaction leaves the QR payable until its end', async () => {
    const { shown, emulator, get, runtime } = openWorld();
    const target = await shown();
    emulator.switches.failed.add(md5OfKhqr(target.qr));
    expect(await get(target)).toMatchObject({ status: 'awaiting-payer' });
    await runtime.clock.advance(16 * 60_000);
    expect(await get(target)).toMatchObject({ status: 'failed', reason: 'transaction-failed' });
  });

  test('without its handle, or with a strange one, nothing is asked', async () => {
    const { bakong, emulator, shown } = openWorld();
    const { reference, handle } = await shown();
    for (const target of [{ reference }, { reference, handle: 'x' }, { reference, handle: `${handle}.more` }])
      await expect(bakong.get(target)).rejects.toMatchObject({ fault: { kind: 'invalid' } });
    expect(emulator.exchanges).toEqual([]);
  });
});

describe('no answer is never "unpaid"', () => {
  test.each<[string, string, (world: ReturnType<typeof openWorld>) => void]>([
    ['a page with 403', 'config', ({ emulator }) => void (emulator.switches.callerInCambodia = false)],
    ['429', 'throttled', ({ emulator }) => emulator.faults.add('throttled', { times: 9 })],
    ['503', 'unavailable', ({ emulator }) => emulator.faults.add('http-503', { times: 9 })],
    ['a page with 200', 'unavailable', ({ emulator }) => emulator.faults.add('unreadable-200', { times: 9 })],
    ['silence', 'unavailable', ({ emulator }) => emulator.faults.add('timeout-before', { times: 9 })],
    ['a broken line', 'unavailable', ({ emulator }) => emulator.faults.add('reset-after-apply', { times: 9 })],
  ])('%s throws %s, before the end and after it', async (_what, kind, breakIt) => {
    for (const waitMs of [0, 16 * 60_000]) {
      const world = openWorld();
      const target = await world.shown();
      await world.runtime.clock.advance(waitMs);
      breakIt(world);
      await expect(world.get(target)).rejects.toMatchObject({ fault: { kind } });
    }
  });

  test('a token that ran out is a fault of the configuration', async () => {
    const { shown, get, runtime, bakong } = openWorld();
    expect(bakong.polling().tokenExpiresAt).toBe(Math.floor(runtime.clock.now() / 1000) * 1000 + 90 * 86_400_000);
    await runtime.clock.advance(91 * 86_400_000);
    const target = await shown();
    await expect(get(target)).rejects.toMatchObject({ fault: { kind: 'config', providerCode: '6' } });
  });

  test.each([200, 429, 403])("the day's limit, told with %s, is throttled until the next try", async (quotaStatus) => {
    const { shown, get, emulator, bakong } = openWorld({ callsPerDay: 0, quotaStatus });
    const target = await shown();
    await expect(get(target)).rejects.toMatchObject({
      fault: { kind: 'throttled', providerCode: '17', retryAfterMs: 1_800_000 },
    });
    const sent = emulator.exchanges.length;
    await expect(get(target)).rejects.toMatchObject(throttled('used up'));
    expect(emulator.exchanges).toHaveLength(sent);
    expect(bakong.polling()).toMatchObject({ used: 1, routineLeft: 0 });
  });
});

describe('the ration', () => {
  test('a stranger who taps "I paid" without end burns a few calls, and is told when to come back', async () => {
    const { shown, get, calls } = openWorld();
    const target = await shown();
    const faults = [];
    for (let tap = 0; tap < 200; tap += 1)
      faults.push(
        await get(target).then(
          () => null,
          (error: unknown) => (isProviderError(error) ? error.fault : error),
        ),
      );
    expect(calls()).toBeGreaterThan(0);
    expect(calls()).toBeLessThanOrEqual(3);
    const refused = faults.filter((fault) => fault !== null);
    expect(refused).toHaveLength(200 - calls());
    for (const fault of refused)
      expect(fault).toMatchObject({ kind: 'throttled', retryAfterMs: expect.any(Number) as number });
  });

  test('a busy day ends with every probe answered and no more than the calls of a day', async () => {
    const { shown, get, runtime, emulator, calls } = openWorld({}, { polling: { lists: false } });
    const targets = [];
    for (let index = 0; index < 25; index += 1) targets.push(await shown());
    for (let minute = 0; minute <= 14; minute += 1) {
      for (const target of targets) await get(target).catch(() => null);
      await runtime.clock.advance(60_000);
    }
    await runtime.clock.advance(60_001);
    const statuses = await Promise.all(targets.map((target) => get(target).then((payment) => payment?.status)));
    expect(new Set(statuses)).toEqual(new Set(['expired']));
    expect(calls()).toBeLessThanOrEqual(100);
    expect(emulator.exchanges.every(({ status }) => status === 200)).toBe(true);
  });

  test('one list asks for all that wait, and money found on the way is told without another call', async () => {
    const { shown, get, emulator, calls } = openWorld();
    const targets = [await shown(), await shown(), await shown()] as const;
    await emulator.payByQr(targets[1].qr);
    await get(targets[0]);
    expect(emulator.exchanges.map(({ route }) => route)).toEqual(['check-transaction-by-md5-list']);
    expect(await get(targets[1])).toMatchObject({ status: 'paid' });
    expect(calls()).toBe(1);
    expect(await get(targets[2])).toMatchObject({ status: 'awaiting-payer' });
    expect(calls()).toBe(2);
  });

  test('requests that ended share one probe, while it is fresh', async () => {
    const { shown, get, emulator, calls, runtime } = openWorld();
    const targets = [await shown(), await shown(), await shown()] as const;
    await runtime.clock.advance(15 * 60_000 + 1);
    expect(await get(targets[0])).toMatchObject({ status: 'expired' });
    expect(await get(targets[1])).toMatchObject({ status: 'expired' });
    expect(calls()).toBe(1);
    await runtime.clock.advance(60_001);
    expect(await get(targets[2])).toMatchObject({ status: 'expired' });
    expect(calls()).toBe(2);
    expect(emulator.exchanges).toHaveLength(2);
  });

  test('lookups that come together share one call', async () => {
    const { shown, bakong, runtime, calls } = openWorld();
    const targets = [await shown(), await shown(), await shown()];
    const answers = await runtime.clock.run(() => Promise.all(targets.map((target) => bakong.get(target))));
    expect(answers.map((payment) => payment?.status)).toEqual(['awaiting-payer', 'awaiting-payer', 'awaiting-payer']);
    expect(calls()).toBe(1);
  });

  test.each(['data', 'transaction', 'inline'] as const)(
    'a list with its transactions under "%s" is read',
    async (listItems) => {
      const { shown, get, emulator } = openWorld({ listItems });
      const [first] = [await shown(), await shown()];
      await emulator.payByQr(first.qr);
      expect(await get(first)).toMatchObject({ status: 'paid', receipts: [{ amount: riel(40_000n) }] });
    },
  );

  test('a token that may not use lists asks one by one from then on', async () => {
    const { shown, get, emulator, runtime } = openWorld();
    emulator.switches.listsAllowed = false;
    const [first, second] = [await shown(), await shown()];
    expect(await get(first)).toMatchObject({ status: 'awaiting-payer' });
    expect(await get(second)).toMatchObject({ status: 'awaiting-payer' });
    expect(emulator.exchanges.map(({ route }) => route)).toEqual([
      'check-transaction-by-md5-list',
      'check-transaction-by-md5',
      'check-transaction-by-md5',
    ]);
    expect(runtime.entries.filter(({ event }) => event === 'lists-refused')).toHaveLength(1);
  });

  test('a caller outside of Cambodia is not taken for a token without lists', async () => {
    const { shown, get, emulator, runtime } = openWorld();
    const [first] = [await shown(), await shown()];
    emulator.switches.callerInCambodia = false;
    await expect(get(first)).rejects.toMatchObject({ fault: { kind: 'config' } });
    emulator.switches.callerInCambodia = true;
    await runtime.clock.advance(60_000);
    await get(first);
    expect(emulator.exchanges.at(-1)?.route).toBe('check-transaction-by-md5-list');
  });

  test('a list that could not say is no answer', async () => {
    const { shown, get, emulator } = openWorld();
    const [first] = [await shown(), await shown()];
    await emulator.payByQr(first.qr);
    emulator.faults.add('unknown-status-word');
    await expect(get(first)).rejects.toMatchObject({ fault: { kind: 'unavailable' } });
  });

  test('a restart forgets pauses, never money', async () => {
    const { shown, emulator, restarted, runtime } = openWorld();
    const target = await shown();
    await emulator.payByQr(target.qr);
    const bakong = restarted();
    expect(await runtime.clock.run(() => bakong.get(target))).toMatchObject({ status: 'paid' });
    expect(bakong.polling()).toMatchObject({ used: 1, open: 0 });
  });
});

test.each([
  [{ token: '' }, 'token'],
  [{ token: 'short' }, 'token'],
  [{ merchantName: 'n'.repeat(26) }, 'tag 59'],
  [{ merchantCity: 'c'.repeat(16) }, 'tag 60'],
  [{ merchantCategoryCode: 'abcd' }, 'tag 52'],
  [{ account: { type: 'individual', bakongAccount: 'nobody' } as const }, 'tag 29.00'],
  [{ currencies: ['KHR', 'KHR'] as const }, 'currencies'],
  [{ relayUrl: 'http://relay.example' }, 'relayUrl'],
  [{ polling: { callsPerDay: 0 } }, 'polling.callsPerDay'],
  [{ surprise: true }, 'surprise'],
])('a configuration with %o is refused, naming %s', (change, field) => {
  const { emulator, runtime } = openWorld();
  expect(() => createBakong({ ...emulator.config, ...change }, runtime)).toThrow(field);
});

test('a reference of any length is the bill number', async () => {
  const { shown } = openWorld();
  const { qr } = await shown({ reference: parseReference('7') });
  expect(decodeKhqr(qr).additional.billNumber).toBe('7');
});
