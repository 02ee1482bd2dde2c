import { ProviderError } from '@rielrails/core';
import type {
  AnyExchange,
  Asset,
  Buy,
  CallContext,
  Exchange,
  ExchangeManifest,
  ExchangeOperations,
  Money,
  Quote,
  Target,
  Trade,
} from '@rielrails/core';
import { doubt } from '../call.ts';
import type { Runtime } from '../runtime.ts';
import { attemptWrite, observeRead } from './observe.ts';
import type { Observed } from './observe.ts';

/** The author's side of an exchange: plain async functions that return or throw. */
export interface ExchangeAuthor {
  readonly id: string;
  readonly manifest: ExchangeManifest;
  quote(input: { readonly spend: Money; readonly buy: Asset }, context: CallContext): Promise<Quote>;
  buy(input: Buy, context: CallContext): Promise<Trade>;
  get(target: Target, context: CallContext): Promise<Trade | null>;
}

/** The same for what a venue may be able to do beside trading. */
export interface ExchangeOperationAuthors {
  balances(context: CallContext): Promise<readonly Money[]>;
}

/**
 * Makes an exchange out of an author's functions: market and minimum before the wire, expired quotes refused, three
 * outcomes for a buy, and answers about another reference never taken for ours.
 */
export function defineExchange(author: ExchangeAuthor, runtime: Runtime): Exchange;
export function defineExchange<Ops extends keyof ExchangeOperations>(
  author: ExchangeAuthor & Pick<ExchangeOperationAuthors, Ops>,
  runtime: Runtime,
): Exchange<Ops>;
export function defineExchange(
  author: ExchangeAuthor & Partial<ExchangeOperationAuthors>,
  runtime: Runtime,
): AnyExchange {
  const { id, manifest, balances } = author;
  const at = (operation: string): Observed => ({ provider: id, operation, runtime });
  const refuse = (kind: 'invalid' | 'unavailable', message: string) =>
    new ProviderError({ kind, provider: id, message: `${id} ${message}` });

  function assertMarket(spend: Money, buy: Asset): void {
    const market = manifest.markets.find(({ base, quote }) => sameAsset(base, buy) && sameAsset(quote, spend.asset));
    if (!market) throw refuse('invalid', `market: ${buy.code} is not sold for ${spend.asset.code}`);
    if (spend.minor < market.minimum.minor)
      throw refuse('invalid', `spend: the least is ${market.minimum.minor} minor units`);
  }

  async function buy(input: Buy, context: CallContext): Promise<Trade> {
    const { quote, reference, atLeast } = input;
    assertMarket(quote.spend, atLeast.asset);
    if (atLeast.minor <= 0n) throw refuse('invalid', 'atLeast: must be above zero');
    if (quote.expiresAt <= runtime.clock.now()) {
      throw new ProviderError({
        kind: 'declined',
        provider: id,
        reason: 'quote-expired',
        message: `${id} buy: the quote has expired`,
      });
    }
    const trade = await author.buy(input, context);
    if (trade.reference !== reference)
      throw doubt(id, 'echo-mismatch', `${id} buy: the echoed reference is not the one that was sent`);
    return trade;
  }

  const quote = (input: { readonly spend: Money; readonly buy: Asset }, context?: CallContext): Promise<Quote> =>
    observeRead(at('quote'), context, async (own) => {
      assertMarket(input.spend, input.buy);
      return author.quote(input, own);
    });

  return {
    spec: 'exchange/1',
    id,
    manifest,
    // An author knows no asset by its type; `assertMarket` holds what is asked for against the manifest.
    quote: quote as Exchange['quote'],
    buy: (input, context) => attemptWrite(at('buy'), context, (own) => buy(input, own)),
    get: (target, context) =>
      observeRead(at('get'), context, async (own) => {
        const trade = await author.get(target, own);
        if (trade && trade.reference !== target.reference)
          throw refuse('unavailable', 'get: answered about another order');
        return trade;
      }),
    ...(balances ? { balances: (context) => observeRead(at('balances'), context, balances) } : {}),
  };
}

function sameAsset(left: Asset, right: Asset): boolean {
  return left.code === right.code && left.scale === right.scale;
}
