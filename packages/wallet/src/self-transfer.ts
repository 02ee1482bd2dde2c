import type { CallContext } from '@rielrails/core';
import { readHoldings } from './coins.ts';
import type { OwnCoin } from './coins.ts';
import { dustLimitSats } from './dust.ts';
import { assemble, assertFee, changePart, choose, declined, MAXIMUM_INPUTS, quietRateMilli } from './plan.ts';
import type { OwnPart, PlanContext } from './plan.ts';
import { byAmount, sumOf } from './selection-cost.ts';
import type { Selection } from './selection-cost.ts';
import { feeFor, inputWeightOf, transactionWeight } from './size.ts';
import type { WithdrawalPlan } from './store.ts';

/** Fewer are not worth a transaction of their own. */
const LEAST_GATHERED = 3;
/** The most outputs that a signer takes is 20; one is change. */
const MOST_PIECES = 18;
/** How long one can wait for a transfer to ourselves: a day. */
const PATIENT_BLOCKS = 144;

/**
 * Gathers small coins into one, to be planned while fees are low.
 *
 * The pool stays as it is: coins of at least its size are left alone. Without a pool the two largest are.
 *
 * @throws ProviderError `declined`: `fees-too-high`, `nothing-to-gather` or `fee-cap`.
 */
export async function draftConsolidation(
  reference: string,
  planning: PlanContext,
  context: CallContext | undefined,
): Promise<WithdrawalPlan> {
  const { account, fee, fees, pool } = planning;
  const [{ spendable }, feeRateMilli] = await Promise.all([
    readHoldings(account, planning, context),
    fees.rateMilli(context, PATIENT_BLOCKS),
  ]);
  if (feeRateMilli > quietRateMilli(fee)) {
    throw declined('fees-too-high', 'coins are gathered at or below fee.quietSatPerVbyte; wait for a quiet hour');
  }
  const { script } = account;
  const cost = feeFor(inputWeightOf(script), feeRateMilli);
  const ascending = spendable.filter(({ sats }) => sats > cost).sort(byAmount);
  const small = pool ? ascending.filter(({ sats }) => sats < pool.sats) : ascending.slice(0, -2);
  const coins = small.slice(0, MAXIMUM_INPUTS);
  const sample = account.key({ branch: 'change', index: 0 }).script;
  const feeSats = feeFor(transactionWeight(coins.length, [sample.length], script), feeRateMilli);
  const sats = sumOf(coins) - feeSats;
  if (coins.length < LEAST_GATHERED || sats < dustLimitSats(sample)) {
    throw declined('nothing-to-gather', 'there are too few small coins to gather; there is nothing to do');
  }
  assertFee(feeSats, fee);
  return toOurselves(reference, { coins, feeSats }, [await changePart(sats, planning)], planning);
}

/**
 * Splits large coins, and gathers small ones, so that the pool is full: as many coins of its size as are missing.
 *
 * Coins of the pool itself are left alone. Where there is not enough for all, it makes as many as there is for.
 *
 * @throws ProviderError `declined`: `no-pool`, `pool-is-full`, `insufficient-funds` or `fee-cap`.
 */
export async function draftSplit(
  reference: string,
  planning: PlanContext,
  context: CallContext | undefined,
): Promise<WithdrawalPlan> {
  const { account, fee, pool } = planning;
  if (!pool) throw declined('no-pool', 'no pool is configured; set pool.coins and pool.sats');
  const { spendable, arriving } = await readHoldings(account, planning, context);
  const isReady = ({ sats }: OwnCoin) => sats >= pool.sats;
  const isOnItsWay = (coin: OwnCoin) => coin.key.branch === 'change' && isReady(coin);
  // What is split already and not yet confirmed counts: otherwise each look would split again.
  const ready = spendable.filter(isReady).length + arriving.filter(isOnItsWay).length;
  if (ready >= pool.coins) throw declined('pool-is-full', 'as many coins as wanted lie ready');
  const isMaterial = ({ sats }: OwnCoin) => sats < pool.sats || sats >= 2n * pool.sats;
  const enoughFor = (sumOf(spendable.filter(isMaterial)) - fee.maximumFeeSats) / pool.sats;
  // A large coin that is split was a ready one itself: one more than is missing makes up for it.
  const pieces = Math.min(MOST_PIECES, pool.coins - ready + 1, Number(enoughFor));
  if (pieces < 2)
    throw declined(
      'insufficient-funds',
      'the confirmed coins do not cover more coins of the pool; fill the wallet, or lower pool.coins',
    );
  const parts: OwnPart[] = [];
  for (let piece = 0; piece < pieces; piece += 1) parts.push(await changePart(pool.sats, planning));
  const scripts = parts.map(({ script }) => script);
  const wanted = { amountSats: pool.sats * BigInt(pieces), scripts, from: isMaterial };
  const selection = await choose(wanted, planning, context);
  const change = selection.changeSats === null ? [] : [await changePart(selection.changeSats, planning)];
  return toOurselves(reference, selection, [...parts, ...change], planning);
}

/** The plan of a transfer to ourselves. What it is told to be is its first output. */
function toOurselves(
  reference: string,
  selection: Pick<Selection<OwnCoin>, 'coins' | 'feeSats'>,
  parts: readonly OwnPart[],
  planning: PlanContext,
): WithdrawalPlan {
  const [first] = parts;
  if (!first) throw new RangeError('a transfer has an output');
  const intent = { reference, purpose: 'sweep', binding: null } as const;
  return assemble({ ...intent, address: first.key.address, amountSats: first.sats }, selection, parts, planning);
}
