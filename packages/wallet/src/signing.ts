import { isProviderError } from '@rielrails/core';
import type { CallContext } from '@rielrails/core';
import type { Clock } from '@rielrails/kit';
import { doubt, unavailable } from '@rielrails/kit';
import { reconcile } from './reconcile.ts';
import { refusalFault } from './signer/refusal.ts';
import type { SignAnswer, Signer, SignRequest } from './signer/protocol.ts';
import type { StoredChild, StoredVersion, StoredWithdrawal, WalletStore } from './store.ts';

/** Who signs, and where it is written down. */
export interface Signing {
  readonly signer: Signer;
  readonly store: WalletStore;
}

/** How old a plan may be when the signer is asked: well before anybody may give it up. */
export const SIGNED_WITHIN_MS = 60_000;

type Ask = SignRequest extends infer Request ? (Request extends SignRequest ? Omit<Request, 'logHead'> : never) : never;

/** Signatures given to other instances meanwhile are read up before asking again. */
const ATTEMPTS = 20;

/**
 * Has a planned withdrawal signed and stores the signature, before anybody broadcasts it.
 *
 * When the signer refuses, or was certainly not reached by a plan of this very call, the plan is given up and its coins
 * are free again. Everything else leaves the plan, so that a repeat signs the same transaction.
 */
export async function signPlan(
  plan: StoredWithdrawal,
  { signer, store, clock }: Signing & { readonly clock: Clock },
  options: { readonly fresh: boolean },
  context: CallContext | undefined,
): Promise<StoredWithdrawal> {
  const { reference, psbt, address, amountSats, binding, plannedAt } = plan;
  const isTooOld = () => clock.now() - plannedAt >= SIGNED_WITHIN_MS;
  // An older one was signed before: its signature is told again, and given to nothing new.
  const mustBeYoung = options.fresh || !isTooOld();
  const sign: Signer['sign'] = async (...request) => {
    if (mustBeYoung && isTooOld()) {
      throw unavailable(
        'wallet',
        'wallet: this call stood still and its plan grew too old; nothing was signed, try again',
      );
    }
    return signer.sign(...request);
  };
  const signing = { store, signer: { ...signer, sign } };
  const ask: Ask =
    plan.purpose === 'deliver'
      ? { purpose: 'deliver', reference, psbt, address, amountSats, binding: binding ?? '' }
      : { purpose: 'sweep', reference, psbt, address, amountSats };
  try {
    return await signAndStore(plan, ask, plan.feeSats, signing, context);
  } catch (error) {
    if (await isProvenUnsigned(error, reference, signing, options, context)) {
      await signing.store.abandon(reference, plan.txid);
    }
    throw error;
  }
}

/**
 * Has a transaction signed and stores it as the withdrawal's newest version. Where signatures are made elsewhere, the
 * withdrawal stays as it is until they are brought.
 */
export async function signAndStore(
  withdrawal: StoredWithdrawal,
  ask: Ask,
  feeSats: bigint,
  signing: Signing,
  context: CallContext | undefined,
): Promise<StoredWithdrawal> {
  const answer = await askSigner(ask, signing, context);
  if (answer.outcome === 'handed-out') {
    await signing.store.raiseLogHead(answer.head);
    return withdrawal;
  }
  const version: StoredVersion = { txid: answer.txid, hex: answer.transactionHex, feeSats };
  const recorded = await signing.store.recordVersion(withdrawal.reference, version, answer.head);
  if (!recorded) throw doubt('wallet', 'crash', 'wallet: signed, but the plan is gone; reconcile with the signer');
  return { ...withdrawal, versions: [...withdrawal.versions, version] };
}

/**
 * Has a planned child signed and stores the signature. Like {@link signAndStore}, but a child that the signer refuses is
 * forgotten: it pays only ourselves, so nothing depends on it.
 */
export async function signChild(
  withdrawal: StoredWithdrawal,
  child: Omit<StoredChild, 'hex'>,
  signing: Signing,
  context: CallContext | undefined,
): Promise<StoredWithdrawal> {
  const { reference } = withdrawal;
  const { txid, psbt } = child;
  try {
    const answer = await askSigner({ purpose: 'child', reference, psbt }, signing, context);
    if (answer.outcome === 'handed-out') await signing.store.raiseLogHead(answer.head);
    else await signing.store.recordChild(reference, { txid, hex: answer.transactionHex }, answer.head);
  } catch (error) {
    if (isRefusal(error)) await signing.store.abandonChild(reference, txid);
    throw error;
  }
  return (await signing.store.find(reference)) ?? withdrawal;
}

/** Whether the signer said no: then it certainly signed nothing. */
function isRefusal(error: unknown): boolean {
  return isProviderError(error) && error.fault.kind !== 'unknown' && error.fault.kind !== 'unavailable';
}

/** Asks for signatures, reading up first what others had signed meanwhile. @throws ProviderError what the signer refuses */
async function askSigner(
  ask: Ask,
  signing: Signing,
  context: CallContext | undefined,
): Promise<Exclude<SignAnswer, { readonly outcome: 'refused' }>> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const answer = await signing.signer.sign({ ...ask, logHead: await signing.store.logHead() }, context);
    if (answer.outcome !== 'refused') return answer;
    if (answer.code !== 'log-disagrees') throw refusalFault(answer.code);
    await reconcile(signing, { adopt: 'known' }, context);
  }
  throw unavailable('wallet', 'wallet: signatures for other withdrawals keep coming first; nothing was signed');
}

/** Whether this error leaves no signature behind. Only then may the plan's coins be used for something else. */
async function isProvenUnsigned(
  error: unknown,
  reference: string,
  { signer }: Signing,
  { fresh }: { readonly fresh: boolean },
  context: CallContext | undefined,
): Promise<boolean> {
  if (!isProviderError(error) || error.fault.kind === 'unknown') return false;
  if (error.fault.kind === 'unavailable') return fresh;
  return signer.find(reference, context).then(
    (signed) => signed.length === 0,
    () => false,
  );
}
