import { BTC, isProviderError, money, parseReference, ProviderError, USDT } from '@rielrails/core';
import type { Exchange, Instant, Money, ProviderRef, Trade } from '@rielrails/core';
import { createVocabulary, createWire, defineExchange, doubt, formatAmount, parseAmount } from '@rielrails/kit';
import type { Runtime, WireAnswer } from '@rielrails/kit';
import { takeSecret } from '../config.ts';
import type { ReferenceExchangeConfig, ReferenceExchangeDialect } from './emulator.ts';

const id = 'reference-exchange';
const ONE = 100_000_000n;
const STEP = 1000n;

interface OrderBody {
  readonly reference: string;
  readonly quantity: string;
  readonly status: string;
  readonly fills: readonly {
    readonly id: string;
    readonly spent: string;
    readonly received: string;
    readonly fee: string;
  }[];
}

/** The adapter of the reference exchange: the good one, which every exchange mutant breaks. */
export function createReferenceExchange(
  config: ReferenceExchangeConfig,
  runtime: Runtime,
  dialect: ReferenceExchangeDialect = {},
): Exchange<'balances'> {
  const headers = { authorization: `Bearer ${takeSecret(id, config, 'apiKey').reveal()}` };
  const wire = createWire({ provider: id, baseUrl: config.baseUrl, runtime, explain });
  const statuses = createVocabulary<Trade['status']>({
    provider: id,
    words: { FILLED: 'filled', CANCELLED: 'cancelled' },
    otherwise: 'open',
    log: runtime.log,
  });

  function readTrade(answer: WireAnswer): Trade {
    const { reference, status, fills } = JSON.parse(answer.text()) as OrderBody;
    return {
      reference: parseReference(reference),
      id: reference as ProviderRef,
      status: statuses.read(status),
      fills: fills.map((fill) => ({
        id: fill.id as ProviderRef,
        spent: parseAmount(fill.spent, USDT),
        received: parseAmount(fill.received, BTC),
        fee: parseAmount(fill.fee, BTC),
      })),
    };
  }

  return defineExchange<'balances'>(
    {
      id,
      manifest: {
        markets: [{ base: BTC, quote: USDT, minimum: money(USDT, 10n * ONE), step: money(BTC, STEP) }],
        buy: { repeat: dialect.replays ? 'replays' : 'rejects' },
        get: { by: 'reference', covers: 'all', notFoundIsFinalAfterMs: 60_000 },
      },
      async quote({ spend }, context) {
        const observedAt = runtime.clock.now();
        const asks = await wire.read(
          { operation: 'book', method: 'GET', path: '/book', headers, parse: readAsks },
          context,
        );
        const { quantity, worst } = walk(asks, spend.minor);
        const fee = feeOf(quantity);
        return {
          spend,
          receive: money(BTC, quantity - fee),
          fee: money(BTC, fee),
          worst: { base: money(BTC, ONE), quote: money(USDT, worst) },
          observedAt,
          expiresAt: (observedAt + 30_000) as Instant,
        };
      },
      async buy({ quote, reference, atLeast }, context) {
        if (atLeast.minor > quote.receive.minor) throw declined('the floor is above the quote');
        const quantity = formatAmount(money(BTC, grossOf(atLeast.minor)));
        const limit = formatAmount(quote.worst.quote);
        const parse = (answer: WireAnswer) => {
          if ((JSON.parse(answer.text()) as OrderBody).quantity !== quantity) {
            throw doubt(id, 'echo-mismatch', `${id}: the answer is about another size`);
          }
          return readTrade(answer);
        };
        const body = JSON.stringify({ reference, quantity, limit });
        return wire.write({ operation: 'order', method: 'POST', path: '/orders', headers, body, parse }, context);
      },
      async get({ reference }, context) {
        const call = {
          operation: 'get',
          method: 'GET',
          path: `/orders/${reference}`,
          headers,
          parse: readTrade,
        } as const;
        try {
          return await wire.read(call, context);
        } catch (error) {
          if (isProviderError(error) && error.fault.kind === 'not-found') return null;
          throw error;
        }
      },
      balances: (context) =>
        wire.read({ operation: 'balances', method: 'GET', path: '/balances', headers, parse: readBalances }, context),
    },
    runtime,
  );
}

interface Ask {
  readonly price: bigint;
  readonly quantity: bigint;
}

function readBalances(answer: WireAnswer): readonly Money[] {
  const { BTC: coins, USDT: dollars } = JSON.parse(answer.text()) as { readonly BTC: string; readonly USDT: string };
  return [
    { asset: BTC, minor: parseAmount(coins, BTC).minor },
    { asset: USDT, minor: parseAmount(dollars, USDT).minor },
  ];
}

function readAsks(answer: WireAnswer): readonly Ask[] {
  const { asks } = JSON.parse(answer.text()) as { readonly asks: readonly (readonly [string, string])[] };
  return asks.map(([price, quantity]) => ({
    price: parseAmount(price, USDT).minor,
    quantity: parseAmount(quantity, BTC).minor,
  }));
}

/** The largest quantity that the money buys even if all of it cost the worst price that is touched. */
function walk(asks: readonly Ask[], spend: bigint): { readonly quantity: bigint; readonly worst: bigint } {
  let depth = 0n;
  let best = { quantity: 0n, worst: 0n };
  for (const { price, quantity } of asks) {
    depth += quantity;
    const affordable = (spend * ONE) / price;
    const size = affordable < depth ? affordable : depth;
    const whole = size - (size % STEP);
    if (whole > best.quantity) best = { quantity: whole, worst: price };
  }
  if (best.quantity === 0n) throw declined('the book is too thin');
  return best;
}

function feeOf(quantity: bigint): bigint {
  return (quantity + 999n) / 1000n;
}

/** The least quantity, in whole steps, of which this much is left after the fee. */
function grossOf(net: bigint): bigint {
  let quantity = ((net * 1000n) / 999n / STEP) * STEP;
  while (quantity - feeOf(quantity) < net) quantity += STEP;
  return quantity;
}

function declined(why: string): ProviderError {
  return new ProviderError({ kind: 'declined', provider: id, reason: 'floor', message: `${id}: ${why}` });
}

function explain(status: number, body: string): ProviderError | null {
  if (status < 400 || status >= 500) return null;
  const { error: code } = JSON.parse(body) as { readonly error: string };
  const message = `${id}: refused as ${code}`;
  switch (code) {
    case 'DUPLICATE':
      return doubt(id, 'duplicate', `${id}: this reference was used before`);
    case 'SLOW_DOWN':
      return new ProviderError({ kind: 'throttled', provider: id, message });
    case 'ABSENT':
      return new ProviderError({ kind: 'not-found', provider: id, message });
    case 'KEY':
      return new ProviderError({ kind: 'config', provider: id, message });
    case 'BALANCE':
    case 'HALTED':
      return new ProviderError({ kind: 'declined', provider: id, message, reason: code });
    case 'QUANTITY':
      return new ProviderError({ kind: 'invalid', provider: id, message });
    default:
      return null;
  }
}
