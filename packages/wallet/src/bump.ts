import type { CallContext } from '@rielrails/core';
import { ProviderError } from '@rielrails/core';
import { toHex, unavailable } from '@rielrails/kit';
import { scriptOfAddress } from '@rielrails/kit/bitcoin';
import { Transaction } from 'bitcoinjs-lib';
import type { Account } from './account.ts';
import type { ChainBackend } from './chain.ts';
import { keyOfScript, ownKeys } from './coins.ts';
import { dustLimitSats } from './dust.ts';
import { currentFeeRateMilli, incrementalFeeRateMilli } from './fees.ts';
import type { FeePolicy } from './fees.ts';
import { declined } from './plan.ts';
import { buildPsbt } from './psbt.ts';
import type { PsbtCoin, PsbtPart } from './psbt.ts';
import { feeFor, toMilliRate, transactionWeight } from './size.ts';
import type { StoredWithdrawal, WalletStore } from './store.ts';

/** A transaction that may take the place of a withdrawal's latest one. */
export interface Replacement {
  readonly psbt: string;
  readonly feeSats: bigint;
}

/**
 * Drafts a replacement: the same inputs and payment, the higher fee out of the change alone (BIP125).
 *
 * @throws ProviderError: `declined` when there is no change to take it from, or the fee would pass its cap.
 */
export async function draftReplacement(
  withdrawal: StoredWithdrawal,
  {
    account,
    chain,
    store,
    fee,
  }: { readonly account: Account; readonly chain: ChainBackend; readonly store: WalletStore; readonly fee: FeePolicy },
  context: CallContext | undefined,
): Promise<Replacement> {
  const latest = withdrawal.versions.at(-1);
  if (!latest)
    throw new ProviderError({ kind: 'conflict', provider: 'wallet', message: 'wallet: nothing is signed yet' });
  const before = Transaction.fromHex(latest.hex);
  const keys = await ownKeys(account, store);
  const paymentScript = scriptOfAddress(withdrawal.address, account.network);
  const isPayment = (script: Uint8Array, value: bigint) =>
    value === withdrawal.amountSats && toHex(script) === toHex(paymentScript);
  const change = before.outs.find(({ script, value }) => !isPayment(script, value));
  if (!change) throw declined('no-change', 'the withdrawal has no change to pay a higher fee from');

  const rateMilli = await currentFeeRateMilli(fee, chain, context);
  const lengths = before.outs.map(({ script }) => script.length);
  const weight = transactionWeight(before.ins.length, lengths);
  const least = latest.feeSats + feeFor(weight, incrementalFeeRateMilli);
  const wanted = feeFor(weight, rateMilli) > least ? feeFor(weight, rateMilli) : least;
  const left = change.value + latest.feeSats - wanted;
  if (left < 0n) throw declined('change-exhausted', 'the change does not cover a higher fee');
  const keepsChange = left >= dustLimitSats(change.script);
  const feeSats = keepsChange ? wanted : latest.feeSats + change.value;
  const size = keepsChange ? weight : transactionWeight(before.ins.length, [paymentScript.length]);
  if (feeSats > fee.maximumFeeSats || feeSats > feeFor(size, toMilliRate(fee.ceilingSatPerVbyte))) {
    throw declined('fee-cap', 'a higher fee would pass its cap');
  }

  const coins: PsbtCoin[] = [];
  for (const { hash, index } of before.ins) {
    const txid = toHex(hash.toReversed());
    const previous = await chain.transaction(txid, context);
    if (!previous) throw unavailable('wallet', 'wallet bump: the chain does not have a previous transaction');
    const script = Transaction.fromHex(previous.hex).outs[index]?.script;
    const key = script ? keyOfScript(keys, script) : null;
    if (!key) throw unavailable('wallet', 'wallet bump: an input is of no known key');
    coins.push({ txid, index, previousTransactionHex: previous.hex, key });
  }
  const parts = before.outs.flatMap(({ script, value }): PsbtPart[] => {
    if (isPayment(script, value)) {
      return [{ script, sats: value, key: withdrawal.purpose === 'sweep' ? keyOfScript(keys, script) : null }];
    }
    return keepsChange ? [{ script, sats: left, key: keyOfScript(keys, script) }] : [];
  });
  return { psbt: buildPsbt(account, coins, parts).psbt, feeSats };
}
