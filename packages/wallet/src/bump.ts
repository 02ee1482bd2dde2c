import type { CallContext } from '@rielrails/core';
import { ProviderError } from '@rielrails/core';
import { toHex, unavailable } from '@rielrails/kit';
import { scriptOfAddress } from '@rielrails/kit/bitcoin';
import { Transaction } from 'bitcoinjs-lib';
import type { AccountKey } from './account.ts';
import type { Outpoint } from './chain.ts';
import { keyOfScript, ownKeys } from './coins.ts';
import { dustLimitSats } from './dust.ts';
import { incrementalFeeRateMilli } from './fees.ts';
import { assertFee, declined } from './plan.ts';
import type { PlanContext } from './plan.ts';
import { buildPsbt } from './psbt.ts';
import type { PsbtCoin, PsbtPart } from './psbt.ts';
import { feeFor, toMilliRate, transactionWeight } from './size.ts';
import { leadingVersion } from './store.ts';
import type { StoredVersion, StoredWithdrawal } from './store.ts';
import { txidOfHash } from './txid.ts';

/** A transaction that may take the place of a withdrawal's latest one. */
export interface Replacement {
  readonly psbt: string;
  readonly feeSats: bigint;
}

/**
 * Drafts a replacement: the same inputs and payment, the higher fee out of the change alone (BIP125). `null` when there
 * is no change, or it does not suffice.
 *
 * @throws ProviderError: `declined` when the fee would pass its cap.
 */
export async function draftReplacement(
  withdrawal: StoredWithdrawal,
  planning: PlanContext,
  context: CallContext | undefined,
): Promise<Replacement | null> {
  const { account, fee, fees, store } = planning;
  const latest = latestVersion(withdrawal);
  const before = Transaction.fromHex(latest.hex);
  const isPayment = paymentOf(withdrawal, planning);
  const [change, more] = before.outs.filter((output) => !isPayment(output));
  // A transfer with several outputs of ours has no change: a child of one of them pays for it.
  if (!change || more) return null;

  const rateMilli = await fees.rateMilli(context);
  const weightOf = (outputs: Transaction['outs']) => {
    const lengths = outputs.map(({ script }) => script.length);
    return transactionWeight(before.ins.length, lengths, account.script);
  };
  const weight = weightOf(before.outs);
  const least = latest.feeSats + feeFor(weight, incrementalFeeRateMilli);
  const wanted = feeFor(weight, rateMilli) > least ? feeFor(weight, rateMilli) : least;
  const left = change.value + latest.feeSats - wanted;
  if (left < 0n) return null;
  const keepsChange = left >= dustLimitSats(change.script);
  const feeSats = keepsChange ? wanted : latest.feeSats + change.value;
  assertFee(feeSats, fee);
  assertRate(feeSats, keepsChange ? weight : weightOf(before.outs.filter(isPayment)), planning);

  const keys = await ownKeys(account, store);
  const coins: PsbtCoin[] = [];
  for (const { hash, index } of before.ins) {
    coins.push(await readCoin({ txid: txidOfHash(hash), index }, keys, planning, context));
  }
  const parts = before.outs.flatMap((output): PsbtPart[] => {
    const { script, value } = output;
    if (isPayment(output)) {
      return [{ script, sats: value, key: withdrawal.purpose === 'sweep' ? keyOfScript(keys, script) : null }];
    }
    return keepsChange ? [{ script, sats: left, key: keyOfScript(keys, script) }] : [];
  });
  return { psbt: buildPsbt(coins, parts).psbt, feeSats };
}

/** The version that stands. @throws ProviderError `conflict` when nothing is signed yet */
export function latestVersion(withdrawal: StoredWithdrawal): StoredVersion {
  const latest = leadingVersion(withdrawal);
  if (latest) return latest;
  throw new ProviderError({ kind: 'conflict', provider: 'wallet', message: 'wallet: nothing is signed yet' });
}

/** Which output of a withdrawal's transactions is the payment. */
export function paymentOf(
  { address, amountSats }: StoredWithdrawal,
  { account }: Pick<PlanContext, 'account'>,
): (output: { readonly script: Uint8Array; readonly value: bigint }) => boolean {
  const wanted = toHex(scriptOfAddress(address, account.network));
  return ({ script, value }) => value === amountSats && toHex(script) === wanted;
}

/** A coin of ours as an input, whatever spends it now. @throws ProviderError `unavailable` */
export async function readCoin(
  { txid, index }: Outpoint,
  keys: readonly AccountKey[],
  { chain }: Pick<PlanContext, 'chain'>,
  context: CallContext | undefined,
): Promise<PsbtCoin> {
  const previous = await chain.transaction(txid, context);
  if (!previous) throw unavailable('wallet', 'wallet bump: the chain does not have a previous transaction');
  return coinOf({ txid, index }, previous.hex, keys);
}

/** The same, where the transaction is known. */
export function coinOf({ txid, index }: Outpoint, hex: string, keys: readonly AccountKey[]): PsbtCoin {
  const script = Transaction.fromHex(hex).outs[index]?.script;
  const key = script ? keyOfScript(keys, script) : null;
  if (!key) throw unavailable('wallet', 'wallet bump: an input is of no known key');
  return { txid, index, previousTransactionHex: hex, key };
}

/** @throws ProviderError `declined`, `fee-cap` */
export function assertRate(feeSats: bigint, weight: number, { fee }: Pick<PlanContext, 'fee'>): void {
  if (feeSats > feeFor(weight, toMilliRate(fee.ceilingSatPerVbyte))) {
    throw declined('fee-cap', 'a higher fee would pass fee.ceilingSatPerVbyte; it is as high as it may be');
  }
}
