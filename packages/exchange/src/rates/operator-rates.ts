import { InputError } from '@rielrails/core';
import type { Asset, Instant, Rate, RateSource } from '@rielrails/core';
import { readConfig, systemRuntime } from '@rielrails/kit';
import type { Runtime } from '@rielrails/kit';
import { z } from 'zod';

/** A rate as an operator states it: one `base` is worth `rate` of `quote`, since `setAt`. */
export interface OperatorRate {
  readonly base: Asset;
  readonly quote: Asset;
  /** A plain decimal: `4102.5`. */
  readonly rate: string;
  /** Unix milliseconds. */
  readonly setAt: number;
}

/** What operator rates are made of. */
export interface OperatorRatesConfig {
  /** Every pair that may be asked for, each once; its inverse is answered too. */
  readonly pairs: readonly OperatorRate[];
  /** From this age on a rate is no longer given. */
  readonly maximumAgeMs: number;
  /** How far one `set` may move a rate, in hundredths of a percent of the former one. */
  readonly maximumChangeBasisPoints: number;
}

/** Rates that a person sets. */
export interface OperatorRates extends RateSource {
  /**
   * Replaces the rate of a pair from now on, and gives the record to store: nothing is kept beyond this object.
   *
   * A fat finger is refused: the change is measured against the former rate even when that one is stale, so a larger
   * move takes several steps or a new configuration.
   *
   * @throws InputError on `pair` (`unknown-pair`) or `rate` (`decimal`, `positive`, `too-far`); nothing changed.
   */
  set(input: { readonly base: Asset; readonly quote: Asset; readonly rate: string }): OperatorRate;
}

const decimal = /^(0|[1-9][0-9]{0,17})(?:\.([0-9]{1,18}))?$/;

const assetSchema = z.strictObject({ code: z.string().min(1), scale: z.int().min(0).max(18) });
const configSchema = z.strictObject({
  pairs: z
    .array(
      z.strictObject({
        base: assetSchema,
        quote: assetSchema,
        rate: z
          .string()
          .regex(decimal, 'expected a plain decimal number such as 4102.5')
          .regex(/[1-9]/, 'expected more than zero'),
        setAt: z.int().min(0),
      }),
    )
    .min(1),
  maximumAgeMs: z.int().min(1),
  maximumChangeBasisPoints: z.int().min(1).max(10_000),
});

/**
 * A source of rates that a person keeps fresh, for what no venue trades: KHR for USD, USD for USDT.
 *
 * Stale means silent: once a rate is older than `maximumAgeMs`, or dated in the future, `rate` gives `null`. Whoever asks
 * in the last quarter of that age has `rate-expires-soon` logged, and later `rate-too-old`; each once for a rate that was set.
 *
 * @throws ProviderError of kind `config` when a field is missing, malformed, or a pair is listed twice.
 */
export function createOperatorRates(config: OperatorRatesConfig, runtime: Runtime = systemRuntime()): OperatorRates {
  const { pairs, maximumAgeMs, maximumChangeBasisPoints } = readConfig<OperatorRatesConfig>(
    'operator-rates',
    configSchema.refine(({ pairs }) => new Set(pairs.map(unorderedKey)).size === pairs.length, {
      path: ['pairs'],
      message: 'a pair is listed twice',
    }),
    config,
  );
  const known = new Map(pairs.map((pair) => [unorderedKey(pair), pair]));
  const warned = new Set<string>();

  /** A rate that nobody renews ends all sales: whoever watches the log is to know before. */
  function warn({ base, quote, setAt }: OperatorRate, ageMs: number): void {
    const isOver = ageMs > maximumAgeMs;
    if (!isOver && ageMs * 4 <= maximumAgeMs * 3) return;
    const event = isOver ? 'rate-too-old' : 'rate-expires-soon';
    const once = `${event} ${unorderedKey({ base, quote })} ${setAt}`;
    if (warned.has(once)) return;
    warned.add(once);
    runtime.log[isOver ? 'error' : 'warn'](event, { kind: `${base.code}/${quote.code}`, ageMs });
  }

  return {
    spec: 'rates/1',
    id: 'operator-rates',
    async rate<B extends string, Q extends string>({ base, quote }: { base: Asset<B>; quote: Asset<Q> }) {
      const entry = known.get(unorderedKey({ base, quote }));
      if (!entry) return null;
      const ageMs = runtime.clock.now() - entry.setAt;
      warn(entry, ageMs);
      if (ageMs < 0 || ageMs > maximumAgeMs) return null;
      const stated = exactRate(entry);
      const rate = sameAsset(entry.base, base) ? stated : { base: stated.quote, quote: stated.base };
      return { rate: rate as Rate<B, Q>, observedAt: entry.setAt as Instant };
    },
    set({ base, quote, rate }) {
      const former = known.get(unorderedKey({ base, quote }));
      if (!former || !sameAsset(former.base, base))
        throw new InputError('pair', 'unknown-pair', 'is not configured in this direction');
      if (!decimal.test(rate))
        throw new InputError('rate', 'decimal', 'expected a plain decimal number such as 4102.5');
      const next: OperatorRate = { base, quote, rate, setAt: runtime.clock.now() };
      if (exactRate(next).quote.minor === 0n) throw new InputError('rate', 'positive', 'expected more than zero');
      if (changeExceeds(exactRate(former), exactRate(next), BigInt(maximumChangeBasisPoints)))
        throw new InputError('rate', 'too-far', `moves more than ${maximumChangeBasisPoints} basis points at once`);
      known.set(unorderedKey(next), next);
      return next;
    },
  };
}

/** The stated decimal as a pair of whole amounts: no digit is lost in either direction. */
function exactRate({ base, quote, rate }: OperatorRate): Rate {
  const [whole = '0', fraction = ''] = rate.split('.');
  return {
    base: { asset: base, minor: 10n ** BigInt(base.scale + fraction.length) },
    quote: { asset: quote, minor: BigInt(whole + fraction) * 10n ** BigInt(quote.scale) },
  };
}

function changeExceeds(former: Rate, next: Rate, basisPoints: bigint): boolean {
  const before = former.quote.minor * next.base.minor;
  const after = next.quote.minor * former.base.minor;
  const change = after > before ? after - before : before - after;
  return change * 10_000n > before * basisPoints;
}

function sameAsset(left: Asset, right: Asset): boolean {
  return left.code === right.code && left.scale === right.scale;
}

function unorderedKey({ base, quote }: { readonly base: Asset; readonly quote: Asset }): string {
  return [base, quote]
    .map(({ code, scale }) => `${code}/${scale}`)
    .sort()
    .join(' ');
}
