import type { Random } from '@rielrails/kit';
import type { AccountScript } from './account-script.ts';
import { dustLimitSats } from './dust.ts';
import { feeFor, inputWeightOf, transactionWeight } from './size.ts';

/** A coin that may be chosen. */
export interface Coin {
  readonly sats: bigint;
}

/** What a selection is asked for. Scripts of payments are given by their length in bytes. */
export interface SelectionRequest<C extends Coin> {
  readonly coins: readonly C[];
  /** What locks all of them. */
  readonly script: AccountScript;
  /** What all payments together are. */
  readonly amountSats: bigint;
  readonly paymentScriptLengths: readonly number[];
  readonly changeScript: Uint8Array;
  /** In thousandths of a satoshi per virtual byte. */
  readonly feeRateMilli: bigint;
  /**
   * What spending a coin costs when one can wait for a quiet hour, in the same unit. Above it every input counts as
   * waste; below it an input that is taken now need not be paid for later.
   */
  readonly longTermFeeRateMilli: bigint;
  /**
   * How many coins must stay free for other payments when small ones are gathered in a quiet hour; `null` gathers none.
   * What is gathered becomes change, and is bound until the transaction confirms.
   */
  readonly keepFree: number | null;
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

/** Fee, change and excess of a set of coins; `null` when it does not pay. */
export function settle<C extends Coin>(request: SelectionRequest<C>, coins: readonly C[]): Selection<C> | null {
  if (coins.length === 0 || coins.length > request.maximumInputs) return null;
  const { amountSats, changeScript, script, longTermFeeRateMilli } = request;
  const total = sumOf(coins);
  const withChange = leastFee(request, coins.length, changeScript);
  const changeSats = total - amountSats - withChange;
  const worthwhile = feeFor(inputWeightOf(script), longTermFeeRateMilli);
  if (changeSats >= dustLimitSats(changeScript) && changeSats > worthwhile) {
    return { coins, feeSats: withChange, changeSats };
  }
  const feeSats = total - amountSats;
  return feeSats >= leastFee(request, coins.length) ? { coins, feeSats, changeSats: null } : null;
}

/**
 * What a selection costs beyond the payment itself, as Bitcoin Core measures it: the fee paid for inputs above their
 * long-term cost, plus the cost of making and later spending change, or the excess that is given away.
 */
export function wasteOf<C extends Coin>(
  request: SelectionRequest<C>,
  { coins, feeSats, changeSats }: Selection<C>,
): bigint {
  const inputs = BigInt(coins.length) * wasteOfInput(request);
  return inputs + (changeSats === null ? feeSats - leastFee(request, coins.length) : costOfChange(request));
}

/** What one input costs now beyond what it would in a quiet hour; below zero in a quieter one. */
export function wasteOfInput({ script, feeRateMilli, longTermFeeRateMilli }: SelectionRequest<Coin>): bigint {
  const weight = inputWeightOf(script);
  return feeFor(weight, feeRateMilli) - feeFor(weight, longTermFeeRateMilli);
}

/** The cost of making a change output now and spending it in a quiet hour. */
export function costOfChange(request: SelectionRequest<Coin>): bigint {
  const { changeScript, script, feeRateMilli, longTermFeeRateMilli } = request;
  const outputWeight = 4 * (9 + changeScript.length);
  return feeFor(outputWeight, feeRateMilli) + feeFor(inputWeightOf(script), longTermFeeRateMilli);
}

/** Coins that bring more than their own input costs. */
export function usefulCoins<C extends Coin>({ coins, script, feeRateMilli }: SelectionRequest<C>): readonly C[] {
  const cost = feeFor(inputWeightOf(script), feeRateMilli);
  return coins.filter(({ sats }) => sats > cost);
}

/** The sum of some coins in satoshi. */
export function sumOf(coins: readonly Coin[]): bigint {
  return coins.reduce((sum, { sats }) => sum + sats, 0n);
}

/** For sorting by amount, the smallest first. */
export function byAmount(a: Coin, b: Coin): number {
  return a.sats < b.sats ? -1 : a.sats > b.sats ? 1 : 0;
}

/** The least fee of a transaction with so many inputs. */
function leastFee(request: SelectionRequest<Coin>, inputs: number, changeScript?: Uint8Array): bigint {
  const { paymentScriptLengths, script, feeRateMilli } = request;
  const lengths = changeScript ? [...paymentScriptLengths, changeScript.length] : paymentScriptLengths;
  return feeFor(transactionWeight(inputs, lengths, script), feeRateMilli);
}
