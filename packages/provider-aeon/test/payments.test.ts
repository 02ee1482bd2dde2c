import { money, USDT } from '@rielrails/core';
import type { Instant } from '@rielrails/core';
import { fc, test as propertyTest } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import { aeonAnomalies, aeonExchanges, createAeon, createAeonApi, readAeonWallet } from '../src/index.ts';
import type { AeonConfig, AeonDisplay, AeonOrderFields } from '../src/index.ts';
import { after, cents, destination, openWorld, ref } from './world.ts';

fc.configureGlobal({ seed: 20_260_102 });

const lost = [
  ['timeout-after-apply', 'timeout'],
  ['reset-after-apply', 'reset'],
  ['http-500-after-apply', 'server-error'],
  ['unreadable-200', 'unreadable'],
  ['timeout-before', 'timeout'],
  ['http-503', 'server-error'],
] as const;

const displays = [
  [{ type: 'web' }, 'create-order', undefined],
  [{ type: 'browser' }, 'create-telegram-order', 'BROWSER'],
  [{ type: 'bot', botName: 'demo_shop_bot' }, 'create-telegram-order', 'BOT'],
  [{ type: 'mini-app' }, 'create-telegram-order', 'MINIAPP'],
] as const satisfies readonly (readonly [AeonDisplay, string, string | undefined])[];

test.each(displays)('%o: created, paid, found', async (display, route, tgModel) => {
  const { provider, emulator, created, sent } = openWorld({}, { display });
  const target = await created();
  expect(emulator.exchanges.at(-1)?.route).toBe(route);
  expect(sent()).toMatchObject({ orderAmount: '25.50', expiredTime: '900', orderModel: 'ORDER' });
  expect(sent()['tgModel']).toBe(tgModel);
  expect(target.url).toMatch(display.type === 'bot' ? /^https:\/\/t\.me\/\w+\?start=\d{21}$/ : /\?orderNum=\d{21}$/);
  expect(await provider.get(target)).toMatchObject({ status: 'awaiting-payer', receipts: [] });
  const orderNo = await emulator.payer.pay(target.reference);
  expect(await provider.get({ reference: target.reference })).toMatchObject({
    status: 'paid',
    requested: cents(2550n),
    receipts: [{ transaction: orderNo, amount: cents(2550n), paidAt: 1_767_323_045_000 }],
  });
});

test('the way back, the purpose, and what a bot needs', async () => {
  const browser = openWorld();
  await browser.created();
  expect(browser.sent()['redirectURL']).toBe('https://shop.example/back');
  expect(browser.sent()['customParam']).toBe('{"orderDetail":"Purchase of bitcoin","requested":"USD 2550"}');
  const app = openWorld({}, { display: { type: 'mini-app' } });
  await app.created();
  expect(app.sent()).not.toHaveProperty('redirectURL');
  const bot = openWorld({}, { display: { type: 'bot', botName: 'demo_shop_bot' } });
  await bot.created();
  expect(bot.sent()['redirectURL']).toBe('https://t.me/demo_shop_bot');
  expect(JSON.parse(bot.sent()['customParam'] ?? '')).toMatchObject({ botName: 'demo_shop_bot', chatId: '42' });
});

test.each([
  ['a name', 'dara'],
  ['a group', '-1001234567890'],
  ['nothing', ''],
  ['a number with a zero in front', '042'],
  ['one beyond 52 bits, such as our own references', '7000000000000000001'],
  ['the first beyond 52 bits', String(2n ** 52n)],
])('%s is no private chat: AEON’s bot is not asked to lead back to it', async (_what, id) => {
  const { provider, request, emulator } = openWorld({}, { display: { type: 'bot', botName: 'demo_shop_bot' } });
  const attempt = await provider.create(request({ payer: { id } }));
  expect(attempt).toMatchObject({ outcome: 'refused', fault: { kind: 'invalid' } });
  expect(attempt.outcome === 'refused' && attempt.fault.message).toContain('payer.id');
  expect(emulator.exchanges).toEqual([]);
  const last = await provider.create(request({ payer: { id: String(2n ** 52n - 1n) } }));
  expect(last).toMatchObject({ outcome: 'applied' });
});

test('everything that narrows a payment is sent, and the signed parts are signed', async () => {
  const { created, sent } = openWorld(
    {},
    {
      paymentTokens: ['USDT', 'USDC'],
      paymentNetworks: ['TRX', 'BSC'],
      paymentExchange: [aeonExchanges.kraken, aeonExchanges.bybit],
      payType: 'EXCHANGE',
    },
  );
  await created();
  expect(sent()).toMatchObject({
    paymentTokens: 'USDT,USDC',
    paymentNetworks: 'TRX,BSC',
    paymentExchange: `${aeonExchanges.kraken},${aeonExchanges.bybit}`,
    payType: 'EXCHANGE',
    userId: '42',
  });
});

test.each([
  ['two days and a second', { expiresAt: 172_801_000 }, 'expiredTime'],
  ['a purpose that does not fit', { purpose: 'x'.repeat(600) }, 'customParam'],
  ['a payer whose id would move the borders of the signed text', { payer: { id: 'a&payCurrency=EUR' } }, 'userId'],
  ['a payer without an id', { payer: { id: '' } }, 'userId'],
  ['a way back that does not fit', { returnUrl: `https://shop.example/${'x'.repeat(500)}` }, 'redirectURL'],
] as const)('refused before anything is sent: %s', async (_what, change, field) => {
  const { provider, request, emulator, runtime } = openWorld();
  const input = request(change as never);
  const expiresAt = 'expiresAt' in change ? after(runtime, change.expiresAt) : input.expiresAt;
  const attempt = await provider.create({ ...input, expiresAt });
  expect(attempt).toMatchObject({ outcome: 'refused', fault: { kind: 'invalid' } });
  expect(attempt.outcome === 'refused' && attempt.fault.message).toContain(field);
  expect(emulator.exchanges).toEqual([]);
});

test('two days are taken, and no end of payability is promised', async () => {
  const { provider, request, runtime } = openWorld();
  const attempt = await provider.create(request({ expiresAt: after(runtime, 172_800_000) }));
  expect(attempt).toMatchObject({ outcome: 'applied' });
  expect(attempt.outcome === 'applied' && attempt.value.next).not.toHaveProperty('payableUntil');
});

test.each(
  displays.flatMap(([display, route]) => lost.map(([fault, reason]) => [display, fault, reason, route] as const)),
)('%o: a create hit by %s is unknown and sent once', async (display, fault, reason, route) => {
  const { provider, emulator, request, runtime } = openWorld({}, { display });
  emulator.faults.add(fault, { route });
  const attempt = await runtime.clock.run(() => provider.create(request()));
  expect(attempt).toMatchObject({ outcome: 'unknown', fault: { reason } });
  expect(emulator.exchanges.filter((one) => one.route === route)).toHaveLength(1);
});

test.each(displays)('%o: an unfamiliar code is unknown, and the order is found', async (display) => {
  const { provider, request, emulator, get } = openWorld({}, { display });
  emulator.faults.add('unknown-status-word');
  const input = request();
  expect(await provider.create(input)).toMatchObject({ outcome: 'unknown', fault: { reason: 'unreadable' } });
  expect(await get({ reference: input.reference })).toMatchObject({ requested: input.amount });
});

test('the same reference twice is one order: 8011 is unknown, duplicate', async () => {
  for (const errorStatus of [200, 400] as const) {
    const { provider, request, emulator } = openWorld({ errorStatus, codes: errorStatus === 200 ? 'text' : 'number' });
    const input = request();
    await provider.create(input);
    expect(await provider.create(input)).toMatchObject({
      outcome: 'unknown',
      fault: { reason: 'duplicate', providerCode: '8011' },
    });
    expect(emulator.applied.payments).toHaveLength(1);
  }
});

test('what the operator has to put right', async () => {
  const { provider, request, emulator, config, runtime } = openWorld();
  emulator.profile.callerListed = false;
  expect(await provider.create(request())).toMatchObject({
    outcome: 'refused',
    fault: { kind: 'config', providerCode: '8012' },
  });
  emulator.profile.callerListed = true;
  const stranger = createAeon({ ...config, secret: 'another-secret' }, runtime);
  expect(await stranger.create(request())).toMatchObject({
    outcome: 'refused',
    fault: { kind: 'config', providerCode: '8007' },
  });
  await expect(stranger.get(request())).rejects.toMatchObject({ fault: { kind: 'config' } });
  const euros = createAeon({ ...config, currencies: ['EUR'] }, runtime);
  const amount = money({ code: 'EUR', scale: 2 }, 500n);
  expect(await euros.create(request({ amount }))).toMatchObject({ fault: { kind: 'config', providerCode: '8013' } });
  const tokens = createAeon({ ...config, paymentTokens: ['DOGE'] }, runtime);
  expect(await tokens.create(request())).toMatchObject({ fault: { kind: 'invalid', providerCode: '8000' } });
  expect(emulator.applied.payments).toEqual([]);
});

test('paid after its time: expired first, and then paid', async () => {
  const { emulator, created, get, runtime } = openWorld();
  const target = await created();
  await runtime.clock.advance(16 * 60_000);
  expect(await get(target)).toMatchObject({ status: 'expired', receipts: [] });
  const orderNo = await emulator.payer.pay(target.reference);
  expect(await get(target)).toMatchObject({
    status: 'paid',
    receipts: [{ transaction: orderNo, amount: cents(2550n), paidAt: runtime.clock.now() }],
  });
});

test.each([
  ['a wrong token', { token: 'SHIB' }, 'wrong_payment'],
  ['a wrong network', { network: 'DOGE' }, 'wrong_payment'],
  ['too little by one cent', { amount: cents(2549n) }, 'lower_amount'],
] as const)('%s is AEON’s to give back: no receipt, so nobody refunds it twice', async (_what, payer, reason) => {
  const { provider, emulator, created, get } = openWorld();
  const target = await created();
  const orderNo = await emulator.payer.pay(target.reference, payer);
  const expected = { status: 'failed', reason, receipts: [], refunds: [] };
  expect(await get(target)).toMatchObject(expected);
  const refund = { target, reference: target.reference, receipt: ref(orderNo), amount: cents(2000n), destination };
  expect(await provider.refund(refund)).toMatchObject({ outcome: 'refused', fault: { kind: 'conflict' } });
  await emulator.payer.refundSelf(target.reference);
  expect(emulator.selfRefunds).toHaveLength(1);
  expect(await get(target)).toMatchObject(expected);
  expect(emulator.applied.refunds).toEqual([]);
  expect(provider.manifest.anomalies).toBe('provider');
});

test('late and too little is a failure too', async () => {
  const { emulator, created, get } = openWorld();
  const target = await created();
  await emulator.payer.expire(target.reference);
  await emulator.payer.pay(target.reference, { amount: cents(1n) });
  expect(await get(target)).toMatchObject({ status: 'failed', reason: 'lower_amount', receipts: [] });
});

test('several transfers make one receipt, where AEON collects them', async () => {
  const { emulator, created, get } = openWorld({ accumulates: true });
  const target = await created();
  await emulator.payer.pay(target.reference, { amount: cents(1000n) });
  expect(await get(target)).toMatchObject({ status: 'processing', receipts: [] });
  const orderNo = await emulator.payer.pay(target.reference);
  expect(await get(target)).toMatchObject({
    status: 'paid',
    receipts: [{ transaction: orderNo, amount: cents(2550n) }],
  });
});

test.each([
  ['in dollars at a rate of one, to the cent', {}, { amount: cents(3050n) }, 3050n],
  ['a single cent', {}, { amount: cents(2551n) }, 2551n],
  [
    'at another rate: not told, for a rate is no proof',
    {},
    { amount: cents(3050n), token: 'ETH', network: 'ETH' },
    2550n,
  ],
  ['the fee on top is no excess', { feePaidBy: 'payer' }, {}, 2550n],
  ['the fee on top and a dollar', { feePaidBy: 'payer' }, { amount: cents(2676n) }, 2650n],
] as const)('more than asked for: %s', async (_what, options, payer, minor) => {
  const { emulator, created, get } = openWorld(options);
  const target = await created();
  await emulator.payer.pay(target.reference, payer);
  expect(await get(target)).toMatchObject({ status: 'paid', receipts: [{ amount: cents(minor) }] });
});

test('a connected wallet is told, to be screened, and in the form that a refund takes', async () => {
  const { emulator, created, get } = openWorld();
  const target = await created();
  await emulator.payer.pay(target.reference, {
    account: '0xabcdefabcdefabcdefabcdefabcdefabcdefabcd',
    connectedWallet: true,
    network: 'BSC',
  });
  const payer = (await get(target))?.receipts[0]?.payer;
  expect(payer?.wallet).toEqual({ network: 'bsc', text: '0xabcdefabcdefabcdefabcdefabcdefabcdefabcd' });
  const account = payer?.account ?? '';
  expect(readAeonWallet(account)).toEqual({
    token: 'USDT',
    network: 'BSC',
    address: '0xabcdefabcdefabcdefabcdefabcdefabcdefabcd',
  });
  const another = await created();
  await emulator.payer.pay(another.reference, { account: '0xabcdefabcdefabcdefabcdefabcdefabcdefabcd' });
  expect((await get(another))?.receipts[0]).not.toHaveProperty('payer');
});

test('an address that no refund could go to is screened all the same', async () => {
  const { emulator, created, get } = openWorld();
  const target = await created();
  await emulator.payer.pay(target.reference, { account: 'short', connectedWallet: true });
  expect((await get(target))?.receipts[0]?.payer).toEqual({ wallet: { network: 'tron', text: 'short' } });
});

test('an order tells more through AEON’s own calls', async () => {
  const { emulator, created, config, runtime } = openWorld();
  const target = await created();
  await emulator.payer.pay(target.reference);
  const order = await createAeonApi(config, runtime).query(target.reference);
  expect(order?.hxAddress).toMatch(/^0x[0-9a-f]{64}$/);
  expect(order).toMatchObject({ payCryptoCurrency: 'USDT', payCryptoVolume: '25.5', fee: '0.26' });
});

const api: AeonOrderFields = { merchantOrderNo: '1', orderAmount: '1.00', payCurrency: 'USD', userId: 'u' };
test.each([
  [{ merchantOrderNo: '3f2a' }, 'merchantOrderNo'],
  [{ orderAmount: '1.005' }, 'orderAmount'],
  [{ orderAmount: '1e3' }, 'orderAmount'],
  [{ orderAmount: '-5' }, 'orderAmount'],
  [{ orderAmount: '25.5', payCurrency: 'VND' }, 'orderAmount'],
  [{ orderAmount: '0.000000001', payCurrency: 'PCI' }, 'orderAmount'],
  [{ userId: '' }, 'userId'],
  [{ userId: 'x'.repeat(129) }, 'userId'],
  [{ expiredTime: '999999' }, 'expiredTime'],
  [{ expiredTime: '0' }, 'expiredTime'],
  [{ customParam: 'botName' }, 'customParam'],
  [{ customParam: '[1]' }, 'customParam'],
  [{ tgModel: 'BOT' }, 'customParam'],
  [{ tgModel: 'BOT', customParam: '{"botName":"b","chatId":"1"}' }, 'orderDetail'],
  [{ paymentNetworks: 'TRX,BSC,ETH,SOL,ARB,BTC,TON,MATIC' }, 'paymentNetworks'],
] as const)('AEON’s own call refuses %o before it is sent', async (change, field) => {
  const { config, runtime, emulator } = openWorld();
  const call = createAeonApi(config, runtime).createOrder({ ...api, ...change });
  await expect(call).rejects.toMatchObject({ fault: { kind: 'invalid' } });
  await expect(call).rejects.toThrow(field);
  expect(emulator.exchanges).toEqual([]);
});

test('a recharge takes any amount, which is why purchases never use it', async () => {
  const { config, runtime, emulator } = openWorld();
  const own = createAeonApi(config, runtime);
  await own.createOrder({ ...api, merchantOrderNo: '77', orderModel: 'RECHARGE' });
  await emulator.payer.pay('77' as never, { amount: cents(7n) });
  expect(await own.query('77' as never)).toMatchObject({ orderStatus: 'COMPLETED', orderAmount: '0.07' });
});

test('orderAmount in cents: believed only where it fits what was asked for', async () => {
  const { emulator, created, get } = openWorld({ orderAmounts: 'cents' });
  const target = await created();
  expect(await get(target)).toMatchObject({ requested: cents(2550n) });
  expect(await get({ reference: target.reference })).toMatchObject({ requested: cents(2550n) });
  expect(await get({ ...target, handle: 'USD 255000' })).toMatchObject({ requested: cents(255_000n) });
  emulator.faults.add('wrong-amount');
  expect(await get(target)).toMatchObject({ requested: cents(255_100n) });
});

test('orderAmount in units: off by one cent, or a hundredfold, is told as it is', async () => {
  const { emulator, created, get } = openWorld();
  const target = await created();
  emulator.faults.add('wrong-amount');
  expect(await get(target)).toMatchObject({ requested: cents(2551n) });
  expect(await get({ ...target, handle: 'USD 255000' })).toMatchObject({ requested: cents(2550n) });
});

const refund = async (world: ReturnType<typeof openWorld>) => {
  const target = await world.created();
  const receipt = ref(await world.emulator.payer.pay(target.reference));
  return { target, receipt, reference: world.request().reference, amount: cents(1000n), destination };
};

test('a refund goes to the wallet that was named, in parts, and not beyond what came', async () => {
  const world = openWorld();
  const input = await refund(world);
  const memo = { ...input, destination: 'USDT@TON:UQBvW8Z5huBkMJYdnfAEM5JqTNkuWX3diqYENkWsIL0XggGG?memo=7' };
  expect(await world.provider.refund(memo)).toMatchObject({
    outcome: 'applied',
    value: {
      status: 'paid',
      refunds: [{ receipt: input.receipt, amount: cents(1000n), status: 'pending', reference: input.reference }],
    },
  });
  expect(world.sent()).toMatchObject({
    refundNetwork: 'TON',
    memo: '7',
    refundAmount: '10.00',
    refundOrderNo: input.reference,
  });
  const more = { ...input, reference: world.request().reference, amount: cents(1551n) };
  expect(await world.provider.refund(more)).toMatchObject({ fault: { kind: 'conflict', providerCode: '8036' } });
  expect(await world.provider.refund({ ...more, amount: cents(1550n) })).toMatchObject({ outcome: 'applied' });
  expect(world.emulator.applied.refunds.map(({ amount }) => amount.minor)).toEqual([1000n, 1550n]);
});

test.each([
  ['a dollar', { amount: cents(100n) }, 'invalid'],
  ['more than came', { amount: cents(2551n) }, 'conflict'],
  ['another receipt', { receipt: ref('300200000000000000000') }, 'invalid'],
  ['another currency', { amount: money(USDT, 10_00000000n) }, 'invalid'],
  ['nowhere', { destination: undefined }, 'invalid'],
  ['a bare address', { destination: 'TQn9Y2khEsLJW1ChVWFMSMeRDow5KcbLSE' }, 'invalid'],
] as const)('no refund of %s', async (_what, change, kind) => {
  const world = openWorld();
  const { destination: _to, ...input } = await refund(world);
  const to = 'destination' in change ? change.destination : destination;
  const attempt = await world.provider.refund({ ...input, ...change, ...(to ? { destination: to } : {}) } as never);
  expect(attempt).toMatchObject({ outcome: 'refused', fault: { kind } });
  expect(world.emulator.applied.refunds).toEqual([]);
});

test('no refund of what is settled, or of an order that is not known', async () => {
  const world = openWorld();
  const input = await refund(world);
  const unknown = { ...input, target: world.request() };
  expect(await world.provider.refund(unknown)).toMatchObject({ fault: { kind: 'not-found' } });
  await world.runtime.clock.advance(8 * 86_400_000);
  expect(await world.provider.refund(input)).toMatchObject({ fault: { kind: 'declined', providerCode: '8035' } });
});

test.each(lost)('a refund hit by %s is unknown; a repeat under its reference settles it', async (fault, reason) => {
  const world = openWorld();
  const input = await refund(world);
  world.emulator.faults.add(fault, { route: 'refund' });
  const attempt = await world.runtime.clock.run(() => world.provider.refund(input));
  expect(attempt).toMatchObject({ outcome: 'unknown', fault: { reason } });
  const applied = world.emulator.applied.refunds.length;
  expect(await world.get(input.target)).toMatchObject({ refunds: [] });
  const again = await world.provider.refund(input);
  expect(again).toMatchObject(
    applied === 1
      ? { outcome: 'unknown', fault: { reason: 'duplicate', providerCode: '8034' } }
      : { outcome: 'applied' },
  );
  expect(world.emulator.applied.refunds).toHaveLength(1);
});

test('a lookup that fails before a refund leaves it undone', async () => {
  const world = openWorld();
  const input = await refund(world);
  world.emulator.faults.add('http-503', { route: 'query', times: 3 });
  expect(await world.runtime.clock.run(() => world.provider.refund(input))).toMatchObject({ outcome: 'refused' });
  expect(world.emulator.applied.refunds).toEqual([]);
});

test.each([
  ['appId', { appId: '' }],
  ['secret', { secret: 'short' }],
  ['previousSecret', { previousSecret: '' }],
  ['callbackUrl', { callbackUrl: 'http://shop.example/hook' }],
  ['currencies', { currencies: ['KHR'] }],
  ['currencies', { currencies: ['USD', 'USD'] }],
  ['paymentTokens', { paymentTokens: ['usdt'] }],
  ['paymentNetworks', { paymentNetworks: ['TRX', 'BSC', 'ETH', 'SOL', 'ARB', 'BTC', 'TON', 'MATIC'] }],
  ['paymentExchange', { paymentExchange: ['kraken'] }],
  ['display', { display: { type: 'bot' } }],
  ['display', { display: { type: 'miniapp' } }],
  ['settlesAfterDays', { settlesAfterDays: 0 }],
  ['unknown field', { orderModel: 'RECHARGE' }],
] as const)('a configuration with a wrong %s is refused, and its value is not repeated', (field, change) => {
  const config = { ...openWorld().config, ...change } as unknown as AeonConfig;
  expect(() => createAeon(config)).toThrow(field);
  for (const value of Object.values(change)) {
    if (typeof value !== 'string' || value === '') continue;
    expect(() => createAeon(config)).not.toThrow(value);
  }
});

test('without settlement terms there is no refund', () => {
  const { config } = openWorld();
  const { settlesAfterDays: _days, ...plain } = config;
  const provider = createAeon(plain);
  expect(provider).not.toHaveProperty('refund');
  expect(provider.manifest.operations).not.toHaveProperty('refund');
});

test('what can go wrong is data: fees, deadlines, who acts', () => {
  const of = (one: string) => aeonAnomalies.find((anomaly) => anomaly.case === one);
  expect(of('unsupported-transfer')).toMatchObject({ handling: 'support', fee: money(USDT, 47_00000000n) });
  expect(of('wrong-memo')).toMatchObject({
    fee: money(USDT, 31_00000000n),
    withinMs: 1_296_000_000,
    countsFrom: 'deposit',
  });
  expect(of('returned-withdrawal')).toMatchObject({ fee: money(USDT, 47_00000000n), countsFrom: 'return' });
  expect(of('flagged')).toMatchObject({ handling: 'review', fee: money(USDT, 5_00000000n) });
  expect(of('overpaid')).toMatchObject({ handling: 'payer-page', from: money(USDT, 5_00000000n) });
  expect(of('late')).toMatchObject({ handling: 'credited' });
  expect(new Set(aeonAnomalies.map((one) => one.case)).size).toBe(aeonAnomalies.length);
});

propertyTest.prop([fc.bigInt({ min: 101n, max: 100_000_00n }), fc.constantFrom('units' as const, 'cents' as const)])(
  'whatever is asked for is read back in both dialects, with the handle and without',
  async (minor, orderAmounts) => {
    const { created, get } = openWorld({ orderAmounts });
    const target = await created({ amount: cents(minor) });
    expect((await get(target))?.requested).toEqual(cents(minor));
    expect((await get({ reference: target.reference }))?.requested).toEqual(cents(minor));
  },
);

test('an answer about another order is no answer', async () => {
  const { config, runtime, created } = openWorld();
  const target = await created();
  const swapped = createAeon(config, {
    ...runtime,
    async fetch(request, how) {
      const answer = await runtime.fetch(request, how);
      return new Response((await answer.text()).replaceAll(target.reference, '7'), answer);
    },
  });
  await expect(runtime.clock.run(() => swapped.get(target))).rejects.toMatchObject({ fault: { kind: 'unavailable' } });
});

test('an expiry in the past is refused', async () => {
  const { provider, request } = openWorld();
  expect(await provider.create(request({ expiresAt: 1 as Instant }))).toMatchObject({ outcome: 'refused' });
});
