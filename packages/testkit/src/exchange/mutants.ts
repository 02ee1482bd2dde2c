import { money } from '@rielrails/core';
import type { AnyExchange, Asset, Attempt, Buy, Exchange, Money, Quote, Target, Trade } from '@rielrails/core';
import { newReference } from '@rielrails/kit';
import type { Runtime } from '@rielrails/kit';
import {
  constructionMutants,
  doubtAsRefusal,
  onFetch,
  readOnce,
  refusal,
  refusalAsDoubt,
  refusalAsSuccess,
  resend,
  resendRequests,
} from '../mutate.ts';
import type { Mutant } from '../suite.ts';
import type { ExchangeSubject } from '../subject.ts';

type Mutate = (subject: ExchangeSubject) => ExchangeSubject;
type AskQuote = { readonly spend: Money; readonly buy: Asset };

/** Exchanges that each break one promise. */
export const exchangeMutants: readonly Mutant<ExchangeSubject>[] = [
  mutant('EXC-01', 'counts-its-minimum-in-the-wrong-asset', onExchange(wrongMinimum)),
  mutant(
    'EXC-02',
    'quotes-another-size',
    onQuote(async (input, quote) => {
      const given = await quote(input);
      return { ...given, spend: money(given.spend.asset, given.spend.minor - 1n) };
    }),
  ),
  mutant('EXC-03', 'quotes-the-best-price-for-any-size', quotesByTheFirst()),
  mutant(
    'EXC-04',
    'forgets-the-fee',
    onQuote(async (input, quote) => {
      const given = await quote(input);
      return { ...given, receive: money(given.receive.asset, given.receive.minor + given.receive.minor / 100n) };
    }),
  ),
  mutant('EXC-05', 'quotes-yesterday', quotesByTheFirst()),
  mutant(
    'EXC-06',
    'asks-the-venue-first',
    onExchange((exchange, runtime) => ({
      ...exchange,
      quote: (async (input: AskQuote) => {
        await runtime.fetch(new Request('https://mutant.example/'), {}).catch(() => null);
        return exchange.quote(input);
      }) as Exchange['quote'],
    })),
  ),
  mutant(
    'EXC-07',
    'tells-only-the-first-fill-twice',
    onTrade((trade) => ({ ...trade, fills: trade.fills.flatMap((fill) => [fill, fill]) })),
  ),
  mutant('EXC-08', 'buys-at-any-price', onBuy(buysAtAnyPrice)),
  mutant(
    'EXC-09',
    'takes-expired-quotes',
    onBuy((input, buy) =>
      buy({ ...input, quote: { ...input.quote, expiresAt: 4_102_444_800_000 as Quote['expiresAt'] } }),
    ),
  ),
  mutant(
    'EXC-10',
    'calls-no-balance-doubt',
    onBuy(async (input, buy) => refusalAsDoubt(await buy(input))),
  ),
  mutant(
    'EXC-11',
    'calls-a-halt-doubt',
    onBuy(async (input, buy) => refusalAsDoubt(await buy(input))),
  ),
  mutant(
    'EXC-12',
    'calls-part-of-it-filled',
    onTrade((trade) => ({ ...trade, status: 'filled' })),
  ),
  mutant(
    'EXC-13',
    'lowers-any-floor',
    onBuy(async (input, buy) => refusalAsSuccess(await buy(input), emptyTrade(input))),
  ),
  mutant('EXC-14', 'rounds-what-it-received', onTrade(roundsReceived)),
  ...(['EXC-15', 'EXC-16', 'EXC-17', 'EXC-18'] as const).flatMap((clause) => [
    mutant(
      clause,
      'calls-doubt-a-refusal',
      onBuy(async (input, buy) => doubtAsRefusal(await buy(input))),
    ),
    mutant(
      clause,
      'sends-again',
      onBuy((input, buy) => resend(() => buy(input))),
    ),
  ]),
  mutant('EXC-16', 'resends-the-request', onFetch(resendRequests)),
  mutant(
    'EXC-19',
    'finds-open-orders-only',
    onGet(async (target, get) => {
      const trade = await get(target);
      return trade?.status === 'open' || trade?.status === 'partial' ? trade : null;
    }),
  ),
  mutant(
    'EXC-20',
    'calls-silence-a-refusal',
    onBuy(async (input, buy) => doubtAsRefusal(await buy(input))),
  ),
  mutant(
    'EXC-21',
    'calls-an-unsent-buy-doubt',
    onBuy(async (input, buy) => refusalAsDoubt(await buy(input))),
  ),
  mutant(
    'EXC-22',
    'sends-again-after-503',
    onBuy((input, buy) => resend(() => buy(input))),
  ),
  mutant(
    'EXC-23',
    'calls-throttling-doubt',
    onBuy(async (input, buy) => refusalAsDoubt(await buy(input))),
  ),
  mutant(
    'EXC-24',
    'makes-its-own-references',
    onBuy(async (input, buy, runtime) => {
      const attempt = await buy({ ...input, reference: newReference(runtime.random) });
      return attempt.outcome === 'applied'
        ? { ...attempt, value: { ...attempt.value, reference: input.reference } }
        : attempt;
    }),
  ),
  mutant('EXC-24', 'calls-a-used-reference-a-refusal', refusesUsedReferences()),
  mutant(
    'EXC-25',
    'believes-a-wrong-echo',
    onBuy(async (input, buy) => doubtAsSuccess(await buy(input), input)),
  ),
  mutant(
    'EXC-26',
    'ignores-an-abort',
    onBuy((input, buy) => buy(input)),
  ),
  mutant(
    'EXC-27',
    'ignores-the-deadline',
    onBuy((input, buy) => buy(input)),
  ),
  mutant(
    'EXC-28',
    'invents-orders',
    onGet(async ({ reference }, get) => (await get({ reference })) ?? emptyTrade({ reference })),
  ),
  mutant('EXC-29', 'asks-once', onFetch(readOnce)),
  mutant(
    'EXC-30',
    'calls-a-failed-lookup-not-found',
    onGet((target, get) => get(target).catch(() => null)),
  ),
  mutant(
    'EXC-31',
    'takes-any-word-for-filled',
    onTrade((trade) => ({ ...trade, status: 'filled' })),
  ),
  ...constructionMutants<ExchangeSubject>({ missingSecret: 'EXC-32', noWork: 'EXC-33', toldSecret: 'EXC-34' }),
  mutant('EXC-35', 'remembers-what-was-there', remembersBalances()),
  mutant(
    'EXC-36',
    'calls-silence-an-empty-account',
    onBalances((balances) => balances().catch(() => [])),
  ),
];

function mutant(clause: string, id: string, mutate: Mutate): Mutant<ExchangeSubject> {
  return { id, clause, mutate };
}

function onExchange(change: (exchange: AnyExchange, runtime: Runtime) => AnyExchange): Mutate {
  return (subject) => ({
    ...subject,
    create: async (config, runtime) => change(await subject.create(config, runtime), runtime),
  });
}

function onQuote(change: (input: AskQuote, quote: (input: AskQuote) => Promise<Quote>) => Promise<Quote>): Mutate {
  return onExchange((exchange) => ({
    ...exchange,
    quote: ((input: AskQuote) => change(input, (one) => exchange.quote(one))) as Exchange['quote'],
  }));
}

function onBuy(
  change: (input: Buy, buy: (input: Buy) => Promise<Attempt<Trade>>, runtime: Runtime) => Promise<Attempt<Trade>>,
): Mutate {
  return onExchange((exchange, runtime) => ({
    ...exchange,
    buy: (input) => change(input, (one) => exchange.buy(one), runtime),
  }));
}

function onGet(
  change: (target: Target, get: (target: Target) => Promise<Trade | null>) => Promise<Trade | null>,
): Mutate {
  return onExchange((exchange) => ({ ...exchange, get: (target) => change(target, (one) => exchange.get(one)) }));
}

function onBalances(change: (balances: () => Promise<readonly Money[]>) => Promise<readonly Money[]>): Mutate {
  return onExchange((exchange) => {
    const { balances } = exchange;
    return balances ? { ...exchange, balances: (context) => change(() => balances(context)) } : exchange;
  });
}

function remembersBalances(): Mutate {
  return onExchange((exchange) => {
    const { balances } = exchange;
    let first: Promise<readonly Money[]> | undefined;
    return balances ? { ...exchange, balances: (context) => (first ??= balances(context)) } : exchange;
  });
}

/** Changes what buys and lookups tell of an order. */
function onTrade(change: (trade: Trade) => Trade): Mutate {
  const buys = onBuy(async (input, buy) => {
    const attempt = await buy(input);
    return attempt.outcome === 'applied' ? { ...attempt, value: change(attempt.value) } : attempt;
  });
  const lookups = onGet(async (target, get) => {
    const trade = await get(target);
    return trade && change(trade);
  });
  return (subject) => buys(lookups(subject));
}

function wrongMinimum(exchange: AnyExchange): AnyExchange {
  const [{ base, quote, minimum, step }] = exchange.manifest.markets;
  const market = { base, quote, step, minimum: money(base, minimum.minor) };
  return { ...exchange, manifest: { ...exchange.manifest, markets: [market] } };
}

/** Quotes everything by the price of the first quote that it ever gave. */
function quotesByTheFirst(): Mutate {
  return onExchange((exchange) => {
    let first: Quote | undefined;
    const quote = async (input: AskQuote) => {
      const given = await exchange.quote(input);
      first ??= given;
      const receive = (input.spend.minor * first.receive.minor * 102n) / first.spend.minor / 100n;
      return given === first ? given : { ...given, receive: money(given.receive.asset, receive) };
    };
    return { ...exchange, quote: quote as Exchange['quote'] };
  });
}

async function buysAtAnyPrice(input: Buy, buy: (input: Buy) => Promise<Attempt<Trade>>): Promise<Attempt<Trade>> {
  const { quote, atLeast } = input;
  const spend = money(quote.spend.asset, quote.spend.minor * 2n);
  const worst = { base: quote.worst.base, quote: money(quote.worst.quote.asset, quote.worst.quote.minor * 2n) };
  return buy({ ...input, quote: { ...quote, spend, worst }, atLeast });
}

function roundsReceived(trade: Trade): Trade {
  const fills = trade.fills.map((fill) => ({
    ...fill,
    received: money(fill.received.asset, fill.received.minor - (fill.received.minor % 10_000n) - 1n),
  }));
  return { ...trade, fills };
}

function refusesUsedReferences(): Mutate {
  return onExchange((exchange) => {
    const used = new Set<string>();
    return {
      ...exchange,
      async buy(input, context) {
        if (used.has(input.reference)) return refusal('conflict');
        used.add(input.reference);
        return exchange.buy(input, context);
      },
    };
  });
}

function doubtAsSuccess(attempt: Attempt<Trade>, input: Buy): Attempt<Trade> {
  return attempt.outcome === 'unknown' ? { outcome: 'applied', value: emptyTrade(input) } : attempt;
}

function emptyTrade({ reference }: Pick<Buy, 'reference'>): Trade {
  return { reference, id: 'mutant' as Trade['id'], status: 'cancelled', fills: [] };
}
