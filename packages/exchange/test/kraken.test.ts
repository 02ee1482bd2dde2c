import { BTC, money, ProviderError, USDT } from '@rielrails/core';
import type { Trade } from '@rielrails/core';
import { formatAmount } from '@rielrails/kit';
import type { Fetch } from '@rielrails/kit';
import { expect, test } from 'vitest';
import { createKraken } from '../src/ccxt/index.ts';
import { createKrakenLab as createLab, totals } from './lab.ts';

const COIN = 100_000_000n;

/** Answers of the venue, changed on their way for requests of one method. */
function changing(method: string, change: (body: Answer) => object): { readonly between: (next: Fetch) => Fetch } {
  return {
    between: (next) => async (request, init) => {
      const answer = await next(request, init);
      return request.url.endsWith(`/${method}`) ? Response.json(change((await answer.json()) as Answer)) : answer;
    },
  };
}

interface Answer {
  readonly result: Readonly<Record<string, object>>;
}

test('a quote is for the size, and its fee comes on top', async () => {
  const lab = createLab();
  lab.venue.market.setSide('asks', [
    ['60000.0', '0.00100000'],
    ['60010.0', '0.50000000'],
  ]);
  const quote = await lab.quote('120');
  expect(quote).toMatchObject({
    spend: money(USDT, 120n * COIN),
    worst: { base: money(BTC, COIN), quote: money(USDT, 60_010n * COIN) },
    fee: { asset: USDT },
  });
  // 120 USDT are 119.52 and the fee of 0.4 percent on it; 0.004 are kept for roundings
  expect(quote.receive.minor).toBe((11_951_793_625n * COIN) / (60_010n * COIN));
  expect(quote.fee.minor).toBeGreaterThan(47_000_000n);
  expect(quote.expiresAt - quote.observedAt).toBe(30_000);
});

test('a buy brings exactly what the quote promised, and the venue agrees to the last unit', async () => {
  const lab = createLab();
  const quote = await lab.quote('250');
  const reference = lab.reference();
  const bought = await lab.runtime.clock.run(() => lab.exchange.buy({ quote, reference, atLeast: quote.receive }));
  expect(bought).toMatchObject({ outcome: 'applied', value: { reference, status: 'filled' } });
  const trade = (bought as { value: Trade }).value;
  const { spent, received } = totals(trade);
  expect(received.minor).toBe(quote.receive.minor);
  expect(spent.minor).toBeLessThanOrEqual(quote.spend.minor);
  expect(trade.fills.every(({ fee }) => fee.asset.code === 'USDT' && fee.minor > 0n)).toBe(true);
  expect(lab.venue.applied.orders).toEqual([
    { reference, spent: formatAmount(spent), received: formatAmount(received) },
  ]);
  expect(lab.venue.market.balance('BTC').free).toBe(formatAmount(received));
  expect(lab.venue.market.balance('USDT').locked).toBe('0.00000000');
  expect(await lab.get(reference)).toEqual(trade);
});

test('an order of more executions than one answer holds is told in full', async () => {
  const lab = createLab();
  const levels = Array.from({ length: 45 }, (_, at) => [`${60_000 + at}.0`, '0.00100000'] as const);
  lab.venue.market.setSide('asks', levels);
  const reference = lab.reference();
  const bought = await lab.buy('2600', { reference });
  expect(bought).toMatchObject({ outcome: 'applied', value: { status: 'filled' } });
  const trade = (bought as { value: Trade }).value;
  expect(trade.fills.length).toBeGreaterThan(40);
  expect(lab.calls('query-trades')).toBe(3);
  expect(formatAmount(totals(trade).spent)).toBe(lab.venue.applied.orders[0]?.spent);
});

test('less than the whole fills: the rest is cancelled, and the lookup tells the same', async () => {
  const lab = createLab();
  const reference = lab.reference();
  lab.venue.market.fillPartly(5000);
  const bought = await lab.buy('500', { reference });
  expect(bought).toMatchObject({ outcome: 'applied', value: { status: 'cancelled' } });
  expect(await lab.get(reference)).toEqual((bought as { value: unknown }).value);
  expect(lab.venue.market.balance('USDT').locked).toBe('0.00000000');
});

test('a price that moved beyond the cap buys nothing, and the order is found', async () => {
  const lab = createLab();
  const quote = await lab.quote('500');
  lab.venue.market.move(300);
  const reference = lab.reference();
  const bought = await lab.runtime.clock.run(() => lab.exchange.buy({ quote, reference, atLeast: quote.receive }));
  expect(bought).toMatchObject({ outcome: 'applied', value: { status: 'cancelled', fills: [] } });
  expect(await lab.get(reference)).toMatchObject({ status: 'cancelled', fills: [] });
  expect(lab.venue.market.balance('USDT')).toEqual({ free: '100000.00000000', locked: '0.00000000' });
});

test('an order is looked up among open ones first, so that one which closes in between is not missed', async () => {
  const lab = createLab();
  expect(await lab.get(lab.reference())).toBeNull();
  expect(lab.venue.exchanges.map(({ route }) => route)).toEqual(['open-orders', 'closed-orders']);
});

test('an order that still works is found, and told as it is', async () => {
  const lab = createLab(
    changing('OpenOrders', (body) => ({
      ...body,
      result: {
        open: {
          'OAAAAA-AAAAA-AAAAAA': {
            cl_ord_id: '0000000000000000000000000000002a',
            status: 'open',
            descr: { pair: 'XBTUSDT', type: 'buy', price: '60000.0' },
            vol: '0.00100000',
            vol_exec: '0.00000000',
            cost: '0.00000',
          },
        },
      },
    })),
  );
  expect(await lab.get('42' as ReturnType<typeof lab.reference>)).toMatchObject({ status: 'open', fills: [] });
  await expect(lab.get('43' as ReturnType<typeof lab.reference>)).rejects.toThrow('answered about another order');
});

test('two orders under one reference are for a person', async () => {
  const lab = createLab(
    changing('ClosedOrders', (body) => {
      const [only] = Object.values(body.result['closed'] ?? {}) as object[];
      return only ? { ...body, result: { closed: { O1: only, O2: only } } } : body;
    }),
  );
  const reference = lab.reference();
  await lab.buy('100', { reference });
  await expect(lab.get(reference)).rejects.toMatchObject({
    fault: { kind: 'unavailable' },
    message: expect.stringContaining('several orders bear this reference'),
  });
});

test.each(['query-orders', 'query-trades'])(
  'an order that was taken is open as long as %s does not answer, and never failed',
  async (route) => {
    const lab = createLab();
    const reference = lab.reference();
    lab.venue.faults.add('http-503', { route, times: 3 });
    const bought = await lab.buy('100', { reference });
    expect(bought).toMatchObject({ outcome: 'applied', value: { reference, status: 'open', fills: [] } });
    expect(await lab.get(reference)).toMatchObject({ status: 'filled' });
    expect(lab.venue.applied.orders).toHaveLength(1);
  },
);

test('an order that is not listed yet is open', async () => {
  const lab = createLab();
  lab.venue.venue.lag(5000);
  expect(await lab.buy('100')).toMatchObject({ outcome: 'applied', value: { status: 'open' } });
});

test.each(['add-order', 'query-orders'])('amounts of another order from %s are in doubt', async (route) => {
  const lab = createLab();
  lab.venue.faults.add('wrong-amount', { route });
  expect(await lab.buy('100')).toMatchObject({ outcome: 'unknown', fault: { reason: 'echo-mismatch' } });
  expect(lab.venue.applied.orders).toHaveLength(1);
});

test.each([
  ['cl_ord_id', '1'],
  ['descr', { pair: 'XBTUSD', type: 'buy', price: '60000.0' }],
  ['descr', { pair: 'XBTUSDT', type: 'sell', price: '60000.0' }],
])('an answer about another order (%s) is in doubt', async (field, value) => {
  const lab = createLab(
    changing('QueryOrders', (body) => ({
      ...body,
      result: Object.fromEntries(Object.entries(body.result).map(([id, order]) => [id, { ...order, [field]: value }])),
    })),
  );
  expect(await lab.buy('100')).toMatchObject({ outcome: 'unknown', fault: { reason: 'echo-mismatch' } });
});

test('trades that do not add up to the order are not told as its truth', async () => {
  const lab = createLab();
  const reference = lab.reference();
  await lab.buy('100', { reference });
  lab.venue.faults.add('wrong-amount', { route: 'closed-orders' });
  await expect(lab.get(reference)).rejects.toMatchObject({ fault: { kind: 'unavailable' } });
});

test('a reference that was used is never sent again, although the venue would take it', async () => {
  const lab = createLab();
  const reference = lab.reference();
  await lab.buy('100', { reference });
  expect(await lab.buy('100', { reference })).toMatchObject({ outcome: 'unknown', fault: { reason: 'duplicate' } });
  expect(lab.venue.applied.orders).toHaveLength(1);
  expect(lab.calls('add-order')).toBe(1);
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
  lab.venue.faults.add(fault, { route: 'add-order' });
  expect(await lab.buy('100', { reference })).toMatchObject({ outcome: 'unknown', fault: { provider: 'kraken' } });
  expect(lab.venue.applied.orders).toHaveLength(1);
  expect(await lab.get(reference)).toMatchObject({ reference, status: 'filled' });
  expect(await lab.buy('100', { reference })).toMatchObject({ fault: { reason: 'duplicate' } });
  expect(lab.venue.applied.orders).toHaveLength(1);
});

test.each([
  ['EGeneral:Invalid arguments:cl_ord_id not unique', 'unknown', { reason: 'duplicate' }],
  ['EService:Unavailable', 'unknown', { kind: 'unknown' }],
  ['EGeneral:Internal error', 'unknown', { kind: 'unknown' }],
  ['EFoo:Bar', 'unknown', { reason: 'unreadable' }],
  ['EService:Deadline elapsed', 'refused', { kind: 'unavailable' }],
  ['EAPI:Invalid nonce', 'refused', { kind: 'unavailable' }],
  ['EOrder:Insufficient funds', 'refused', { kind: 'declined', reason: 'insufficient-balance' }],
  ['EService:Market in cancel_only mode', 'refused', { kind: 'declined', reason: 'market-closed' }],
  ['EGeneral:Permission denied', 'refused', { kind: 'config' }],
])('"%s" to an order is %s', async (error, outcome, fault) => {
  const lab = createLab(changing('AddOrder', () => ({ error: [error] })));
  expect(await lab.buy('100')).toMatchObject({ outcome, fault });
});

test('an order dies with its quote, and one that would come too late is not sent', async () => {
  const bodies: URLSearchParams[] = [];
  let waitMs = 0;
  const lab = createLab({
    between: (next) => async (request, init) => {
      if (request.url.endsWith('/ClosedOrders')) await lab.runtime.clock.sleep(waitMs);
      if (request.url.endsWith('/AddOrder')) bodies.push(new URLSearchParams(await request.clone().text()));
      return next(request, init);
    },
  });
  const quote = await lab.quote('100');
  const buy = () =>
    lab.runtime.clock.run(() => lab.exchange.buy({ quote, reference: lab.reference(), atLeast: quote.receive }));
  expect(await buy()).toMatchObject({ outcome: 'applied' });
  const deadline = Date.parse(bodies[0]?.get('deadline') ?? '');
  expect(quote.expiresAt - deadline).toBeGreaterThanOrEqual(0);
  expect(quote.expiresAt - deadline).toBeLessThan(1000);
  expect(bodies[0]?.get('timeinforce')).toBe('IOC');

  await lab.runtime.clock.advance(20_000);
  waitMs = quote.expiresAt - lab.runtime.clock.now() - 2500;
  expect(await buy()).toMatchObject({ outcome: 'refused', fault: { kind: 'unavailable' } });
  expect(bodies).toHaveLength(1);
});

test('requests are numbered upwards, leave one by one, and every repeated one has a number of its own', async () => {
  const nonces: number[] = [];
  let underway = 0;
  let most = 0;
  const lab = createLab({
    between: (next) => async (request, init) => {
      if (!request.url.includes('/private/')) return next(request, init);
      nonces.push(Number(new URLSearchParams(await request.clone().text()).get('nonce')));
      underway += 1;
      most = Math.max(most, underway);
      await lab.runtime.clock.sleep(100);
      return next(request, init).finally(() => (underway -= 1));
    },
  });
  lab.venue.faults.add('http-503', { route: 'closed-orders', times: 2 });
  const references = [1, 2, 3].map(() => lab.reference());
  const found = await lab.runtime.clock.run(() =>
    Promise.all(references.map((reference) => lab.exchange.get({ reference }))),
  );
  expect(found).toEqual([null, null, null]);
  expect(nonces).toHaveLength(8);
  expect(nonces).toEqual(nonces.toSorted((left, right) => left - right));
  expect(new Set(nonces).size).toBe(8);
  expect(most).toBe(1);
});

test('however much is asked at once, the counter of the account is never exceeded', async () => {
  const lab = createLab();
  const found = await lab.runtime.clock.run(() =>
    Promise.all(Array.from({ length: 30 }, () => lab.exchange.get({ reference: lab.reference() }))),
  );
  expect(found.every((trade) => trade === null)).toBe(true);
  expect(lab.venue.exchanges.every(({ status }) => status === 200)).toBe(true);
});

test.each([
  ['crossed', [['59999.0', '1']], [['60000.0', '1']]],
  ['empty above', [], [['60000.0', '1']]],
  ['too thin', [['60000.0', '0.00100000']], [['59999.0', '1']]],
] as const)('a book that is %s gives no quote', async (_word, asks, bids) => {
  const lab = createLab();
  lab.venue.market.setSide('asks', asks);
  lab.venue.market.setSide('bids', bids);
  await expect(lab.quote('100')).rejects.toMatchObject({ fault: { kind: 'unavailable' } });
});

test('a book in which nothing moves gives no quote', async () => {
  const lab = createLab();
  lab.venue.market.freezeBook(true);
  expect((await lab.quote('100')).receive.minor).toBeGreaterThan(0n);
  await lab.runtime.clock.advance(61_000);
  await expect(lab.quote('100')).rejects.toThrow('nothing moved in the order book for a minute');
});

test('an unfamiliar status word is neither success nor failure', async () => {
  const lab = createLab();
  lab.venue.faults.add('unknown-status-word', { route: 'query-orders' });
  expect(await lab.buy('100')).toMatchObject({ outcome: 'applied', value: { status: 'open' } });
});

test('neither key nor secret is in any log line or fault', async () => {
  const lab = createLab();
  lab.venue.faults.add('http-500-after-apply', { route: 'add-order' });
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
  const methods = requests.map(({ url }) => new URL(url).pathname.replace(/^.*\//, ''));
  expect(methods.toSorted()).toEqual([
    'AddOrder',
    'AssetPairs',
    'AssetPairs',
    'ClosedOrders',
    'Depth',
    'OpenOrders',
    'QueryOrders',
    'QueryTrades',
    'SystemStatus',
    'SystemStatus',
  ]);
  expect(new Set(requests.map(({ url }) => new URL(url).host))).toEqual(new Set(['127.0.0.1:9']));
  expect(new Set(requests.map(({ headers }) => headers.get('user-agent')))).toEqual(new Set(['@rielrails/exchange']));
});

test.each([
  ['apiKey', { apiKey: '' }],
  ['apiKey', { apiKey: 'not base64!'.repeat(3) }],
  ['secret', { secret: 'short' }],
  ['quoteValidForMs', { quoteValidForMs: 60_001 }],
  ['quoteValidForMs', { quoteValidForMs: 9_999 }],
  ['takerFeeBasisPoints', { takerFeeBasisPoints: 101 }],
  ['leverage', { leverage: 2 }],
])('a bad %s is refused by name, without its value', (field, change) => {
  const config = { apiKey: 'A'.repeat(56), secret: 'B'.repeat(86), ...change };
  expect(() => createKraken(config)).toThrow(ProviderError);
  expect(() => createKraken(config)).toThrow(field);
  expect(() => createKraken(config)).not.toThrow('not base64!');
});
