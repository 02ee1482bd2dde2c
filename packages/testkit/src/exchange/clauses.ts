import { strict as assert } from 'node:assert';
import { can, money } from '@rielrails/core';
import type { AnyExchange, Asset, Reference, Trade } from '@rielrails/core';
import { assert as assertProperty, asyncProperty, bigInt } from 'fast-check';
import { constructionClauses } from '../construction.ts';
import type { Journey } from '../construction.ts';
import {
  mustApply,
  mustDoubt,
  mustEqualMoney,
  mustExist,
  mustRefuse,
  mustReportWordsOnce,
  mustThrow,
} from '../expect.ts';
import { later } from '../lab.ts';
import { lostAnswers } from '../lost-answers.ts';
import { all } from '../suite.ts';
import type { Clause } from '../suite.ts';
import { findsByReference, seen, sendsBuys, sumFills, tellsBalances } from './world.ts';
import type { ExchangeFacts, ExchangeWorld } from './world.ts';

/** A promise of an exchange, described in `docs/spec/exchange.md`. */
export type ExchangeClause = Clause<ExchangeFacts, ExchangeWorld>;

const always = () => true as const;

const quoteClauses: readonly ExchangeClause[] = [
  {
    id: 'EXC-01',
    title: 'The manifest describes every market in its own assets',
    applies: always,
    async run({ exchange }) {
      assert.equal(exchange.spec, 'exchange/1');
      assert.notEqual(exchange.id, '');
      for (const { base, quote, minimum, step } of exchange.manifest.markets) {
        assert.notEqual(base.code, quote.code);
        assert.deepEqual(minimum.asset, quote, 'the minimum is in the quote asset');
        assert.deepEqual(step.asset, base, 'the step is in the base asset');
        assert.ok(minimum.minor > 0n && step.minor > 0n, 'minimum and step are above zero');
      }
    },
  },
  {
    id: 'EXC-02',
    title: 'A quote is about the size that was asked for, and ends',
    applies: always,
    async run({ quote, usual, market, clock }) {
      const given = await quote();
      mustEqualMoney(given.spend, usual, 'spend');
      assert.deepEqual(given.receive.asset, market.base);
      assert.ok(given.receive.minor > 0n, 'receive is above zero');
      assert.equal(given.receive.minor % 1n, 0n);
      assert.ok(given.fee.minor >= 0n, 'fee is not below zero');
      assert.ok(given.observedAt <= clock.now(), 'observed in the future');
      assert.ok(given.expiresAt > clock.now(), 'expired already');
    },
  },
  {
    id: 'EXC-03',
    title: 'A quote walks the book: more is never cheaper',
    applies: always,
    async run({ quote, usual, market }) {
      const small = await quote();
      const large = await quote(money(usual.asset, usual.minor * 500n));
      assert.ok(large.receive.minor <= (small.receive.minor + market.step.minor) * 500n, 'a better price for more');
      assert.ok(isWorse(large.worst, small.worst), 'the worst price of more is better');
    },
  },
  {
    id: 'EXC-04',
    title: 'What a quote promises can be bought: fee and slippage are in it',
    applies: always,
    async run({ exchange, order, truth }) {
      const input = await order();
      mustApply(await exchange.buy(input));
      const real = mustExist(truth(input.reference), 'the order at the venue');
      assert.ok(real.spent.minor <= input.quote.spend.minor, 'more was spent than quoted');
      assert.ok(real.received.minor >= input.quote.receive.minor, 'less was received than quoted');
    },
  },
  {
    id: 'EXC-05',
    title: 'A quote follows the market',
    applies: always,
    async run({ quote, emulator }) {
      const before = await quote();
      emulator.market.move(500);
      const after = await quote();
      assert.ok(after.receive.minor < before.receive.minor, 'the same for a higher price');
    },
  },
  {
    id: 'EXC-06',
    title: 'A market that does not exist, or too little to spend, is refused before anything is sent',
    applies: always,
    async run({ exchange, market, lab, usual }) {
      const elsewhere = { code: 'XTS', scale: 8 };
      await mustThrow(() => exchange.quote({ spend: usual, buy: elsewhere }), 'invalid');
      for (const minor of [market.minimum.minor - 1n, 0n, -1n]) {
        await mustThrow(() => exchange.quote({ spend: money(market.quote, minor), buy: market.base }), 'invalid');
      }
      assert.equal(lab.requests, 0, 'requests sent');
    },
  },
];

const buyClauses: readonly ExchangeClause[] = [
  {
    id: 'EXC-07',
    title: 'A buy is one order, and its fills are what balances changed by',
    applies: always,
    async run({ exchange, order, emulator, market, truth }) {
      const input = await order();
      const trade = mustApply(await exchange.buy(input));
      assert.equal(trade.status, 'filled');
      assert.equal(emulator.applied.orders.length, 1);
      mustTellTruth(trade, truth(input.reference), market);
      for (const { fee } of trade.fills) assert.ok(fee.minor >= 0n, 'fee is not below zero');
      const ids = trade.fills.map(({ id }) => id);
      assert.equal(new Set(ids).size, ids.length, 'fills have different ids');
    },
  },
  {
    id: 'EXC-08',
    title: 'When the market has moved, nothing is bought below the floor',
    applies: always,
    async run({ another }) {
      for (const basisPoints of [1, 30, 500]) {
        const { exchange, order, emulator, market, truth } = await another();
        const input = await order();
        emulator.market.move(basisPoints);
        const attempt = await exchange.buy(input);
        const real = truth(input.reference);
        if (attempt.outcome === 'applied') mustTellTruth(attempt.value, real, market);
        else mustRefuse(attempt, 'declined');
        if (!real) continue;
        assert.ok(real.spent.minor <= input.quote.spend.minor, 'more was spent than quoted');
        assert.ok(
          real.received.minor * input.quote.spend.minor >= real.spent.minor * input.atLeast.minor,
          'a worse price',
        );
      }
    },
  },
  {
    id: 'EXC-09',
    title: 'An expired quote is declined before anything is sent',
    applies: always,
    async run({ exchange, order, clock, lab }) {
      const input = await order();
      await clock.sleep(input.quote.expiresAt - clock.now());
      const { requests } = lab;
      mustRefuse(await exchange.buy(input), 'declined');
      assert.equal(lab.requests, requests, 'requests sent');
    },
  },
  {
    id: 'EXC-10',
    title: 'Without the balance for it, a buy is declined',
    applies: always,
    async run({ exchange, order, emulator, market }) {
      const input = await order();
      emulator.market.setBalance(market.quote.code, '0');
      mustRefuse(await exchange.buy(input), 'declined');
      assert.deepEqual(emulator.applied.orders, []);
    },
  },
  {
    id: 'EXC-11',
    title: 'In a halted market a buy is refused, not in doubt',
    applies: always,
    async run({ exchange, order, emulator }) {
      const input = await order();
      emulator.market.halt(true);
      mustRefuse(await exchange.buy(input), 'declined', 'unavailable', 'conflict');
      assert.deepEqual(emulator.applied.orders, []);
    },
  },
  {
    id: 'EXC-12',
    title: 'An order that fills in part is told as it is, and is not called filled',
    applies: always,
    async run({ exchange, order, emulator, market, truth }) {
      const input = await order();
      emulator.market.fillPartly(5000);
      const trade = mustApply(await exchange.buy(input));
      const real = mustExist(truth(input.reference), 'the order at the venue');
      assert.ok(real.received.minor < input.atLeast.minor, 'the venue filled it all');
      for (const one of [trade, mustExist(await exchange.get(input), 'the trade')]) {
        assert.ok(one.status === 'partial' || one.status === 'cancelled', `status ${one.status}`);
        mustTellTruth(one, real, market);
      }
    },
  },
  {
    id: 'EXC-13',
    title: 'A floor of nothing, or above the quote, is refused',
    applies: always,
    async run({ exchange, order, emulator }) {
      const input = await order();
      const { asset, minor } = input.atLeast;
      mustRefuse(await exchange.buy({ ...input, atLeast: money(asset, 0n) }), 'invalid');
      mustRefuse(await exchange.buy({ ...input, atLeast: money(asset, minor * 2n) }), 'declined', 'invalid');
      assert.deepEqual(emulator.applied.orders, []);
    },
  },
  {
    id: 'EXC-14',
    title: 'Every size is bought to the minor unit',
    applies: always,
    async run({ exchange, order, quote, market, usual, truth }) {
      const sizes = bigInt({ min: market.minimum.minor * 2n, max: usual.minor * 2n });
      const check = async (minor: bigint) => {
        const input = await order({ quote: await quote(money(market.quote, minor)) });
        const trade = mustApply(await exchange.buy(input));
        mustTellTruth(trade, truth(input.reference), market);
        mustTellTruth(mustExist(await exchange.get(input), 'the trade'), truth(input.reference), market);
      };
      await assertProperty(asyncProperty(sizes, check), { numRuns: 8, seed: 20_260_102 });
    },
  },
];

const doubtTitles = {
  'timeout-after-apply': 'A buy whose answer never came is unknown, and one order exists',
  'reset-after-apply': 'A buy whose connection broke after it arrived is unknown, and one order exists',
  'http-500-after-apply': 'A buy answered by a server error is unknown, and one order exists',
  'unreadable-200': 'A buy answered by something unreadable is unknown, and one order exists',
};

const doubtClauses: readonly ExchangeClause[] = [
  ...lostAnswers.map(([fault, reason], index): ExchangeClause => ({
    id: `EXC-${15 + index}`,
    title: doubtTitles[fault],
    applies: sendsBuys,
    async run({ exchange, order, emulator, breakBuy }) {
      const input = await order();
      breakBuy(fault);
      mustDoubt(await exchange.buy(input), reason);
      assert.equal(emulator.applied.orders.length, 1, 'orders applied');
    },
  })),
  {
    id: 'EXC-19',
    title: 'A buy in doubt is found by its reference, although the order is closed',
    applies: all(sendsBuys, findsByReference),
    async run({ another }) {
      for (const [fault] of lostAnswers) {
        const { exchange, order, breakBuy, market, truth } = await another();
        const input = await order();
        breakBuy(fault);
        mustDoubt(await exchange.buy(input));
        const { reference } = input;
        const trade = mustExist(await exchange.get({ reference }), `the trade after ${fault}`);
        mustTellTruth(trade, truth(reference), market);
      }
    },
  },
  {
    id: 'EXC-20',
    title: 'A buy that timed out before it arrived is unknown, and a lookup finds nothing',
    applies: sendsBuys,
    async run({ exchange, order, emulator, breakBuy, facts }) {
      const input = await order();
      breakBuy('timeout-before');
      mustDoubt(await exchange.buy(input), 'timeout');
      assert.deepEqual(emulator.applied.orders, []);
      if (facts.manifest.get.by === 'reference') assert.equal(await exchange.get(input), null);
    },
  },
  {
    id: 'EXC-21',
    title: 'A buy whose connection was refused is unavailable, and nothing happened',
    applies: sendsBuys,
    async run({ exchange, order, emulator, breakBuy }) {
      const input = await order();
      breakBuy('refused-connection');
      mustRefuse(await exchange.buy(input), 'unavailable');
      assert.deepEqual(emulator.applied.orders, []);
    },
  },
  {
    id: 'EXC-22',
    title: 'A buy answered by 503 is unknown and is not sent again',
    applies: sendsBuys,
    async run({ exchange, order, emulator, breakBuy, facts }) {
      const input = await order();
      breakBuy('http-503');
      mustDoubt(await exchange.buy(input), 'server-error');
      assert.equal(emulator.exchanges.filter(({ route }) => route === facts.buyRoute).length, 1, 'times sent');
    },
  },
  {
    id: 'EXC-23',
    title: 'A buy that came too often is throttled: refused, not in doubt',
    applies: sendsBuys,
    async run({ exchange, order, emulator, breakBuy }) {
      const input = await order();
      breakBuy('throttled');
      mustRefuse(await exchange.buy(input), 'throttled');
      assert.deepEqual(emulator.applied.orders, []);
    },
  },
  {
    id: 'EXC-24',
    title: 'The same reference twice is one order, and a used reference is never a refusal',
    applies: ({ manifest }) => manifest.buy.repeat !== 'none' || { excludedBy: 'buy.repeat' },
    async run({ exchange, order, emulator, facts }) {
      const input = await order();
      const first = mustApply(await exchange.buy(input));
      const second = await exchange.buy(input);
      assert.equal(emulator.applied.orders.length, 1, 'orders applied');
      if (facts.manifest.buy.repeat === 'replays') assert.equal(mustApply(second).id, first.id);
      else mustDoubt(second, 'duplicate');
    },
  },
  {
    id: 'EXC-25',
    title: 'A buy answered with other amounts is in doubt',
    applies: all(sendsBuys, seen('echoesAmount')),
    async run({ exchange, order, breakBuy }) {
      const input = await order();
      breakBuy('wrong-amount');
      mustDoubt(await exchange.buy(input), 'echo-mismatch');
    },
  },
  {
    id: 'EXC-26',
    title: 'A call that was aborted before it began sends nothing',
    applies: always,
    async run({ exchange, order, lab, emulator }) {
      const input = await order();
      const { requests } = lab;
      mustRefuse(await exchange.buy(input, { signal: AbortSignal.abort() }), 'unavailable');
      assert.equal(lab.requests, requests, 'requests sent');
      assert.deepEqual(emulator.applied.orders, []);
    },
  },
  {
    id: 'EXC-27',
    title: 'A deadline ends a buy, and a buy that it ends is in doubt',
    applies: sendsBuys,
    async run({ exchange, order, breakBuy, clock }) {
      const input = await order();
      breakBuy('timeout-after-apply');
      const deadline = later(clock, 700);
      mustDoubt(await exchange.buy(input, { deadline }), 'timeout');
      assert.ok(clock.now() <= deadline + 10, 'went on after its deadline');
    },
  },
];

const lookupClauses: readonly ExchangeClause[] = [
  {
    id: 'EXC-28',
    title: 'A lookup of what was never ordered gives null',
    applies: findsByReference,
    async run({ exchange, reference }) {
      assert.equal(await exchange.get({ reference: reference() }), null);
    },
  },
  {
    id: 'EXC-29',
    title: 'A read that fails once is repeated and answers',
    applies: always,
    async run({ exchange, order, emulator, quote, lab }) {
      const input = await order();
      mustApply(await exchange.buy(input));
      for (const read of [() => exchange.get(input), () => quote()]) {
        const { requests } = lab;
        emulator.faults.add('http-503');
        mustExist(await read(), 'the answer');
        assert.ok(lab.requests >= requests + 2, 'the read was not repeated');
      }
    },
  },
  {
    id: 'EXC-30',
    title: 'A read that keeps failing throws unavailable and is never "not found"',
    applies: always,
    async run({ another }) {
      for (const fault of ['http-503', 'refused-connection', 'timeout-before', 'unreadable-200'] as const) {
        const { exchange, order, emulator, quote } = await another();
        const input = await order();
        mustApply(await exchange.buy(input));
        emulator.faults.add(fault, { times: 1000 });
        await mustThrow(() => exchange.get(input), 'unavailable');
        await mustThrow(() => quote(), 'unavailable');
      }
    },
  },
  {
    id: 'EXC-31',
    title: "A venue's unfamiliar word means open and is logged once",
    applies: seen('tellsStatus'),
    async run({ exchange, order, emulator, lab }) {
      const input = await order();
      mustApply(await exchange.buy(input));
      emulator.faults.add('unknown-status-word', { times: 100 });
      for (let time = 0; time < 2; time += 1) {
        assert.equal(mustExist(await exchange.get(input), 'the trade').status, 'open');
      }
      mustReportWordsOnce(lab.lines);
    },
  },
];

const accountClauses: readonly ExchangeClause[] = [
  {
    id: 'EXC-35',
    title: 'Balances are those of the account, of every asset of its markets, as a buy changed them',
    applies: tellsBalances,
    async run({ exchange, order, market, truth }) {
      const before = await readBalances(exchange);
      for (const { base, quote } of exchange.manifest.markets)
        for (const { code } of [base, quote]) assert.ok(before.has(code), `${code} is told`);
      const input = await order();
      mustApply(await exchange.buy(input));
      const { spent, received } = mustExist(truth(input.reference), 'the order at the venue');
      const after = await readBalances(exchange);
      const moved = ({ code }: Asset) => (after.get(code) ?? 0n) - (before.get(code) ?? 0n);
      assert.ok((before.get(market.quote.code) ?? 0n) > spent.minor, 'the account is told to hold what was spent');
      assert.equal(moved(market.quote), -spent.minor, 'what was spent');
      assert.equal(moved(market.base), received.minor, 'what was received');
    },
  },
  {
    id: 'EXC-36',
    title: 'Balances that cannot be read are unavailable, never zero',
    applies: tellsBalances,
    async run({ another }) {
      for (const fault of ['http-503', 'refused-connection', 'timeout-before', 'unreadable-200'] as const) {
        const { exchange, emulator } = await another();
        emulator.faults.add(fault, { times: 1000 });
        await mustThrow(() => readBalances(exchange), 'unavailable');
      }
    },
  },
];

const exchangeJourney: Journey<ExchangeWorld> = async (world, tell) => {
  const { exchange } = world;
  tell(exchange);
  const quote = await world.quote().catch(tell);
  if (!quote) return;
  const reference: Reference = world.reference();
  tell(await exchange.buy({ quote, reference, atLeast: quote.receive }));
  await exchange.get({ reference }).then(tell, tell);
  if (can(exchange, 'balances')) await exchange.balances().then(tell, tell);
};

/** Every promise of an exchange, in the order of `docs/spec/exchange.md`. */
export const exchangeClauses: readonly ExchangeClause[] = [
  ...quoteClauses,
  ...buyClauses,
  ...doubtClauses,
  ...lookupClauses,
  ...constructionClauses<ExchangeFacts, ExchangeWorld>(['EXC-32', 'EXC-33', 'EXC-34'], exchangeJourney),
  ...accountClauses,
];

async function readBalances(exchange: AnyExchange): Promise<ReadonlyMap<string, bigint>> {
  assert.ok(can(exchange, 'balances'));
  return new Map((await exchange.balances()).map(({ asset, minor }) => [asset.code, minor]));
}

function mustTellTruth(trade: Trade, truth: ReturnType<ExchangeWorld['truth']>, market: ExchangeWorld['market']): void {
  const told = sumFills(trade, market);
  mustEqualMoney(told.spent, truth?.spent ?? money(market.quote, 0n), 'spent');
  mustEqualMoney(told.received, truth?.received ?? money(market.base, 0n), 'received');
}

type Price = { readonly base: { readonly minor: bigint }; readonly quote: { readonly minor: bigint } };

/** Whether one price is at least as high as another. */
function isWorse(left: Price, right: Price): boolean {
  return left.quote.minor * right.base.minor >= right.quote.minor * left.base.minor;
}
