import { BTC, ProviderError } from '@rielrails/core';
import type { Attempt, CallContext, Money, Reference, Withdrawal } from '@rielrails/core';
import { attemptWrite, doubt } from '@rielrails/kit';
import type { Runtime } from '@rielrails/kit';
import { scriptOfAddress } from '@rielrails/kit/bitcoin';
import { adviseFloat, coldAddresses } from './float.ts';
import type { FloatAdvice, FloatPolicy } from './float.ts';
import type { Lifecycle } from './lifecycle.ts';
import { choose, declined, planWithdrawal, storePlan } from './plan.ts';
import type { PlanContext } from './plan.ts';
import { draftConsolidation, draftSplit } from './self-transfer.ts';
import type { StoredLabel, StoredWithdrawal, WalletStore, WithdrawalPlan } from './store.ts';

/** What looking after every withdrawal found. */
export interface TendReport {
  /** How many were looked at. */
  readonly followed: number;
  /** How many of them lie so deep now that nothing undoes them: they are not looked at again. */
  readonly settled: number;
  /** How many could not be looked at: back end or signer did not answer. */
  readonly failed: number;
}

/**
 * What an operator does with a wallet beside sending.
 *
 * Transfers go by a reference, like withdrawals: stored before the call, and the same one is the same transfer for ever.
 * The wallet's `get` and `bump` take it too. Nobody but their caller raises the fee of a transfer. Asked again under its
 * reference, or by `get`, a transfer tells the version that confirmed, and the fee of that one and of the child that
 * confirmed with it.
 */
export interface Housekeeping {
  /**
   * Looks after everything that was sent and is not buried 100 blocks deep: hands in again what the network lost, gives
   * up plans that nobody signed, gives back the leases of what is settled. What is in `watchOnly`, as deliveries are that
   * were frozen, is only looked at. Safe to repeat, and to run beside others.
   */
  tend(input?: { readonly watchOnly?: readonly Reference[] }, context?: CallContext): Promise<TendReport>;
  /** Gathers small coins into one. Declined above `fee.quietSatPerVbyte`, and where there are too few. */
  consolidate(input: { readonly reference: Reference }, context?: CallContext): Promise<Attempt<Withdrawal>>;
  /** Fills the pool. Declined where it is full. The amount that is told is that of one of its coins. */
  split(input: { readonly reference: Reference }, context?: CallContext): Promise<Attempt<Withdrawal>>;
  /** What the treasury should do. Safe to repeat; it does nothing itself. @throws ProviderError `config` without `float` */
  float(context?: CallContext): Promise<FloatAdvice>;
  /** Sends to cold storage, each time to another address where a descriptor was given. */
  sweepToCold(
    input: { readonly reference: Reference; readonly amount: Money },
    context?: CallContext,
  ): Promise<Attempt<Withdrawal>>;
  /** Notes something about a transaction, an address or an output. An empty text takes the note away. */
  label(label: StoredLabel): Promise<void>;
  /** Every note, and what each transaction was for: one JSON object a line, as other wallets read it (BIP329). */
  exportLabels(): Promise<string>;
}

/** What housekeeping works with. */
export interface HousekeepingParts {
  readonly planning: PlanContext;
  readonly life: Lifecycle;
  readonly float: FloatPolicy | null;
}

/** A reorganisation of this depth has never been seen, and coinbases count as settled then (Bitcoin Core). */
const SETTLED_DEPTH = 100;
const MOST_LABEL_LENGTH = 255;
const LABEL_FORMS: Readonly<Record<StoredLabel['type'], RegExp>> = {
  tx: /^[0-9a-f]{64}$/,
  addr: /^[0-9A-Za-z]{14,90}$/,
  output: /^[0-9a-f]{64}:(?:0|[1-9][0-9]{0,9})$/,
};

/** @throws ProviderError of kind `config` when cold storage cannot be read. */
export function createHousekeeping({ planning, life, float }: HousekeepingParts, runtime: Runtime): Housekeeping {
  const { store } = planning;
  const coldAddress = float && readCold(float, planning);

  function transfer(
    operation: string,
    reference: Reference,
    draft: (context: CallContext) => Promise<WithdrawalPlan>,
    context: CallContext | undefined,
  ): Promise<Attempt<Withdrawal>> {
    return attemptWrite({ provider: 'wallet', operation, runtime }, context, (own) =>
      life.carryOut(reference, () => storePlan(reference, () => draft(own), store), isTransfer, own),
    );
  }

  return {
    tend: ({ watchOnly = [] } = {}, context = {}) => tendAll(store, life, new Set<string>(watchOnly), context),
    consolidate: ({ reference }, context) =>
      transfer('consolidate', reference, (own) => draftConsolidation(reference, planning, own), context),
    split: ({ reference }, context) =>
      transfer('split', reference, (own) => draftSplit(reference, planning, own), context),
    async float(context) {
      if (!float) throw fault('config', 'float is not configured; set its bounds and float.cold');
      return adviseFloat(float, planning, context);
    },
    sweepToCold: ({ reference, amount }, context) =>
      attemptWrite({ provider: 'wallet', operation: 'sweep-to-cold', runtime }, context, (own) => {
        if (!coldAddress)
          throw fault('config', 'float.cold is not configured; set it, and list it in the signer’s ownDescriptors');
        if (amount.asset.code !== BTC.code || amount.asset.scale !== BTC.scale || amount.minor <= 0n)
          throw fault('invalid', 'amount: expected bitcoin, above zero');
        const amountSats = amount.minor;
        const plan = async () => {
          // Cold wallets look only so far beyond the addresses that they know: what is declined uses none of them up.
          const script = scriptOfAddress(coldAddress(0), planning.account.network);
          await choose({ amountSats, scripts: [script] }, planning, own);
          const account = float?.cold ?? '';
          const address = coldAddress(await store.takeDeliveryIndex({ account, reference, least: 0 }));
          const intent = { reference, purpose: 'sweep', address, amountSats, binding: null } as const;
          return planWithdrawal(intent, planning, own);
        };
        const check = (stored: StoredWithdrawal) => {
          if (isTransfer(stored).amountSats === amountSats) return stored;
          throw doubt('wallet', 'duplicate', 'wallet: this reference was used before for another amount; look it up');
        };
        return life.carryOut(reference, plan, check, own);
      }),
    async label(label) {
      if (!LABEL_FORMS[label.type].test(label.ref)) throw fault('invalid', `ref: is no ${label.type}`);
      if (label.label.length > MOST_LABEL_LENGTH)
        throw fault('invalid', `label: more than ${MOST_LABEL_LENGTH} characters`);
      await store.setLabel(label);
    },
    async exportLabels() {
      const labels = await store.labels();
      return labels.map(({ type, ref, label }) => `${JSON.stringify({ type, ref, label })}\n`).join('');
    },
  };

  function readCold(policy: FloatPolicy, { account: { network } }: PlanContext) {
    try {
      return coldAddresses(policy, network);
    } catch (error) {
      throw fault('config', `float.cold: ${error instanceof RangeError ? error.message : 'cannot be read'}`);
    }
  }
}

/** One after the other: a back end is not to be asked for everything at once. */
async function tendAll(
  store: Pick<WalletStore, 'open' | 'settle'>,
  life: Lifecycle,
  watchOnly: ReadonlySet<string>,
  context: CallContext,
): Promise<TendReport> {
  let [followed, settled, failed] = [0, 0, 0];
  for (const reference of await store.open()) {
    const watching = { watchOnly: watchOnly.has(reference) };
    const withdrawal = await life.lookUp(reference, watching, context).catch(() => 'failed' as const);
    followed += 1;
    if (withdrawal === 'failed') failed += 1;
    if (withdrawal === 'failed' || withdrawal?.status !== 'confirmed' || withdrawal.depth < SETTLED_DEPTH) continue;
    await store.settle(reference);
    settled += 1;
  }
  return { followed, settled, failed };
}

/** A reference of a delivery is not one of a transfer. */
function isTransfer(stored: StoredWithdrawal): StoredWithdrawal {
  if (stored.purpose === 'sweep') return stored;
  throw declined('reference-used', 'this reference belongs to a delivery; take a fresh one');
}

function fault(kind: 'config' | 'invalid', message: string): ProviderError {
  return new ProviderError({ kind, provider: 'wallet', message: `wallet ${message}` });
}
