import { formatAmount } from '@rielrails/kit';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createLab, totals } from './lab.ts';

/** Asks in cents, ascending, with quantities in steps of 0.00001. */
const asks = fc
  .record({
    start: fc.integer({ min: 1_000_000, max: 20_000_000 }),
    levels: fc.array(fc.tuple(fc.integer({ min: 1, max: 9_000 }), fc.integer({ min: 1, max: 400 })), {
      minLength: 1,
      maxLength: 20,
    }),
  })
  .map(({ start, levels }) => {
    let cents = start;
    return levels.map(([gap, steps]) => {
      cents += gap;
      return [(cents / 100).toFixed(2), (steps / 1e5).toFixed(5)] as const;
    });
  });

test('on any book, a quote is refused or kept to the satoshi, within its money', async () => {
  let kept = 0;
  await fc.assert(
    fc.asyncProperty(asks, fc.integer({ min: 10, max: 2_000 }), async (levels, dollars) => {
      const lab = createLab();
      lab.venue.market.setSide('asks', levels);
      lab.venue.market.setSide('bids', [['9999.00', '1']]);
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
});
