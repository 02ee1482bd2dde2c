import { can, money } from '@rielrails/core';
import type { AnyExchange, Buy, ExchangeManifest, Market, Money, Quote, Reference, Trade } from '@rielrails/core';
import { formatAmount, newReference, parseAmount } from '@rielrails/kit';
import type { ExchangeEmulator, FaultName } from '@rielrails/kit/emulator';
import type { VirtualClock } from '@rielrails/kit/virtual';
import { mustExist } from '../expect.ts';
import { openLab, withVirtualClock } from '../lab.ts';
import type { Lab } from '../lab.ts';
import type { ExchangeSubject } from '../subject.ts';
import type { Excluded } from '../suite.ts';

/** What decides which exchange clauses are asked. */
export interface ExchangeFacts {
  readonly manifest: ExchangeManifest;
  readonly secrets: readonly string[];
  /** The emulator's route that carries a buy out. */
  readonly buyRoute: string | null;
  /** Whether the answer to a buy repeats what was ordered. */
  readonly echoesAmount: boolean;
  /** Whether a lookup tells a status in the venue's words. */
  readonly tellsStatus: boolean;
  readonly balances: boolean;
}

/** An exchange on a fresh emulator, with money in the account. */
export interface ExchangeWorld {
  readonly subject: ExchangeSubject;
  readonly facts: ExchangeFacts;
  readonly lab: Lab;
  readonly clock: VirtualClock;
  readonly emulator: ExchangeEmulator;
  readonly exchange: AnyExchange;
  readonly market: Market;
  /** An amount that the market takes with ease. */
  readonly usual: Money;
  another(): Promise<ExchangeWorld>;
  reference(): Reference;
  quote(spend?: Money): Promise<Quote>;
  /** A buy of all that a fresh quote promises. */
  order(change?: Partial<Buy>): Promise<Buy>;
  /** What the venue really did under a reference. */
  truth(reference: Reference): { readonly spent: Money; readonly received: Money } | undefined;
  breakBuy(fault: FaultName): void;
}

/** Runs work in a fresh exchange world. */
export function enterExchangeWorld<T>(
  subject: ExchangeSubject,
  facts: ExchangeFacts | null,
  work: (world: ExchangeWorld) => Promise<T>,
): Promise<T> {
  return withVirtualClock(async (clock) => work(await openExchangeWorld(subject, facts, clock)));
}

async function openExchangeWorld(
  subject: ExchangeSubject,
  known: ExchangeFacts | null,
  clock: VirtualClock,
): Promise<ExchangeWorld> {
  const lab = openLab(clock);
  const emulator = await subject.emulator(lab.surroundings);
  lab.connect(emulator, () => emulator.applied.orders.length);
  const exchange = await subject.create(emulator.config, lab.runtime);
  const [market] = exchange.manifest.markets;
  const usual = money(market.quote, market.minimum.minor * 20n);
  emulator.market.setBalance(market.quote.code, formatAmount(money(market.quote, usual.minor * 1000n)));
  const world: ExchangeWorld = {
    subject,
    get facts() {
      return mustExist(known, 'facts');
    },
    lab,
    clock,
    emulator,
    exchange,
    market,
    usual,
    another: () => openExchangeWorld(subject, known, clock),
    reference: () => newReference(lab.runtime.random),
    quote: (spend = usual) => exchange.quote({ spend, buy: market.base }),
    async order(change = {}) {
      const quote = change.quote ?? (await world.quote());
      return { quote, reference: world.reference(), atLeast: quote.receive, ...change };
    },
    truth(reference) {
      const order = emulator.applied.orders.find((one) => one.reference === reference);
      return (
        order && { spent: parseAmount(order.spent, market.quote), received: parseAmount(order.received, market.base) }
      );
    },
    breakBuy(fault) {
      emulator.faults.add(fault, { route: mustExist(world.facts.buyRoute, 'the route of buy') });
    },
  };
  return world;
}

/** Plays the venue through once, to see what can be asked of it. */
export async function scoutExchange(subject: ExchangeSubject): Promise<ExchangeFacts> {
  const play = <T>(work: (world: ExchangeWorld) => Promise<T>) => enterExchangeWorld(subject, null, work);
  const buyAnswers = (fault: FaultName | null) =>
    play(async ({ exchange, order, emulator, lab }) => {
      const input = await order();
      if (fault) emulator.faults.add(fault, { times: 10 });
      await exchange.buy(input);
      return lab.answers.join('\n');
    });
  const getAnswers = (fault: FaultName | null) =>
    play(async ({ exchange, order, emulator, lab }) => {
      const input = await order();
      await exchange.buy(input);
      if (fault) emulator.faults.add(fault, { times: 10 });
      await exchange.get(input).catch(() => null);
      return lab.answers.join('\n');
    });
  return {
    manifest: await play(async ({ exchange }) => exchange.manifest),
    balances: await play(async ({ exchange }) => can(exchange, 'balances')),
    secrets: subject.secrets,
    buyRoute: await play(async ({ exchange, order, lab }) => {
      await exchange.buy(await order());
      return lab.changedBy.at(-1) ?? null;
    }),
    echoesAmount: (await buyAnswers(null)) !== (await buyAnswers('wrong-amount')),
    tellsStatus: (await getAnswers(null)) !== (await getAnswers('unknown-status-word')),
  };
}

/** Asks where a buy leaves the machine. */
export function sendsBuys({ buyRoute }: ExchangeFacts): true | Excluded {
  return buyRoute !== null || { excludedBy: 'emulator.routes.buy' };
}

/** Asks where a lost buy is found by our reference. */
export function findsByReference({ manifest }: ExchangeFacts): true | Excluded {
  return manifest.get.by === 'reference' || { excludedBy: 'get.by' };
}

/** Asks where an exchange tells what lies in its account. */
export function tellsBalances({ balances }: ExchangeFacts): true | Excluded {
  return balances || { excludedBy: 'balances' };
}

/** Asks where the emulated venue was seen to do something. */
export function seen(what: 'echoesAmount' | 'tellsStatus'): (facts: ExchangeFacts) => true | Excluded {
  return (facts) => facts[what] || { excludedBy: `emulator.${what}` };
}

/** All that was spent and received by a trade's fills. */
export function sumFills(trade: Trade, market: Market): { readonly spent: Money; readonly received: Money } {
  const total = (asset: Market['base'], amounts: readonly Money[]) =>
    money(
      asset,
      amounts.reduce((sum, { minor }) => sum + minor, 0n),
    );
  return {
    spent: total(
      market.quote,
      trade.fills.map(({ spent }) => spent),
    ),
    received: total(
      market.base,
      trade.fills.map(({ received }) => received),
    ),
  };
}
