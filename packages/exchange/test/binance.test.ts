import { BTC, money, ProviderError, USDT } from '@rielrails/core';
import { formatAmount } from '@rielrails/kit';
import { expect, test } from 'vitest';
import { createBinance } from '../src/ccxt/index.ts';
import { createLab, totals } from './lab.ts';

const COIN = 100_000_000n;

test('a quote is for the size, net of the fee, and says how long it holds', async () => {
  const lab = createLab();
  lab.venue.market.setSide('asks', [
    ['60000.00', '0.00100000'],
    ['60010.00', '0.50000000'],
  ]);
  const quote = await lab.quote('120');
  // 0.00199 is the largest step whose cost at 60,010 stays within 120 USDT
  expect(quote).toMatchObject({
    spend: money(USDT, 120n * COIN),
    receive: money(BTC, 199_000n - 199n),
    fee: money(BTC, 199n),
    worst: { base: money(BTC, COIN), quote: money(USDT, 60_010n * COIN) },
  });
  expect(quote.expiresAt - quote.observedAt).toBe(30_000);
});

test('a buy brings exactly what the quote promised, and the venue agrees to the last unit', async () => {
  const lab = createLab();
  const quote = await lab.quote('250');
  const reference = lab.reference();
  const bought = await lab.runtime.clock.run(() => lab.exchange.buy({ quote, reference, atLeast: quote.receive }));
  expect(bought).toMatchObject({ outcome: 'applied', value: { reference, status: 'filled' } });
  const trade = (bought as { value: Parameters<typeof totals>[0] }).value;
  const { spent, received } = totals(trade);
  expect(received.minor).toBe(quote.receive.minor);
  expect(spent.minor).toBeLessThanOrEqual(quote.spend.minor);
  expect(lab.venue.applied.orders).toEqual([
    { reference, spent: formatAmount(spent), received: formatAmount(received) },
  ]);
  expect(lab.venue.market.balance('BTC').free).toBe(formatAmount(received));
  expect(lab.venue.market.balance('USDT').locked).toBe('0.00000000');
  expect(await lab.get(reference)).toEqual(trade);
});

test('an order of very many executions is found whole', async () => {
  const lab = createLab();
  const level = (quantity: string) => ['60000.00', quantity] as const;
  lab.venue.market.setSide('asks', [level('0.01000000')]);
  const quote = await lab.quote('500');
  lab.venue.market.setSide(
    'asks',
    Array.from({ length: 1000 }, () => level('0.00001000')),
  );
  const reference = lab.reference();
  const bought = await lab.runtime.clock.run(() => lab.exchange.buy({ quote, reference, atLeast: quote.receive }));
  const fills = bought.outcome === 'applied' ? bought.value.fills : [];
  expect(fills.length).toBeGreaterThan(800);
  expect(await lab.get(reference)).toMatchObject({ status: 'filled', fills });
});

test('a fee in BNB leaves the bitcoin whole and is told in BNB', async () => {
  const lab = createLab({ config: { takerFeeBasisPoints: 0 } });
  lab.venue.market.setFees({ asset: 'BNB' });
  lab.venue.market.setBalance('BNB', '1');
  const bought = await lab.buy('250');
  const fills = bought.outcome === 'applied' ? bought.value.fills : [];
  expect(fills.map(({ fee }) => fee.asset.code)).toEqual(['BNB']);
  expect(fills[0]!.received.minor % 1000n).toBe(0n);
});

test('less than the whole fills: the rest is cancelled, and the lookup tells the same', async () => {
  const lab = createLab();
  const reference = lab.reference();
  lab.venue.market.fillPartly(5000);
  const bought = await lab.buy('500', { reference });
  expect(bought).toMatchObject({ outcome: 'applied', value: { status: 'cancelled' } });
  const trade = await lab.get(reference);
  expect(trade).toEqual((bought as { value: unknown }).value);
  expect(formatAmount(totals(trade!).received)).toBe(lab.venue.applied.orders[0]!.received);
  expect(totals(trade!).received.minor).toBeGreaterThan(0n);
  expect(lab.venue.market.balance('USDT').locked).toBe('0.00000000');
});

test('a price that moved within the reserve still fills, and never costs more than the quote', async () => {
  const lab = createLab();
  const quote = await lab.quote('500');
  const atLeast = money(BTC, (quote.receive.minor * 98n) / 100n);
  lab.venue.market.move(150);
  const bought = await lab.runtime.clock.run(() => lab.exchange.buy({ quote, reference: lab.reference(), atLeast }));
  expect(bought).toMatchObject({ outcome: 'applied', value: { status: 'filled' } });
  const { spent, received } = totals((bought as { value: Parameters<typeof totals>[0] }).value);
  expect(received.minor).toBeGreaterThanOrEqual(atLeast.minor);
  expect(spent.minor).toBeLessThanOrEqual(quote.spend.minor);
});

test('a price that moved beyond the cap buys nothing', async () => {
  const lab = createLab();
  const quote = await lab.quote('500');
  lab.venue.market.move(300);
  const reference = lab.reference();
  const bought = await lab.runtime.clock.run(() => lab.exchange.buy({ quote, reference, atLeast: quote.receive }));
  expect(bought).toMatchObject({ outcome: 'applied', value: { status: 'cancelled', fills: [] } });
  expect(lab.venue.market.balance('USDT')).toEqual({ free: '100000.00000000', locked: '0.00000000' });
  expect(await lab.get(reference)).toMatchObject({ status: 'cancelled', fills: [] });
});

test('a book that jumps while the order is on its way fills only what stayed under the cap', async () => {
  const lab = createLab();
  lab.venue.market.jumpAtNextOrder(300, '0.002');
  const quote = await lab.quote('500');
  const reference = lab.reference();
  const bought = await lab.runtime.clock.run(() => lab.exchange.buy({ quote, reference, atLeast: quote.receive }));
  const { spent, received } = totals((bought as { value: Parameters<typeof totals>[0] }).value);
  expect(bought).toMatchObject({ outcome: 'applied', value: { status: 'cancelled' } });
  expect(received.minor).toBe(200_000n - 200n);
  expect(spent.minor * quote.receive.minor).toBeLessThanOrEqual(quote.spend.minor * received.minor);
  expect((await lab.quote('500')).worst.quote.minor).toBeGreaterThan(quote.worst.quote.minor);
});

test('a floor above the quote is declined before an order leaves', async () => {
  const lab = createLab();
  const quote = await lab.quote('500');
  const atLeast = money(BTC, quote.receive.minor + 1n);
  const attempt = await lab.runtime.clock.run(() => lab.exchange.buy({ quote, reference: lab.reference(), atLeast }));
  expect(attempt).toMatchObject({ outcome: 'refused', fault: { kind: 'declined', reason: 'floor-above-quote' } });
  expect(lab.venue.applied.orders).toEqual([]);
});

test('a quote whose worst price cannot be met within its own spend is declined before an order leaves', async () => {
  const lab = createLab();
  const quote = await lab.quote('500');
  const worst = { base: quote.worst.base, quote: money(USDT, (quote.worst.quote.minor * 11n) / 10n) };
  const attempt = await lab.runtime.clock.run(() =>
    lab.exchange.buy({ quote: { ...quote, worst }, reference: lab.reference(), atLeast: quote.receive }),
  );
  expect(attempt).toMatchObject({ outcome: 'refused', fault: { kind: 'declined', reason: 'floor-cannot-be-met' } });
  expect(lab.venue.applied.orders).toEqual([]);
});

test('a quote that expires while the order is prepared sends no order', async () => {
  const lab = createLab({
    config: { quoteValidForMs: 1000 },
    between: (next) => async (request, init) => {
      if (request.url.includes('/order')) await lab.runtime.clock.sleep(1000);
      return next(request, init);
    },
  });
  expect(await lab.buy('100')).toMatchObject({ outcome: 'refused', fault: { kind: 'unavailable' } });
  expect(lab.venue.applied.orders).toEqual([]);
});

test.each([
  ['symbol', 'ETHUSDT'],
  ['side', 'SELL'],
  ['clientOrderId', '1'],
  ['origQty', '1.00000000'],
  ['price', '1.00000000'],
])('an answer that echoes another %s is in doubt', async (field, value) => {
  const lab = createLab({
    between: (next) => async (request, init) => {
      const answer = await next(request, init);
      if (request.method !== 'POST') return answer;
      return Response.json({ ...((await answer.json()) as object), [field]: value });
    },
  });
  expect(await lab.buy('100')).toMatchObject({ outcome: 'unknown', fault: { reason: 'echo-mismatch' } });
  expect(lab.venue.applied.orders).toHaveLength(1);
});

test("a floor so small that its cap leaves the venue's price range is invalid before an order leaves", async () => {
  const lab = createLab();
  const attempt = await lab.buy('100', { atLeast: 1n });
  expect(attempt).toMatchObject({ outcome: 'refused', fault: { kind: 'invalid' } });
  expect(lab.venue.exchanges.filter(({ route }) => route === 'order')).toEqual([]);
});

test('a spend below the least of the market is invalid before anything leaves', async () => {
  const lab = createLab();
  await expect(lab.quote('6.99999999')).rejects.toMatchObject({ fault: { kind: 'invalid' } });
  expect(lab.venue.exchanges).toEqual([]);
  expect((await lab.quote('10')).receive.minor).toBeGreaterThan(0n);
});

test.each([
  ['crossed', [['59999.00', '1']], [['60000.00', '1']]],
  ['touching', [['60000.00', '1']], [['60000.00', '1']]],
  ['empty above', [], [['60000.00', '1']]],
  ['empty below', [['60000.00', '1']], []],
  ['too thin', [['60000.00', '0.00100000']], [['59999.00', '1']]],
  [
    'out of order',
    [
      ['60001.00', '0.001'],
      ['60000.00', '9'],
    ],
    [['59999.00', '1']],
  ],
] as const)('a book that is %s gives no quote', async (_word, asks, bids) => {
  const lab = createLab();
  lab.venue.market.setSide('asks', asks);
  lab.venue.market.setSide('bids', bids);
  await expect(lab.quote('100')).rejects.toMatchObject({ fault: { kind: 'unavailable' } });
});

test('a book older than one that was seen gives no quote', async () => {
  const lab = createLab();
  lab.venue.market.freezeBook(true);
  lab.venue.market.move(1);
  await lab.quote('100');
  lab.venue.market.freezeBook(false);
  await lab.quote('100');
  const old = createLab({
    between: (next) => async (request, init) => {
      const answer = await next(request, init);
      if (!request.url.includes('/depth')) return answer;
      const body = (await answer.json()) as { lastUpdateId: number };
      depths += 1;
      return Response.json({ ...body, lastUpdateId: body.lastUpdateId - depths });
    },
  });
  let depths = 0;
  await old.quote('100');
  await expect(old.quote('100')).rejects.toMatchObject({ fault: { kind: 'unavailable' } });
});

test('a book whose number stands still for a minute is not the market’s', async () => {
  const lab = createLab();
  lab.venue.market.freezeBook(true);
  await lab.quote('100');
  await lab.runtime.clock.advance(59_000);
  await lab.quote('100');
  await lab.runtime.clock.advance(2000);
  await expect(lab.quote('100')).rejects.toThrow('nothing moved in the order book for a minute');
  lab.venue.market.freezeBook(false);
  expect((await lab.quote('100')).receive.minor).toBeGreaterThan(0n);
});

test('two quotes whose answers overtake each other both hold', async () => {
  let slow = true;
  const lab = createLab({
    between: (next) => async (request, init) => {
      const answer = await next(request, init);
      if (!request.url.includes('/depth') || !slow) return answer;
      slow = false;
      lab.venue.market.move(1);
      await lab.runtime.clock.sleep(500);
      return answer;
    },
  });
  const both = await lab.runtime.clock.run(() =>
    Promise.all([1, 2].map(() => lab.exchange.quote({ spend: money(USDT, 100n * COIN), buy: BTC }))),
  );
  expect(both[0]!.receive.minor).toBeGreaterThanOrEqual(both[1]!.receive.minor);
});

test('a halted market gives no quote and takes no order', async () => {
  const lab = createLab();
  const quote = await lab.quote('100');
  lab.venue.market.halt(true);
  const attempt = await lab.runtime.clock.run(() =>
    lab.exchange.buy({ quote, reference: lab.reference(), atLeast: quote.receive }),
  );
  expect(attempt).toMatchObject({ outcome: 'refused', fault: { kind: 'declined', reason: 'market-closed' } });
  expect(lab.venue.exchanges.filter(({ route }) => route === 'order')).toEqual([]);
  await lab.runtime.clock.advance(30_000);
  await expect(lab.quote('100')).rejects.toThrow('the market is closed');
});

test('a market that closes between the check and the order declines', async () => {
  const lab = createLab({
    between: (next) => (request, init) => {
      if (request.method === 'POST') lab.venue.market.halt(true);
      return next(request, init);
    },
  });
  const attempt = await lab.buy('100');
  expect(attempt).toMatchObject({
    outcome: 'refused',
    fault: { kind: 'declined', reason: 'market-closed', providerCode: '-2010' },
  });
});

test('an account that holds too little declines, and nothing is reserved', async () => {
  const lab = createLab();
  lab.venue.market.setBalance('USDT', '99.99');
  const attempt = await lab.buy('200');
  expect(attempt).toMatchObject({ outcome: 'refused', fault: { kind: 'declined', reason: 'insufficient-balance' } });
  expect(lab.venue.market.balance('USDT')).toEqual({ free: '99.99000000', locked: '0.00000000' });
});

test('a reference that was used is never sent again, although the venue would take it', async () => {
  const lab = createLab();
  const reference = lab.reference();
  await lab.buy('100', { reference });
  const again = await lab.buy('100', { reference });
  expect(again).toMatchObject({ outcome: 'unknown', fault: { reason: 'duplicate' } });
  expect(lab.venue.applied.orders).toHaveLength(1);
});

test('two buys of one reference at once send one order', async () => {
  const lab = createLab();
  const reference = lab.reference();
  const quote = await lab.quote('100');
  const both = await lab.runtime.clock.run(() =>
    Promise.all([1, 2].map(() => lab.exchange.buy({ quote, reference, atLeast: quote.receive }))),
  );
  expect(both.map(({ outcome }) => outcome).sort()).toEqual(['applied', 'unknown']);
  expect(lab.venue.applied.orders).toHaveLength(1);
});

test('an order that nobody placed is not found; one that is too young is found later', async () => {
  const lab = createLab();
  const reference = lab.reference();
  expect(await lab.get(reference)).toBeNull();
  lab.venue.venue.lag(5000);
  await lab.buy('100', { reference });
  expect(await lab.get(reference)).toBeNull();
  await lab.runtime.clock.advance(5000);
  expect(await lab.get(reference)).toMatchObject({ status: 'filled' });
});

test.each([
  'timeout-after-apply',
  'reset-after-apply',
  'http-500-after-apply',
  'unreadable-200',
  'wrong-amount',
] as const)('%s on an order is unknown, exactly one order was placed, and the lookup finds it', async (fault) => {
  const lab = createLab();
  const reference = lab.reference();
  lab.venue.faults.add(fault, { route: 'order' });
  const attempt = await lab.buy('100', { reference });
  expect(attempt).toMatchObject({ outcome: 'unknown', fault: { kind: 'unknown', provider: 'binance' } });
  expect(lab.venue.applied.orders).toHaveLength(1);
  expect(await lab.get(reference)).toMatchObject({ reference, status: 'filled' });
  expect(await lab.buy('100', { reference })).toMatchObject({ outcome: 'unknown', fault: { reason: 'duplicate' } });
  expect(lab.venue.applied.orders).toHaveLength(1);
});

test.each([
  ['timeout-before', 'unknown'],
  ['http-503', 'unknown'],
  ['refused-connection', 'refused'],
  ['throttled', 'refused'],
] as const)(
  '%s on an order is %s, no order was placed, and the same reference may be used again',
  async (fault, outcome) => {
    const lab = createLab();
    const reference = lab.reference();
    lab.venue.faults.add(fault, { route: 'order' });
    expect(await lab.buy('100', { reference })).toMatchObject({ outcome });
    expect(lab.venue.applied.orders).toEqual([]);
    await lab.runtime.clock.advance(2000); // what throttling asks for
    expect(await lab.get(reference)).toBeNull();
    expect(await lab.buy('100', { reference })).toMatchObject({ outcome: 'applied' });
  },
);

test('throttling tells how long to wait', async () => {
  const lab = createLab();
  lab.venue.faults.add('throttled', { route: 'order' });
  expect(await lab.buy('100')).toMatchObject({ fault: { kind: 'throttled', retryAfterMs: 2000 } });
  await lab.runtime.clock.advance(2000);
  const quote = await lab.quote('100');
  lab.venue.venue.ban(120);
  const deadline = (lab.runtime.clock.now() + 60_000) as typeof quote.expiresAt;
  const banned = await lab.runtime.clock.run(() =>
    lab.exchange.buy({ quote, reference: lab.reference(), atLeast: quote.receive }, { deadline }),
  );
  expect(banned).toMatchObject({ outcome: 'refused', fault: { kind: 'throttled', retryAfterMs: 120_000 } });
});

test.each(['timeout-after-apply', 'reset-after-apply', 'http-503', 'unreadable-200', 'throttled'] as const)(
  'a lookup outlives one %s',
  async (fault) => {
    const lab = createLab();
    const reference = lab.reference();
    await lab.buy('100', { reference });
    lab.venue.faults.add(fault, { route: 'query-order' });
    expect(await lab.get(reference)).toMatchObject({ status: 'filled' });
  },
);

test('a lookup that cannot be had before an order means: nothing was sent', async () => {
  const lab = createLab();
  lab.venue.faults.add('reset-after-apply', { route: 'query-order', times: 3 });
  expect(await lab.buy('100')).toMatchObject({ outcome: 'refused', fault: { kind: 'unavailable' } });
  expect(lab.venue.applied.orders).toEqual([]);
});

test('a key revoked after it worked is a configuration fault, not a reason to wait', async () => {
  const lab = createLab();
  await lab.buy('100');
  lab.venue.venue.revokeKey(true);
  expect(await lab.buy('100')).toMatchObject({ outcome: 'refused', fault: { kind: 'config', providerCode: '-2015' } });
  await expect(lab.get(lab.reference())).rejects.toMatchObject({ fault: { kind: 'config' } });
});

test('a wrong secret is a configuration fault', async () => {
  const lab = createLab({ config: { secret: 'f'.repeat(64) } });
  expect(await lab.buy('100')).toMatchObject({ outcome: 'refused', fault: { kind: 'config', providerCode: '-1022' } });
});

test.each([-2000, 7000])(
  'an order %i ms off the clock of the venue was not taken, and may be sent again',
  async (skew) => {
    const lab = createLab({
      between: (next) => (request, init) => {
        lab.venue.venue.skewClock(request.method === 'POST' ? skew : 0);
        return next(request, init);
      },
    });
    expect(await lab.buy('100')).toMatchObject({ outcome: 'refused', fault: { kind: 'unavailable' } });
    expect(lab.venue.applied.orders).toEqual([]);
  },
);

test('an unfamiliar status word is neither success nor failure, and is told once', async () => {
  const lab = createLab();
  lab.venue.faults.add('unknown-status-word', { route: 'order' });
  expect(await lab.buy('100')).toMatchObject({ outcome: 'applied', value: { status: 'open' } });
  expect(lab.runtime.entries.filter(({ event }) => event === 'unfamiliar-word')).toHaveLength(1);
});

test('trades that do not add up to the order are not told as its truth', async () => {
  const lab = createLab();
  const reference = lab.reference();
  await lab.buy('100', { reference });
  lab.venue.faults.add('wrong-amount', { route: 'query-order' });
  await expect(lab.get(reference)).rejects.toMatchObject({ fault: { kind: 'unavailable' } });
});

test('an abort and a passed deadline end the call before an order leaves', async () => {
  const lab = createLab();
  const quote = await lab.quote('100');
  const input = { quote, reference: lab.reference(), atLeast: quote.receive };
  const ended = new AbortController();
  ended.abort();
  const aborted = await lab.runtime.clock.run(() => lab.exchange.buy(input, { signal: ended.signal }));
  const late = await lab.runtime.clock.run(() => lab.exchange.buy(input, { deadline: lab.runtime.clock.now() }));
  for (const attempt of [aborted, late])
    expect(attempt).toMatchObject({ outcome: 'refused', fault: { kind: 'unavailable' } });
  expect(lab.venue.applied.orders).toEqual([]);
});

test('neither key nor secret is in any log line or fault', async () => {
  const lab = createLab();
  lab.venue.faults.add('http-500-after-apply', { route: 'order' });
  const told = JSON.stringify([await lab.buy('100'), lab.runtime.entries]);
  expect(told).not.toContain(lab.venue.config.secret);
  expect(told).not.toContain(lab.venue.config.apiKey);
});

test('the requests say who we are, go to the configured host, and are no more than needed', async () => {
  const requests: Request[] = [];
  const lab = createLab({
    config: { baseUrl: 'http://127.0.0.1:9' },
    between: (next) => (request, init) => {
      requests.push(request.clone());
      return next(request, init);
    },
  });
  await lab.buy('100');
  const paths = requests.map(({ method, url }) => `${method} ${new URL(url).pathname}`);
  expect(paths.toSorted()).toEqual([
    'GET /api/v3/depth',
    'GET /api/v3/exchangeInfo',
    'GET /api/v3/exchangeInfo',
    'GET /api/v3/order',
    'POST /api/v3/order',
  ]);
  expect(paths.at(-1)).toBe('POST /api/v3/order');
  expect(new Set(requests.map(({ url }) => new URL(url).host))).toEqual(new Set(['127.0.0.1:9']));
  expect(new Set(requests.map(({ headers }) => headers.get('user-agent')))).toEqual(new Set(['@rielrails/exchange']));
});

test.each([
  ['apiKey', { apiKey: '' }],
  ['secret', { secret: 'short' }],
  ['baseUrl', { baseUrl: 'https://host/path' }],
  ['recvWindowMs', { recvWindowMs: 60_001 }],
  ['leverage', { leverage: 2 }],
])('a bad %s is refused by name, without its value', (field, change) => {
  const config = { apiKey: 'a'.repeat(64), secret: 'b'.repeat(64), ...change };
  expect(() => createBinance(config)).toThrow(ProviderError);
  expect(() => createBinance(config)).toThrow(field);
});

test('however many quotes are wanted at once, no minute holds more weight than the venue allows', async () => {
  const lab = createLab();
  await lab.runtime.clock.run(() =>
    Promise.all(
      Array.from({ length: 300 }, () =>
        lab.exchange.quote({ spend: money(USDT, 100n * COIN), buy: BTC }).catch(() => null),
      ),
    ),
  );
  // "Exchange information" weighs 20, "Order book" of 100 levels 5, and a minute allows 6,000
  const weighed = lab.venue.exchanges.map(({ at, route }) => ({ at, weight: route === 'depth' ? 5 : 20 }));
  const inMinuteFrom = (start: number) =>
    weighed.filter(({ at }) => at >= start && at < start + 60_000).reduce((sum, { weight }) => sum + weight, 0);
  const heaviest = Math.max(...weighed.map(({ at }) => inMinuteFrom(at)));
  expect(weighed).toHaveLength(600);
  expect(heaviest).toBeLessThanOrEqual(6000);
  expect(heaviest).toBeGreaterThan(4000);
});
