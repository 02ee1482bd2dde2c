import type { CallContext } from '@rielrails/core';
import { Transaction } from 'bitcoinjs-lib';
import { assertRate, coinOf, latestVersion, paymentOf, readCoin } from './bump.ts';
import { keyOfScript, ownKeys, readHoldings } from './coins.ts';
import { dustLimitSats } from './dust.ts';
import { incrementalFeeRateMilli } from './fees.ts';
import { assertFee, changePart, declined } from './plan.ts';
import type { PlanContext } from './plan.ts';
import { buildPsbt } from './psbt.ts';
import type { PsbtCoin } from './psbt.ts';
import { byAmount } from './selection-cost.ts';
import { feeFor, transactionWeight } from './size.ts';
import { isSigned } from './store.ts';
import type { StoredChild, StoredWithdrawal } from './store.ts';

/** Coins that may be added where the change alone cannot pay. */
const MOST_ADDED = 3;

interface Funded extends PsbtCoin {
  readonly sats: bigint;
}

/**
 * Drafts a child: it spends an output of ours of the withdrawal's latest transaction, and pays so much that both
 * together have the rate of now (CPFP). It pays only ourselves. A second one takes the place of the first.
 *
 * For what cannot be replaced by a higher fee: its change does not suffice, or it has several outputs of ours.
 *
 * @throws ProviderError: `declined` when there is no output of ours, the coins do not cover it, or the fee would pass
 *   its cap.
 */
export async function draftChild(
  withdrawal: StoredWithdrawal,
  planning: PlanContext,
  context: CallContext | undefined,
): Promise<Omit<StoredChild, 'hex'>> {
  const { account, fee, fees } = planning;
  const parent = latestVersion(withdrawal);
  const before = withdrawal.children.findLast(isSigned);
  const [rateMilli, inputs] = await Promise.all([
    fees.rateMilli(context),
    before ? inputsOf(before, planning, context) : ownOutput(withdrawal, planning),
  ]);
  const parentWeight = Transaction.fromHex(parent.hex).weight();
  const lengthOfOwn = account.key({ branch: 'change', index: 0 }).script.length;
  const weightOf = (count: number) => transactionWeight(count, [lengthOfOwn], account.script);
  const feeOf = (count: number): bigint => {
    const weight = weightOf(count);
    const both = feeFor(parentWeight, rateMilli) + feeFor(weight, rateMilli) - parent.feeSats;
    // It takes the place of the child before only by paying for the work of relaying it as well.
    const least = before ? before.feeSats + feeFor(weight, incrementalFeeRateMilli) : feeFor(weight, rateMilli);
    return both > least ? both : least;
  };
  const coins = await cover(inputs, feeOf, planning, context);
  const feeSats = feeOf(coins.length);
  assertFee(feeSats, fee);
  assertRate(parent.feeSats + feeSats, parentWeight + weightOf(coins.length), planning);
  const sats = coins.reduce((sum, coin) => sum + coin.sats, 0n) - feeSats;
  const { psbt, txid } = buildPsbt(coins, [await changePart(sats, planning)]);
  return {
    txid,
    parent: parent.txid,
    psbt,
    feeSats,
    inputs: coins.map(({ txid: of, index }) => ({ txid: of, index })),
  };
}

/** The largest output of ours, as the child's first input. */
async function ownOutput(withdrawal: StoredWithdrawal, planning: PlanContext): Promise<readonly Funded[]> {
  const { txid, hex } = latestVersion(withdrawal);
  const keys = await ownKeys(planning.account, planning.store);
  const isPayment = paymentOf(withdrawal, planning);
  const isDelivery = withdrawal.purpose === 'deliver';
  const [largest] = [...Transaction.fromHex(hex).outs.entries()]
    .filter(([, output]) => keyOfScript(keys, output.script) !== null && !(isDelivery && isPayment(output)))
    .map(([index, { value }]) => ({ index, sats: value }))
    .sort(byAmount)
    .toReversed();
  if (!largest) {
    throw declined(
      'no-change',
      'the withdrawal has no output of ours that could pay a higher fee; wait until it confirms',
    );
  }
  return [{ ...coinOf({ txid, index: largest.index }, hex, keys), sats: largest.sats }];
}

/** What the child before spends, its parent's output first. */
async function inputsOf(
  { inputs, parent }: StoredChild,
  planning: PlanContext,
  context: CallContext | undefined,
): Promise<readonly Funded[]> {
  const keys = await ownKeys(planning.account, planning.store);
  const read: Funded[] = [];
  for (const outpoint of inputs.toSorted((a, b) => Number(b.txid === parent) - Number(a.txid === parent))) {
    const coin = await readCoin(outpoint, keys, planning, context);
    const sats = Transaction.fromHex(coin.previousTransactionHex).outs[coin.index]?.value ?? 0n;
    read.push({ ...coin, sats });
  }
  return read;
}

/** Adds confirmed coins, the smallest that suffice, until fee and dust are covered. */
async function cover(
  inputs: readonly Funded[],
  feeOf: (count: number) => bigint,
  planning: PlanContext,
  context: CallContext | undefined,
): Promise<readonly Funded[]> {
  const dust = dustLimitSats(planning.account.key({ branch: 'change', index: 0 }).script);
  const lacks = (coins: readonly Funded[]) =>
    feeOf(coins.length) + dust - coins.reduce((sum, { sats }) => sum + sats, 0n);
  if (lacks(inputs) <= 0n) return inputs;
  const { spendable } = await readHoldings(planning.account, planning, context);
  const ascending = [...spendable].sort(byAmount);
  let coins = inputs;
  while (coins.length < inputs.length + MOST_ADDED) {
    const rest = ascending.filter((coin) => !coins.includes(coin));
    const next = rest.find((coin) => lacks([...coins, coin]) <= 0n) ?? rest.at(-1);
    if (!next) break;
    coins = [...coins, next];
    if (lacks(coins) <= 0n) return coins;
  }
  throw declined(
    'insufficient-funds',
    'the confirmed coins do not cover a higher fee; fill the wallet, or wait until it confirms',
  );
}
