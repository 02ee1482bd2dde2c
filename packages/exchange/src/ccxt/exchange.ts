import { isProviderError, money } from '@rielrails/core';
import type {
  Buy,
  CallContext,
  Exchange,
  ExchangeManifest,
  Instant,
  Money,
  Quote,
  Reference,
  Trade,
} from '@rielrails/core';
import { createVocabulary, defineExchange, doubt, unavailable } from '@rielrails/kit';
import type { Runtime } from '@rielrails/kit';
import type { CcxtSettings } from './config.ts';
import { openConnection } from './connection.ts';
import type { Connection } from './connection.ts';
import { ONE } from './decimal-text.ts';
import { createGate } from './gate.ts';
import { assertAllowed } from './market-rules.ts';
import type { MarketRules } from './market-rules.ts';
import { declined, unusable } from './meanings.ts';
import { assertUsable, createBookWatch } from './order-book.ts';
import { budgetOf, capFor, quantityFor, walk } from './sizing.ts';
import type { FeeTerms } from './sizing.ts';
import { addUp, toTrade } from './trade.ts';
import type { Execution, VenueOrder } from './trade.ts';
import type { PlaceOrder, Placed, Venue } from './venue.ts';

/**
 * An exchange for a venue of ccxt.
 *
 * A buy is one limit order, immediate-or-cancel, for `atLeast` and the fee, capped so that it cannot cost more than
 * `quote.spend`. The client order id is made of our reference. Venues accept an id again once the order under it is closed,
 * so every buy first asks whether the reference was used, and an order that exists is `unknown`, reason `duplicate`. Two
 * buys of one reference at the same time from two processes are not caught; the engine's effect rows are.
 */
export function createCcxtExchange(venue: Venue, settings: CcxtSettings, runtime: Runtime): Exchange<'balances'> {
  const { clock } = runtime;
  const { market } = venue;
  const connection = openConnection(venue, settings, runtime);
  const { breaker } = connection;
  const orders = ordersOf(venue, connection, runtime);
  const fee: FeeTerms = { takenFrom: venue.fees.takenFrom, basisPoints: BigInt(settings.takerFeeBasisPoints) };
  const once = createGate(() => duplicate(venue.id));
  const beginWatch = createBookWatch(venue.id);

  /** The rules of the market, if orders are taken now. */
  async function openMarket(context: CallContext): Promise<MarketRules | null> {
    const [rules, state] = await Promise.all([
      connection.read(venue.rules, context),
      venue.state ? connection.read(venue.state, context) : 'open',
    ]);
    if (rules.trading && state === 'open') return rules;
    breaker.pause(state === 'maintenance' ? 'maintenance' : 'halted');
    return null;
  }

  async function quote({ spend }: { readonly spend: Money }, context: CallContext): Promise<Quote> {
    breaker.pass('business');
    const observedAt = clock.now();
    const assertFresh = beginWatch(observedAt);
    const [rules, book] = await Promise.all([openMarket(context), connection.read(venue.book, context)]);
    if (!rules) throw unusable(venue.id, 'the market is closed');
    assertUsable(venue.id, book);
    assertFresh(book);
    const expiresAt = (observedAt + settings.quoteValidForMs) as Instant;
    if (expiresAt <= clock.now()) throw unusable(venue.id, 'the order book took too long to come');

    const size = walk(book.asks, { budget: budgetOf(spend.minor, fee, rules.costUnit), step: rules.step, fee });
    if (!size) throw unusable(venue.id, 'the order book is too thin for this size');
    assertAllowed(venue.id, { price: size.worst, quantity: size.quantity }, rules);
    const inBase = fee.takenFrom === 'base';
    return {
      spend,
      receive: money(market.base, inBase ? size.quantity - size.fee : size.quantity),
      fee: money(inBase ? market.base : market.quote, size.fee),
      worst: { base: money(market.base, ONE), quote: money(market.quote, size.worst) },
      observedAt,
      expiresAt,
    };
  }

  /** The order for a floor within a quote. */
  function orderFor({ quote, reference, atLeast }: Buy, rules: MarketRules): PlaceOrder {
    const quantity = quantityFor(atLeast.minor, fee, rules.step);
    const price = capFor(budgetOf(quote.spend.minor, fee, rules.costUnit), quantity, rules.tick);
    if (price * quote.worst.base.minor < quote.worst.quote.minor * ONE)
      throw declined(venue.id, 'floor-cannot-be-met', 'the floor cannot be bought at the price of the quote');
    assertAllowed(venue.id, { price, quantity }, rules);
    const clientOrderId = venue.clientOrderId(reference);
    return { clientOrderId, quantity, price, expiresAt: quote.expiresAt, now: clock.now() };
  }

  async function buy(input: Buy, context: CallContext): Promise<Trade> {
    const { quote, reference, atLeast } = input;
    if (atLeast.minor > quote.receive.minor)
      throw declined(venue.id, 'floor-above-quote', 'the floor asks for more than the quote gives');
    breaker.pass('business');
    const [rules, earlier] = await Promise.all([openMarket(context), orders.find(reference, context)]);
    if (earlier) throw duplicate(venue.id);
    if (!rules) throw declined(venue.id, 'market-closed', 'the market is closed');
    const order = orderFor(input, rules);
    const sendBefore = (quote.expiresAt - venue.leadMs) as Instant;
    const placed = await connection.write(venue.place(order), context, sendBefore);
    return orders.tellPlaced(placed, order, reference, context);
  }

  return defineExchange<'balances'>(
    {
      id: venue.id,
      manifest: manifestOf(venue, settings),
      quote,
      buy: (input, context) => once(input.reference, () => buy(input, context)),
      async get({ reference }, context) {
        breaker.pass('lookup');
        const order = await orders.find(reference, context);
        return order && orders.tell(order, reference, context);
      },
      async balances(context) {
        breaker.pass('lookup');
        const held = await connection.read(venue.balances, context);
        return [market.base, market.quote].map((asset) => money(asset, held[asset.code] ?? 0n));
      },
    },
    runtime,
  );
}

/** How orders of a venue are found and told. */
function ordersOf(venue: Venue, connection: Connection, runtime: Runtime) {
  const { id, market } = venue;
  const words = createVocabulary<Trade['status']>({
    provider: id,
    words: venue.statusWords,
    otherwise: 'open',
    log: runtime.log,
  });

  function isOurs(order: VenueOrder, clientOrderId: string): boolean {
    return order.symbol === market.symbol && order.side === 'buy' && order.clientOrderId === clientOrderId;
  }

  /** The order under a reference, open or closed. */
  async function find(reference: Reference, context: CallContext): Promise<VenueOrder | null> {
    const clientOrderId = venue.clientOrderId(reference);
    for (const question of venue.find(clientOrderId)) {
      const order = await orNull(connection.read(question, context));
      if (!order) continue;
      if (!isOurs(order, clientOrderId)) throw unavailable(id, `${id} get: answered about another order`);
      return order;
    }
    return null;
  }

  async function tell(order: VenueOrder, reference: Reference, context: CallContext): Promise<Trade> {
    const executions: Execution[] = [];
    const questions = order.executed === 0n ? [] : venue.executions(order);
    for (const question of questions) executions.push(...(await connection.read(question, context)));
    if (!addUp(order, executions, venue.costTolerance))
      throw unavailable(id, `${id} get: its executions are not complete yet; ask again`);
    return toTrade(order, executions, { reference, words, market });
  }

  /**
   * What became of an order that was taken. Where the venue does not say at once, it is asked; while it does not answer,
   * the order is open, for it does exist.
   */
  async function tellPlaced(
    { orderId, order: told, executions }: Placed,
    sent: PlaceOrder,
    reference: Reference,
    context: CallContext,
  ): Promise<Trade> {
    const open = { reference, id: orderId, status: 'open', fills: [] } as unknown as Trade;
    const order = told ?? (await connection.read(venue.order(orderId), context).catch(whileSilent));
    if (!order) return open;
    const isTheOne = order.quantity === sent.quantity && order.price === sent.price;
    if (!isOurs(order, sent.clientOrderId) || !isTheOne) throw mismatch(id);
    if (!executions) return (await tell(order, reference, context).catch(whileSilent)) ?? open;
    if (!addUp(order, executions, venue.costTolerance)) throw mismatch(id);
    return toTrade(order, executions, { reference, words, market });
  }

  return { find, tell, tellPlaced };
}

/** No answer is no answer; a bug is a bug. */
function whileSilent(error: unknown): null {
  if (isProviderError(error)) return null;
  throw error;
}

async function orNull<T>(work: Promise<T | null>): Promise<T | null> {
  return work.catch((error: unknown) => {
    if (isProviderError(error) && error.fault.kind === 'not-found') return null;
    throw error;
  });
}

function manifestOf({ market, settledAfterMs }: Venue, settings: CcxtSettings): ExchangeManifest {
  return {
    markets: [
      {
        base: market.base,
        quote: market.quote,
        minimum: money(market.quote, market.minimum),
        step: money(market.base, market.step),
      },
    ],
    buy: { repeat: 'rejects' },
    get: { by: 'reference', covers: 'all', notFoundIsFinalAfterMs: settledAfterMs(settings) },
  };
}

function mismatch(id: string): Error {
  return doubt(id, 'echo-mismatch', `${id} buy: the answer is not about the order that was sent; look it up`);
}

function duplicate(id: string): Error {
  return doubt(id, 'duplicate', `${id} buy: an order under this reference exists; look it up`);
}
