import { BTC, isProviderError, money, ProviderError, USDT } from '@rielrails/core';
import type { Buy, CallContext, Exchange, ExchangeManifest, Money, Quote, Reference, Trade } from '@rielrails/core';
import { createVocabulary, defineExchange, doubt, formatAmount, systemRuntime, unavailable } from '@rielrails/kit';
import type { Runtime } from '@rielrails/kit';
import { readBinanceConfig } from './config.ts';
import type { BinanceConfig, BinanceSettings } from './config.ts';
import { openConnection } from './connection.ts';
import { ONE } from './decimal-text.ts';
import { PROVIDER } from './explain.ts';
import { assertAllowed, readMarketRules } from './market-rules.ts';
import type { MarketRules } from './market-rules.ts';
import { readOrderBook, unusable } from './order-book.ts';
import { capFor, quantityFor, walk } from './sizing.ts';
import { addUp, readFills, readOrder, readTrades, statusWords, toTrade } from './trade.ts';
import type { VenueOrder } from './trade.ts';

const SYMBOL = 'BTCUSDT';
const DEPTH = 100;

/**
 * Binance spot: USDT buys bitcoin.
 *
 * A buy is one limit order, immediate-or-cancel, for `atLeast` grossed up by the fee, capped so that it cannot cost more
 * than `quote.spend`. Our reference is the venue's client order id. The venue accepts an id again once the order under
 * it is closed, so every buy first asks whether the reference was used, and an order that exists is `unknown`, reason
 * `duplicate`. Two buys of one reference at the same time from two processes are not caught; the engine's effect rows are.
 *
 * No request leaves before the first call, which also loads ccxt.
 *
 * @throws ProviderError of kind `config` naming field and rule.
 */
export function createBinance(config: BinanceConfig, runtime: Runtime = systemRuntime()): Exchange {
  const settings = readBinanceConfig(config);
  const connection = openConnection(settings, runtime);
  const words = createVocabulary<Trade['status']>({
    provider: PROVIDER,
    words: statusWords,
    otherwise: 'open',
    log: runtime.log,
  });
  const feeBasisPoints = BigInt(settings.takerFeeBasisPoints);
  const underway = new Set<Reference>();
  let newestBook = 0;

  async function rulesOf(context: CallContext): Promise<MarketRules> {
    return readMarketRules(await connection.call('publicGetExchangeInfo', { symbol: SYMBOL }, context), SYMBOL);
  }

  /** The order under a reference, open or closed. */
  async function find(reference: Reference, context: CallContext): Promise<VenueOrder | null> {
    try {
      const answer = await connection.call(
        'privateGetOrder',
        { symbol: SYMBOL, origClientOrderId: reference },
        context,
      );
      return readOrder(answer);
    } catch (error) {
      if (isProviderError(error) && error.fault.kind === 'not-found') return null;
      throw error;
    }
  }

  async function quote({ spend }: { readonly spend: Money }, context: CallContext): Promise<Quote> {
    const observedAt = runtime.clock.now();
    const seenBefore = newestBook;
    const [rules, answer] = await Promise.all([
      rulesOf(context),
      connection.call('publicGetDepth', { symbol: SYMBOL, limit: DEPTH }, context),
    ]);
    if (!rules.trading) throw unusable('the market is closed');
    const book = readOrderBook(answer);
    if (book.updateId < seenBefore) throw unusable('the order book is older than one that was seen before');
    newestBook = Math.max(newestBook, book.updateId);
    const expiresAt = (observedAt + settings.quoteValidForMs) as Quote['expiresAt'];
    if (expiresAt <= runtime.clock.now()) throw unusable('the order book took too long to come');

    const size = walk(book.asks, { spend: spend.minor, step: rules.step, feeBasisPoints });
    if (!size) throw unusable('the order book is too thin for this size');
    assertAllowed({ price: size.worst, quantity: size.quantity }, rules);
    return {
      spend,
      receive: money(BTC, size.quantity - size.fee),
      fee: money(BTC, size.fee),
      worst: { base: money(BTC, ONE), quote: money(USDT, size.worst) },
      observedAt,
      expiresAt,
    };
  }

  async function buy(input: Buy, context: CallContext): Promise<Trade> {
    const { quote, reference, atLeast } = input;
    if (atLeast.minor > quote.receive.minor)
      throw declined('floor-above-quote', 'the floor asks for more than the quote gives');
    const [rules, earlier] = await Promise.all([rulesOf(context), find(reference, context)]);
    if (earlier) throw duplicate();
    if (!rules.trading) throw declined('market-closed', 'the market is closed');

    const quantity = quantityFor(atLeast.minor, feeBasisPoints, rules.step);
    const price = capFor(quote.spend.minor, quantity, rules.tick);
    if (price * quote.worst.base.minor < quote.worst.quote.minor * ONE)
      throw declined('floor-cannot-be-met', 'the floor cannot be bought at the price of the quote');
    assertAllowed({ price, quantity }, rules);

    const answer = await connection.call(
      'privatePostOrder',
      {
        symbol: SYMBOL,
        side: 'BUY',
        type: 'LIMIT',
        timeInForce: 'IOC',
        quantity: formatAmount(money(BTC, quantity)),
        price: formatAmount(money(USDT, price)),
        newClientOrderId: reference,
        newOrderRespType: 'FULL',
      },
      context,
      quote.expiresAt,
    );
    const order = readOrder(answer);
    const fills = readFills(answer);
    if (!isOurs(order, reference) || order.origQty !== quantity || order.price !== price || !addUp(order, fills))
      throw doubt(
        PROVIDER,
        'echo-mismatch',
        'binance buy: the answer is not about the order that was sent; look it up',
      );
    return toTrade(order, fills, reference, words);
  }

  return defineExchange(
    {
      id: PROVIDER,
      manifest: manifestOf(settings),
      quote,
      async buy(input, context) {
        if (underway.has(input.reference)) throw duplicate();
        underway.add(input.reference);
        try {
          return await buy(input, context);
        } finally {
          underway.delete(input.reference);
        }
      },
      async get({ reference }, context) {
        const order = await find(reference, context);
        if (!order) return null;
        if (!isOurs(order, reference)) throw unavailable(PROVIDER, 'binance get: answered about another order');
        const trades =
          order.executedQty === 0n
            ? []
            : readTrades(
                await connection.call('privateGetMyTrades', { symbol: SYMBOL, orderId: order.orderId }, context),
              );
        if (!addUp(order, trades))
          throw unavailable(PROVIDER, 'binance get: its trades are not complete yet; ask again');
        return toTrade(order, trades, reference, words);
      },
    },
    runtime,
  );
}

function manifestOf({ quoteValidForMs, recvWindowMs }: BinanceSettings): ExchangeManifest {
  return {
    markets: [
      {
        base: BTC,
        quote: USDT,
        // The venue wants 5 USDT after rounding down to a step, which is worth a dollar or two.
        minimum: money(USDT, 7n * ONE),
        step: money(BTC, 1000n),
      },
    ],
    buy: { repeat: 'rejects' },
    get: {
      by: 'reference',
      covers: 'all',
      // An order leaves before its quote expires, then may wait for its window, one second of clock difference, and the
      // ten seconds of the matching engine; the rest is for lookups that lag behind it ("Timing security", "HTTP Return
      // Codes", "Data Sources").
      notFoundIsFinalAfterMs: quoteValidForMs + recvWindowMs + 1000 + 10_000 + 14_000,
    },
  };
}

function isOurs(order: VenueOrder, reference: Reference): boolean {
  return order.symbol === SYMBOL && order.side === 'BUY' && order.clientOrderId === reference;
}

function declined(reason: string, message: string): ProviderError {
  return new ProviderError({ kind: 'declined', provider: PROVIDER, reason, message: `binance buy: ${message}` });
}

function duplicate(): ProviderError {
  return doubt(PROVIDER, 'duplicate', 'binance buy: an order under this reference exists; look it up');
}
