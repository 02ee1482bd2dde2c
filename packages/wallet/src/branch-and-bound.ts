import { dustLimitSats } from './dust.ts';
import { costOfChange, settle, wasteOf, wasteOfInput } from './selection-cost.ts';
import type { Coin, Selection, SelectionRequest } from './selection-cost.ts';
import { inputWeightOf, transactionWeight } from './size.ts';

/** How many branches the search visits before it gives up. */
const MAX_TRIES = 50_000;

/**
 * Searches depth first for the set that pays the amount without change and wastes least.
 *
 * Coins are sorted by what they are worth after their own fee; a branch ends when it overshoots so far that
 * change is worth making, can no longer reach, or has so many inputs that it wastes more than `most`, which something else wastes
 * already. The long-term rate must not be above the rate of now: a set that pays is not made larger here.
 */
export function searchChangeless<C extends Coin>(
  request: SelectionRequest<C>,
  most: bigint | null,
): Selection<C> | null {
  const { feeRateMilli, paymentScriptLengths, script } = request;
  const inputCost = BigInt(inputWeightOf(script)) * feeRateMilli;
  // In four-thousandths of a satoshi, so that nothing is rounded before the whole fee is.
  const target = request.amountSats * 4000n + BigInt(transactionWeight(0, paymentScriptLengths, script)) * feeRateMilli;
  // What overshoots by more has change that is worth making; `settle` says so to the satoshi.
  const limit = target + (costOfChange(request) + dustLimitSats(request.changeScript)) * 4000n;
  const pool = request.coins
    .map((coin) => ({ coin, worth: coin.sats * 4000n - inputCost }))
    .filter(({ worth }) => worth > 0n)
    .sort((a, b) => (a.worth < b.worth ? 1 : a.worth > b.worth ? -1 : 0));
  const remaining: bigint[] = Array.from({ length: pool.length + 1 }, () => 0n);
  for (let index = pool.length - 1; index >= 0; index -= 1) {
    remaining[index] = (remaining[index + 1] ?? 0n) + (pool[index]?.worth ?? 0n);
  }

  let tries = 0;
  let best: Selection<C> | null = null;
  let bestWaste = most;
  const chosen: C[] = [];
  const isTooMany = () => chosen.length >= mostInputs(request, bestWaste);
  const visit = (from: number, sum: bigint): void => {
    const selection = sum >= target ? settle(request, chosen) : null;
    if (selection) {
      if (selection.changeSats !== null) return;
      const waste = wasteOf(request, selection);
      if (bestWaste === null || waste < bestWaste) {
        best = { ...selection, coins: [...chosen] };
        bestWaste = waste;
      }
      return;
    }
    const first = firstAtMost(pool, from, limit - sum);
    for (let index = first; sum + (remaining[index] ?? 0n) >= target && !isTooMany(); index += 1) {
      const entry = pool[index];
      if (!entry || tries >= MAX_TRIES) return;
      tries += 1;
      // Leaving out one of several equal coins leads to the same sets again.
      if (index > from && pool[index - 1]?.worth === entry.worth) continue;
      chosen.push(entry.coin);
      visit(index + 1, sum + entry.worth);
      chosen.pop();
    }
  };
  visit(0, 0n);
  return best;
}

/** Where, in a pool with the largest first, the coins begin that are worth no more than this. */
function firstAtMost(pool: readonly { readonly worth: bigint }[], from: number, worth: bigint): number {
  let [low, high] = [from, pool.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((pool[middle]?.worth ?? 0n) > worth) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** With more inputs than these a set wastes more than `waste`, however well it fits. */
function mostInputs(request: SelectionRequest<Coin>, waste: bigint | null): number {
  const each = wasteOfInput(request);
  if (waste === null || each <= 0n) return request.maximumInputs;
  return Math.min(request.maximumInputs, Number(waste / each));
}
