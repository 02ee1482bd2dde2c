import { formatAmount } from '@rielrails/kit';
import type { ExchangeEmulator } from '@rielrails/kit/emulator';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createKrakenLab, createLab, totals } from './lab.ts';
import type { Lab } from './lab.ts';

interface Emulated extends ExchangeEmulator {
  readonly market: ExchangeEmulator['market'] & {
    setSide(side: 'asks' | 'bids', levels: readonly (readonly [string, string])[]): void;
    balance(asset: string): { readonly free: string };
  };
}

/** Ascending asks in whole ticks, with quantities in steps of 0.00001. */
function asksWith(decimals: number) {
  return fc
    .record({
      start: fc.integer({ min: 10_000, max: 200_000 }),
      levels: fc.array(fc.tuple(fc.integer({ min: 1, max: 900 }), fc.integer({ min: 1, max: 400 })), {
        minLength: 1,
        maxLength: 20,
      }),
    })
    .map(({ start, levels }) => {
      let ticks = start * 10 ** decimals;
      return levels.map(([gap, steps]) => {
        ticks += gap;
        return [(ticks / 10 ** decimals).toFixed(decimals), (steps / 1e5).toFixed(5)] as const;
      });
    });
}

test.each<readonly [string, () => Lab<Emulated>, number, string]>([
  ['Binance', createLab, 2, '9999.00'],
  ['Kraken', createKrakenLab, 1, '9999.0'],
])(
  'on any book of %s, a quote is refused or kept to the satoshi, within its money',
  async (_name, open, decimals, bid) => {
    let kept = 0;
    await fc.assert(
      fc.asyncProperty(asksWith(decimals), fc.integer({ min: 15, max: 2_000 }), async (levels, dollars) => {
        const lab = open();
        lab.venue.market.setSide('asks', levels);
        lab.venue.market.setSide('bids', [[bid, '1']]);
        const quote = await lab.quote(String(dollars)).catch(() => null);
        if (!quote) return;
        kept += 1;
        const attempt = await lab.runtime.clock.run(() =>
          lab.exchange.buy({ quote, reference: lab.reference(), atLeast: quote.receive }),
        );
        const trade = attempt.outcome === 'applied' ? attempt.value : null;
        expect(trade?.status).toBe('filled');
        const { spent, received } = totals(trade!);
        expect(received.minor).toBe(quote.receive.minor);
        expect(spent.minor <= quote.spend.minor).toBe(true);
        expect(lab.venue.market.balance('BTC').free).toBe(formatAmount(received));
        expect(formatAmount(spent)).toBe(lab.venue.applied.orders[0]?.spent);
      }),
      { numRuns: 60, seed: 20_261_121 },
    );
    expect(kept).toBeGreaterThan(15);
  },
);
