import type { CallContext } from '@rielrails/core';
import { doubt, unavailable } from '@rielrails/kit';
import type { BroadcastResult, ChainBackend } from './chain.ts';
import { reconcile } from './reconcile.ts';
import type { HandedOutEntry, LogHead, ReleaseRequest, Signer } from './signer/protocol.ts';
import { refusalFault } from './signer/refusal.ts';
import type { StoredVersion, WalletStore } from './store.ts';

/** Who signs, and where it is written down. */
interface Desk {
  readonly signer: Signer;
  readonly store: WalletStore;
}

/** A transaction that waits for signatures that are made elsewhere. */
export interface WaitingPsbt {
  readonly reference: string;
  readonly purpose: HandedOutEntry['purpose'];
  readonly txid: string;
  /** Where the payment goes. The person with the hardware signer compares it with what the signer's screen shows. */
  readonly address: string;
  readonly amountSats: bigint;
  readonly feeSats: bigint;
  /** BIP174 version 0, base64: what a hardware signer takes. It holds the signatures so far. */
  readonly psbt: string;
}

/** Signatures of other withdrawals are read up before asking again. */
const ATTEMPTS = 20;

/**
 * What under this reference waits for signatures, oldest first. Safe to repeat.
 *
 * Handing it to somebody who holds the keys is as good as sending: what is signed can be broadcast by anyone.
 */
export async function exportPsbts(
  { signer }: Pick<Desk, 'signer'>,
  reference: string,
  context?: CallContext,
): Promise<readonly WaitingPsbt[]> {
  const given = await signer.find(reference, context);
  return given.flatMap((entry) => {
    if (entry.type !== 'handed-out') return [];
    const { purpose, txid, address, psbt } = entry;
    const [amountSats, feeSats] = [BigInt(entry.amountSats), BigInt(entry.feeSats)];
    return [{ reference, purpose, txid, address, amountSats, feeSats, psbt }];
  });
}

/** What became of a PSBT that was brought home. */
export type ImportedPsbt =
  /** More signatures are needed. */
  | { readonly outcome: 'waiting'; readonly txid: string }
  /** Complete, stored, and handed to the network, which said this. */
  | { readonly outcome: 'signed'; readonly txid: string; readonly broadcast: BroadcastResult };

/**
 * Brings a signed PSBT home: compares its inputs, sequences, outputs and amounts with what was handed out, checks every
 * signature, stores the transaction and broadcasts it. Safe to repeat, as after any error.
 *
 * @throws ProviderError: `invalid` with the signer's code when anything was changed or a signature is wrong; what the
 *   chain throws when the transaction is stored and may not have left.
 */
export async function importPsbt(
  { signer, store, chain }: Desk & { readonly chain: ChainBackend },
  { reference, psbt }: { readonly reference: string; readonly psbt: string },
  context?: CallContext,
): Promise<ImportedPsbt> {
  const answer = await askWithHead({ signer, store }, (logHead) =>
    signer.complete({ reference, psbt, logHead }, context),
  );
  const { txid, head } = answer;
  if (answer.outcome === 'handed-out') {
    await store.raiseLogHead(head);
    return { outcome: 'waiting', txid };
  }
  const entry = (await signer.find(reference, context)).find((one) => one.txid === txid);
  if (entry?.purpose === 'child') {
    const recorded = await store.recordChild(reference, { txid, hex: answer.transactionHex }, head);
    if (!recorded) await store.raiseLogHead(head);
    const parent = await parentOf({ reference, txid }, store);
    // What it helps may have been put out of the mempool: alone it would not be taken.
    if (parent) {
      const broadcast = await chain.broadcastPackage([parent.hex, answer.transactionHex], context);
      return { outcome: 'signed', txid, broadcast };
    }
  } else {
    const version = { txid, hex: answer.transactionHex, feeSats: BigInt(entry?.feeSats ?? 0) };
    const recorded = entry && (await store.recordVersion(reference, version, head));
    if (!recorded) throw doubt('wallet', 'crash', 'wallet: signed, but the plan is gone; reconcile with the signer');
  }
  return { outcome: 'signed', txid, broadcast: await chain.broadcast(answer.transactionHex, context) };
}

/** The version that a child helps; `null` where the store knows none. */
async function parentOf(
  { reference, txid }: { readonly reference: string; readonly txid: string },
  store: Pick<WalletStore, 'find'>,
): Promise<StoredVersion | null> {
  const stored = await store.find(reference);
  const child = stored?.children.find((one) => one.txid === txid);
  return stored?.versions.find((version) => version.txid === child?.parent) ?? null;
}

/**
 * Gives up the anchor of a withdrawal that another transaction spent for good: proven to the signer by blocks, approved
 * by two operators. Afterwards the same reference can be withdrawn again, with other coins. Safe to repeat.
 *
 * @throws ProviderError with the signer's code when it does not agree.
 */
export async function releaseAnchor(
  { signer, store }: Desk,
  request: Omit<ReleaseRequest, 'logHead'>,
  context?: CallContext,
): Promise<void> {
  const ask = (logHead: LogHead | null) => signer.releaseAnchor({ ...request, logHead }, context);
  await askWithHead({ signer, store }, ask);
  // The log tells which anchor it was: the reference may have been withdrawn again since.
  await reconcile({ signer, store }, { adopt: 'known' }, context);
}

type Refusal = Parameters<typeof refusalFault>[0];

/** Asks with the head of the log that the store knows, reading up first what others had signed meanwhile. */
async function askWithHead<Answer extends { readonly outcome: string }>(
  desk: Desk,
  ask: (head: LogHead | null) => Promise<Answer | { readonly outcome: 'refused'; readonly code: Refusal }>,
): Promise<Exclude<Answer, { readonly outcome: 'refused' }>> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const answer = await ask(await desk.store.logHead());
    if (!isRefusal(answer)) return answer as Exclude<Answer, { readonly outcome: 'refused' }>;
    if (answer.code !== 'log-disagrees') throw refusalFault(answer.code);
    await reconcile(desk, { adopt: 'known' });
  }
  throw unavailable('wallet', 'wallet: signatures for other withdrawals keep coming first; nothing was signed');
}

function isRefusal(answer: {
  readonly outcome: string;
}): answer is { readonly outcome: 'refused'; readonly code: Refusal } {
  return answer.outcome === 'refused';
}
