import type { Random } from '@rielrails/kit';
import { searchChangeless } from './branch-and-bound.ts';
import { byAmount, settle, sumOf, usefulCoins, wasteOf } from './selection-cost.ts';
import type { Coin, Selection, SelectionRequest } from './selection-cost.ts';

const RANDOM_DRAWS = 4;

/**
 * Chooses coins: without change where some set fits closely, otherwise the draw that wastes least; in a quiet hour
 * together with small coins that would cost more later.
 *
 * Of equally wasteful sets the one that binds least money wins: what is bound cannot be sold until the transaction
 * confirms. `null` when the coins do not suffice. The same request and randomness give the same answer.
 */
export function selectCoins<C extends Coin>(asked: SelectionRequest<C>): Selection<C> | null {
  // Of equal coins any will do: wallets that choose at the same moment should not all reach for the same one.
  const request = { ...asked, coins: shuffle(asked.coins, asked.random) };
  // In a quiet hour more inputs are no waste; but how many more may be bound is for gathering alone to decide.
  const { feeRateMilli, longTermFeeRateMilli } = request;
  const plain = feeRateMilli < longTermFeeRateMilli ? { ...request, longTermFeeRateMilli: feeRateMilli } : request;
  const drawn = leastWasteful(plain, accumulations(plain));
  const changeless = searchChangeless(plain, drawn && wasteOf(plain, drawn));
  const best = leastWasteful(plain, [changeless, drawn]);
  return best && leastWasteful(request, [best, gather(request, best)]);
}

function leastWasteful<C extends Coin>(
  request: SelectionRequest<C>,
  candidates: readonly (Selection<C> | null)[],
): Selection<C> | null {
  let best: { readonly selection: Selection<C>; readonly waste: bigint; readonly bound: bigint } | null = null;
  for (const selection of candidates) {
    if (!selection) continue;
    const waste = wasteOf(request, selection);
    const bound = sumOf(selection.coins);
    if (!best || waste < best.waste || (waste === best.waste && bound < best.bound)) best = { selection, waste, bound };
  }
  return best?.selection ?? null;
}

/** Sets that certainly pay if any does: the largest first, one coin alone, and random draws that use small coins up. */
function accumulations<C extends Coin>(request: SelectionRequest<C>): readonly (Selection<C> | null)[] {
  const useful = usefulCoins(request);
  const largestFirst = useful.toSorted(byAmount).toReversed();
  const orders = [largestFirst];
  for (let draw = 0; draw < RANDOM_DRAWS; draw += 1) orders.push(shuffle(useful, request.random));
  const alone = largestFirst.map((coin) => settle(request, [coin])).findLast((selection) => selection !== null);
  return [alone ?? null, ...orders.map((order) => accumulate(request, order))];
}

function accumulate<C extends Coin>(request: SelectionRequest<C>, order: readonly C[]): Selection<C> | null {
  for (let count = 1; count <= Math.min(order.length, request.maximumInputs); count += 1) {
    const selection = settle(request, order.slice(0, count));
    if (selection) return selection;
  }
  return null;
}

/** The same payment together with the smallest other coins, as many as may go. */
function gather<C extends Coin>(request: SelectionRequest<C>, { coins }: Selection<C>): Selection<C> | null {
  const { feeRateMilli, longTermFeeRateMilli, keepFree, maximumInputs } = request;
  if (keepFree === null || feeRateMilli >= longTermFeeRateMilli) return null;
  const useful = usefulCoins(request);
  const chosen = new Set(coins);
  const room = Math.min(maximumInputs, useful.length - keepFree) - coins.length;
  const others = useful.filter((coin) => !chosen.has(coin)).sort(byAmount);
  return room > 0 ? settle(request, [...coins, ...others.slice(0, room)]) : null;
}

function shuffle<T>(items: readonly T[], random: Random): T[] {
  const keyed = items.map((item) => {
    const bytes = random.bytes(6);
    return { item, key: bytes.reduce((sum, byte) => sum * 256 + byte, 0) };
  });
  return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item);
}
