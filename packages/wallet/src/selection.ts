import type { Random } from '@rielrails/kit';
import { feeFor, inputWeight, transactionWeight } from './size.ts';
import { dustLimitSats } from './dust.ts';

/** A coin that may be chosen. */
export interface Coin {
  readonly sats: bigint;
}

/** What a selection is asked for. Scripts are given by their length in bytes. */
export interface SelectionRequest<C extends Coin> {
  readonly coins: readonly C[];
  readonly amountSats: bigint;
  readonly paymentScriptLength: number;
  readonly changeScript: Uint8Array;
  /** In thousandths of a satoshi per virtual byte. */
  readonly feeRateMilli: bigint;
  /**
   * What spending a coin costs on an ordinary day, in the same unit. While it is above {@link feeRateMilli}, taking more
   * coins than needed counts as saving.
   */
  readonly longTermFeeRateMilli: bigint;
  /** The most inputs in one transaction. */
  readonly maximumInputs: number;
  readonly random: Random;
}

/** Coins that pay for an amount. The sum of the coins is amount + fee + change, exactly. */
export interface Selection<C extends Coin> {
  readonly coins: readonly C[];
  readonly feeSats: bigint;
  /** `null` when there is no change output. */
  readonly changeSats: bigint | null;
}

/** How many branches the search for a changeless selection visits before it gives up. */
const MAX_TRIES = 50_000;
const RANDOM_DRAWS = 4;

/**
 * Chooses coins: without change where some set fits closely, otherwise the draw that wastes least.
 *
 * Waste is measured as Bitcoin Core does: the fee paid for inputs above their long-term cost, plus the cost of making
 * and later spending change, or the excess that is given away. Of equal ones the set that binds least money wins: what
 * is bound cannot be sold until the transaction confirms. `null` when the coins do not suffice. The same request and
 * randomness give the same answer.
 */
export function selectCoins<C extends Coin>(asked: SelectionRequest<C>): Selection<C> | null {
  // Of equal coins any will do: wallets that choose at the same moment should not all reach for the same one.
  const request = { ...asked, coins: shuffle(asked.coins, asked.random) };
  const candidates = [branchAndBound(request), ...accumulations(request).map((coins) => settle(request, coins))];
  let best: { readonly selection: Selection<C>; readonly waste: bigint; readonly bound: bigint } | null = null;
  for (const selection of candidates) {
    if (!selection) continue;
    const waste = wasteOf(request, selection);
    const bound = selection.coins.reduce((sum, { sats }) => sum + sats, 0n);
    if (!best || waste < best.waste || (waste === best.waste && bound < best.bound)) best = { selection, waste, bound };
  }
  return best?.selection ?? null;
}

/** What is left of a coin after paying for its own input. */
function effectiveSats(coin: Coin, feeRateMilli: bigint): bigint {
  return coin.sats - feeFor(inputWeight, feeRateMilli);
}

/** The cost of making a change output now and spending it on an ordinary day. */
function costOfChange(request: SelectionRequest<Coin>): bigint {
  const outputWeight = 4 * (9 + request.changeScript.length);
  return feeFor(outputWeight, request.feeRateMilli) + feeFor(inputWeight, request.longTermFeeRateMilli);
}

/** Fee, change and excess of a set of coins; `null` when it does not pay. */
function settle<C extends Coin>(request: SelectionRequest<C>, coins: readonly C[]): Selection<C> | null {
  if (coins.length === 0 || coins.length > request.maximumInputs) return null;
  const { amountSats, changeScript, feeRateMilli, paymentScriptLength } = request;
  const total = coins.reduce((sum, { sats }) => sum + sats, 0n);
  const withChange = feeFor(transactionWeight(coins.length, [paymentScriptLength, changeScript.length]), feeRateMilli);
  const changeSats = total - amountSats - withChange;
  const worthwhile = feeFor(inputWeight, request.longTermFeeRateMilli);
  if (changeSats >= dustLimitSats(changeScript) && changeSats > worthwhile) {
    return { coins, feeSats: withChange, changeSats };
  }
  const feeSats = total - amountSats;
  const least = feeFor(transactionWeight(coins.length, [paymentScriptLength]), feeRateMilli);
  return feeSats >= least ? { coins, feeSats, changeSats: null } : null;
}

function wasteOf<C extends Coin>(request: SelectionRequest<C>, selection: Selection<C>): bigint {
  const { feeRateMilli, longTermFeeRateMilli, paymentScriptLength } = request;
  const count = BigInt(selection.coins.length);
  const inputs = count * (feeFor(inputWeight, feeRateMilli) - feeFor(inputWeight, longTermFeeRateMilli));
  if (selection.changeSats !== null) return inputs + costOfChange(request);
  const least = feeFor(transactionWeight(selection.coins.length, [paymentScriptLength]), feeRateMilli);
  return inputs + selection.feeSats - least;
}

/**
 * Searches depth first for a set that pays the amount and gives away less than change would cost.
 *
 * Coins are sorted by what they are worth after their own fee; a branch ends when it overshoots or can no longer reach.
 */
function branchAndBound<C extends Coin>(request: SelectionRequest<C>): Selection<C> | null {
  const { feeRateMilli, maximumInputs } = request;
  // In four-thousandths of a satoshi, so that nothing is rounded before the whole fee is.
  const target =
    request.amountSats * 4000n + BigInt(transactionWeight(0, [request.paymentScriptLength])) * feeRateMilli;
  const limit = target + costOfChange(request) * 4000n;
  const pool = request.coins
    .map((coin) => ({ coin, worth: coin.sats * 4000n - BigInt(inputWeight) * feeRateMilli }))
    .filter(({ worth }) => worth > 0n)
    .sort((a, b) => (a.worth < b.worth ? 1 : a.worth > b.worth ? -1 : 0));
  const remaining: bigint[] = Array.from({ length: pool.length + 1 }, () => 0n);
  for (let index = pool.length - 1; index >= 0; index -= 1) {
    remaining[index] = (remaining[index + 1] ?? 0n) + (pool[index]?.worth ?? 0n);
  }

  let tries = 0;
  let best: Selection<C> | null = null;
  let bestWaste: bigint | null = null;
  const chosen: C[] = [];
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
    if (chosen.length >= maximumInputs) return;
    for (let index = from; sum + (remaining[index] ?? 0n) >= target; index += 1) {
      const entry = pool[index];
      if (!entry || tries >= MAX_TRIES) return;
      // Leaving out one of several equal coins leads to the same sets again.
      if (index > from && pool[index - 1]?.worth === entry.worth) continue;
      if (sum + entry.worth > limit) continue;
      tries += 1;
      chosen.push(entry.coin);
      visit(index + 1, sum + entry.worth);
      chosen.pop();
    }
  };
  visit(0, 0n);
  return best;
}

/** Sets that certainly pay if any does: the largest first, one coin alone, and random draws that use small coins up. */
function accumulations<C extends Coin>(request: SelectionRequest<C>): readonly (readonly C[])[] {
  const useful = request.coins.filter((coin) => effectiveSats(coin, request.feeRateMilli) > 0n);
  const largestFirst = [...useful].sort((a, b) => (a.sats < b.sats ? 1 : a.sats > b.sats ? -1 : 0));
  const orders = [largestFirst];
  for (let draw = 0; draw < RANDOM_DRAWS; draw += 1) orders.push(shuffle(useful, request.random));
  const alone = largestFirst.findLast((coin) => settle(request, [coin]) !== null);
  return [...(alone ? [[alone]] : []), ...orders.map((order) => accumulate(request, order))];
}

function accumulate<C extends Coin>(request: SelectionRequest<C>, order: readonly C[]): readonly C[] {
  const coins: C[] = [];
  for (const coin of order.slice(0, request.maximumInputs)) {
    coins.push(coin);
    if (settle(request, coins)) return coins;
  }
  return [];
}

function shuffle<T>(items: readonly T[], random: Random): T[] {
  const keyed = items.map((item) => {
    const bytes = random.bytes(6);
    return { item, key: bytes.reduce((sum, byte) => sum * 256 + byte, 0) };
  });
  return keyed.sort((a, b) => a.key - b.key).map(({ item }) => item);
}
