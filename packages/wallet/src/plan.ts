import { ProviderError } from '@rielrails/core';
import type { CallContext } from '@rielrails/core';
import type { Clock, Random } from '@rielrails/kit';
import { scriptOfAddress } from '@rielrails/kit/bitcoin';
import type { Account } from './account.ts';
import type { ChainBackend } from './chain.ts';
import { keyOfScript, ownKeys, readHoldings } from './coins.ts';
import { currentFeeRateMilli } from './fees.ts';
import type { FeePolicy } from './fees.ts';
import { buildPsbt } from './psbt.ts';
import type { PsbtPart } from './psbt.ts';
import { selectCoins } from './selection.ts';
import type { StoredWithdrawal, WalletStore, WithdrawalPlan } from './store.ts';

/** What a withdrawal shall be, before coins are chosen. */
export type Intent = Pick<WithdrawalPlan, 'reference' | 'purpose' | 'address' | 'amountSats' | 'binding'>;

/** What planning works with. */
export interface PlanContext {
  readonly account: Account;
  readonly chain: ChainBackend;
  readonly store: WalletStore;
  readonly fee: FeePolicy;
  readonly random: Random;
  readonly clock: Clock;
}

/** Other instances may take a coin between our look and our lease; then we look again. */
const ATTEMPTS = 20;
const MAXIMUM_INPUTS = 100;
/** Bitcoin Core's measure of an ordinary day, 10 sat per virtual byte. */
const LONG_TERM_MILLI = 10_000n;

/**
 * Chooses coins, builds the transaction and stores both, so that whoever repeats this withdrawal signs the same one.
 *
 * `fresh: false`: another instance planned it in the same moment, and this is its plan.
 *
 * @throws ProviderError: `declined` when coins are short or the fee is above its cap; nothing is stored then.
 */
export async function planWithdrawal(
  intent: Intent,
  planning: PlanContext,
  context: CallContext | undefined,
): Promise<{ readonly withdrawal: StoredWithdrawal; readonly fresh: boolean }> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const plan = await draft(intent, planning, context);
    const stored = await planning.store.plan(plan);
    if (stored === 'stored') return { withdrawal: { ...plan, versions: [], seen: null }, fresh: true };
    if (stored === 'reference-taken') {
      const other = await planning.store.find(intent.reference);
      if (other) return { withdrawal: other, fresh: false };
    }
  }
  throw new ProviderError({
    kind: 'unavailable',
    provider: 'wallet',
    message: 'wallet withdraw: other withdrawals keep taking the coins; nothing was signed',
  });
}

async function draft(intent: Intent, planning: PlanContext, context: CallContext | undefined): Promise<WithdrawalPlan> {
  const { account, store, random, clock } = planning;
  const selection = await choose(intent, planning, context);
  const paymentScript = scriptOfAddress(intent.address, account.network);
  // A payment to ourselves is only believed by the signer when it is told the key.
  const ownKey = intent.purpose === 'sweep' ? keyOfScript(await ownKeys(account, store), paymentScript) : null;
  const parts: PsbtPart[] = [{ script: paymentScript, sats: intent.amountSats, key: ownKey }];
  if (selection.changeSats !== null) {
    const key = account.key({ branch: 'change', index: await store.takeIndex('change') });
    const change = { script: key.script, sats: selection.changeSats, key };
    // Change in a fixed place would tell everybody which output it is.
    if ((random.bytes(1)[0] ?? 0) % 2 === 0) parts.push(change);
    else parts.unshift(change);
  }
  const { psbt, txid } = buildPsbt(account, selection.coins, parts);
  const inputs = selection.coins.map(({ txid: of, index }) => ({ txid: of, index }));
  return { ...intent, psbt, txid, feeSats: selection.feeSats, inputs, plannedAt: clock.now() };
}

/** Chooses confirmed coins at the current rate. */
async function choose(intent: Intent, planning: PlanContext, context: CallContext | undefined) {
  const { account, chain, fee, random } = planning;
  const [{ spendable }, feeRateMilli] = await Promise.all([
    readHoldings(account, planning, context),
    currentFeeRateMilli(fee, chain, context),
  ]);
  const selection = selectCoins({
    coins: spendable,
    script: account.script,
    amountSats: intent.amountSats,
    paymentScriptLengths: [scriptOfAddress(intent.address, account.network).length],
    changeScript: account.key({ branch: 'change', index: 0 }).script,
    feeRateMilli,
    longTermFeeRateMilli: LONG_TERM_MILLI,
    keepFree: null,
    maximumInputs: MAXIMUM_INPUTS,
    random,
  });
  if (!selection) throw declined('insufficient-funds', 'the confirmed coins do not cover amount and fee');
  if (selection.feeSats > fee.maximumFeeSats) throw declined('fee-cap', 'the fee is above its cap');
  return selection;
}

/** A business "no" of the wallet's own. */
export function declined(reason: string, message: string): ProviderError {
  return new ProviderError({ kind: 'declined', provider: 'wallet', reason, message: `wallet: ${message}` });
}
