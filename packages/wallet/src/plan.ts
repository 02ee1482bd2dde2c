import { ProviderError } from '@rielrails/core';
import type { CallContext } from '@rielrails/core';
import type { Clock, Random } from '@rielrails/kit';
import { scriptOfAddress } from '@rielrails/kit/bitcoin';
import type { Account, AccountKey } from './account.ts';
import type { ChainBackend } from './chain.ts';
import { keyOfScript, ownKeys, readHoldings } from './coins.ts';
import type { OwnCoin } from './coins.ts';
import type { FeeEstimator, FeePolicy } from './fees.ts';
import { buildPsbt } from './psbt.ts';
import type { PsbtPart } from './psbt.ts';
import { selectCoins } from './selection.ts';
import type { Selection } from './selection-cost.ts';
import { toMilliRate } from './size.ts';
import type { StoredWithdrawal, WalletStore, WithdrawalPlan } from './store.ts';

/** What a withdrawal shall be, before coins are chosen. */
export type Intent = Pick<WithdrawalPlan, 'reference' | 'purpose' | 'address' | 'amountSats' | 'binding'>;

/** The coins that shall lie ready, so that payouts need not wait for each other's change. */
export interface CoinPool {
  /** How many. */
  readonly coins: number;
  /** What each of them is at least. */
  readonly sats: bigint;
}

/** What planning works with. */
export interface PlanContext {
  readonly account: Account;
  readonly chain: ChainBackend;
  readonly store: WalletStore;
  readonly fee: FeePolicy;
  readonly fees: FeeEstimator;
  readonly pool: CoinPool | null;
  readonly random: Random;
  readonly clock: Clock;
}

/** Other instances may take a coin between our look and our lease; then we look again. */
const ATTEMPTS = 20;
/** The most inputs in one transaction. */
export const MAXIMUM_INPUTS = 100;
const QUIET_SAT_PER_VBYTE = 3;

/** A plan, and whether this very call made it: another instance may have done so in the same moment. */
export interface Planned {
  readonly withdrawal: StoredWithdrawal;
  readonly fresh: boolean;
}

/**
 * Chooses coins, builds the transaction and stores both, so that whoever repeats this withdrawal signs the same one.
 *
 * @throws ProviderError: `declined` when coins are short or the fee is above its cap; nothing is stored then.
 */
export function planWithdrawal(
  intent: Intent,
  planning: PlanContext,
  context: CallContext | undefined,
): Promise<Planned> {
  return storePlan(intent.reference, () => draft(intent, planning, context), planning.store);
}

/** Stores what is drafted, drafting again while other withdrawals take its coins first. */
export async function storePlan(
  reference: string,
  draft: () => Promise<WithdrawalPlan>,
  store: WalletStore,
): Promise<Planned> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const plan = await draft();
    const stored = await store.plan(plan);
    if (stored === 'stored') {
      return { withdrawal: { ...plan, versions: [], children: [], seen: null }, fresh: true };
    }
    if (stored === 'reference-taken') {
      const other = await store.find(reference);
      if (other) return { withdrawal: other, fresh: false };
    }
  }
  throw new ProviderError({
    kind: 'unavailable',
    provider: 'wallet',
    message: 'wallet withdraw: other withdrawals keep taking the coins; nothing was signed, try again',
  });
}

async function draft(intent: Intent, planning: PlanContext, context: CallContext | undefined): Promise<WithdrawalPlan> {
  const { account, store, random } = planning;
  const script = scriptOfAddress(intent.address, account.network);
  const selection = await choose({ amountSats: intent.amountSats, scripts: [script] }, planning, context);
  // A payment to ourselves is only believed by the signer when it is told the key.
  const key = intent.purpose === 'sweep' ? keyOfScript(await ownKeys(account, store), script) : null;
  const payment: PsbtPart = { script, sats: intent.amountSats, key };
  const change = selection.changeSats === null ? [] : [await changePart(selection.changeSats, planning)];
  // Change in a fixed place would tell everybody which output it is.
  const isFirst = (random.bytes(1)[0] ?? 0) % 2 === 0;
  return assemble(intent, selection, isFirst ? [...change, payment] : [payment, ...change], planning);
}

/** What coins are chosen for. */
export interface Wanted {
  /** All payments together. */
  readonly amountSats: bigint;
  readonly scripts: readonly Uint8Array[];
  /** Which coins may be taken. Default: every confirmed one. */
  readonly from?: (coin: OwnCoin) => boolean;
}

/** An output to an address of ours. */
export type OwnPart = PsbtPart & { readonly key: AccountKey };

/**
 * Chooses confirmed coins at the current rate.
 *
 * @throws ProviderError: `declined` when coins are short or the fee is above its cap.
 */
export async function choose(
  { amountSats, scripts, from = () => true }: Wanted,
  planning: PlanContext,
  context: CallContext | undefined,
): Promise<Selection<OwnCoin>> {
  const { account, fee, fees, pool, random } = planning;
  const [{ spendable }, feeRateMilli] = await Promise.all([
    readHoldings(account, planning, context),
    fees.rateMilli(context),
  ]);
  const selection = selectCoins({
    coins: spendable.filter(from),
    script: account.script,
    amountSats,
    paymentScriptLengths: scripts.map(({ length }) => length),
    changeScript: account.key({ branch: 'change', index: 0 }).script,
    feeRateMilli,
    longTermFeeRateMilli: quietRateMilli(fee),
    // Without a pool nobody has said how many coins other payouts need: then none is bound that need not be.
    keepFree: pool?.coins ?? null,
    maximumInputs: MAXIMUM_INPUTS,
    random,
  });
  if (!selection)
    throw declined(
      'insufficient-funds',
      'the confirmed coins do not cover amount and fee; fill the wallet, or wait until what arrives is confirmed',
    );
  assertFee(selection.feeSats, fee);
  return selection;
}

/** @throws ProviderError `declined`, `fee-cap` */
export function assertFee(feeSats: bigint, { maximumFeeSats }: FeePolicy): void {
  if (feeSats > maximumFeeSats) {
    throw declined('fee-cap', 'the fee is above its cap; wait for lower fees, or raise fee.maximumFeeSats');
  }
}

/** What spending a coin costs in a quiet hour. */
export function quietRateMilli({ quietSatPerVbyte = QUIET_SAT_PER_VBYTE }: FeePolicy): bigint {
  return toMilliRate(quietSatPerVbyte);
}

/** An output to the next address of the change branch. */
export async function changePart(
  sats: bigint,
  { account, store }: Pick<PlanContext, 'account' | 'store'>,
): Promise<OwnPart> {
  const key = account.key({ branch: 'change', index: await store.takeIndex('change') });
  return { script: key.script, sats, key };
}

/** The plan of chosen coins and outputs. */
export function assemble(
  intent: Intent,
  { coins, feeSats }: Pick<Selection<OwnCoin>, 'coins' | 'feeSats'>,
  parts: readonly PsbtPart[],
  { clock }: Pick<PlanContext, 'clock'>,
): WithdrawalPlan {
  const { psbt, txid } = buildPsbt(coins, parts);
  const inputs = coins.map((coin) => ({ txid: coin.txid, index: coin.index }));
  return { ...intent, psbt, txid, feeSats, inputs, plannedAt: clock.now() };
}

/** A business "no" of the wallet's own. */
export function declined(reason: string, message: string): ProviderError {
  return new ProviderError({ kind: 'declined', provider: 'wallet', reason, message: `wallet: ${message}` });
}
