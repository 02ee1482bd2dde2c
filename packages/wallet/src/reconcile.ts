import { ProviderError, parseReference } from '@rielrails/core';
import type { CallContext, Instant, Reference } from '@rielrails/core';
import { transactionGiven } from './signer/judge.ts';
import type { GivenLogEntry, LogHead, Signer } from './signer/protocol.ts';
import { outpointText, readOutpoint } from './store.ts';
import type { StoredWithdrawal, WalletStore } from './store.ts';
import { txidOfHash } from './txid.ts';

/**
 * Brings the wallet's store up to the signer's log.
 *
 * - `adopt: 'known'`: takes over only signatures of withdrawals that the store planned, as another instance or a crash
 *   leaves them. Anything else means that the two disagree.
 * - `adopt: 'all'`: for the recovery after a restored backup, with nothing else sending: every signature that the store
 *   forgot becomes a withdrawal again, its coins leased, so that it is followed and never paid twice.
 *
 * Gives the references that were taken over. Safe to repeat.
 *
 * @throws ProviderError of kind `config` when log and store disagree and may not be, or cannot be, brought together.
 */
export async function reconcile(
  { signer, store }: { readonly signer: Signer; readonly store: WalletStore },
  options: { readonly adopt: 'known' | 'all' },
  context?: CallContext,
): Promise<readonly Reference[]> {
  const adopted: Reference[] = [];
  for (let head = await store.logHead(); ;) {
    const entries = await signer.entriesAfter(head, context);
    if (entries === null) throw disagreement('the log does not hold the head that was stored: it was lost or replaced');
    if (entries.length === 0) return adopted;
    for (const entry of entries) {
      head = { sequence: entry.sequence, hash: entry.hash };
      if (entry.type === 'anchor-released') await store.retire(entry.reference, entry.anchor);
      if (entry.type === 'init' || entry.type === 'anchor-released') {
        await store.raiseLogHead(head);
        continue;
      }
      // Before anything else: what is taken over once is not looked at again.
      if (entry.change) await store.raiseIndexCounts({ receive: 0, change: entry.change.index + 1 });
      if (entry.purpose === 'child') await takeOverChild(entry, head, store);
      else if (await takeOver(entry, head, store, options)) adopted.push(parseReference(entry.reference));
    }
  }
}

/** Stores a signature, or what was handed out for one, that the store lacks. Says whether there was anything to do. */
async function takeOver(
  entry: GivenLogEntry,
  head: LogHead,
  store: WalletStore,
  { adopt }: { readonly adopt: 'known' | 'all' },
): Promise<boolean> {
  const known = await store.find(entry.reference);
  if (known && isVersionOf(known, entry)) {
    await record(entry, head, store);
    return entry.type === 'signed' && known.versions.every(({ txid }) => txid !== entry.txid);
  }
  // Signed for the same payment by a call whose plan was given up before it came back: the log is right.
  const isSamePayment = known?.address === entry.address && known.amountSats === BigInt(entry.amountSats);
  if (known && (known.versions.length > 0 || (adopt === 'known' && !isSamePayment)))
    throw disagreement(`withdrawal ${entry.reference} was signed with other coins than the store planned`);
  if (!known && adopt === 'known')
    throw disagreement(`the store does not know withdrawal ${entry.reference}, which was signed`);
  const { versions: _none, seen: _never, ...plan } = withdrawalOf([entry]);
  // Plans that a backup kept and that were given up after it, before these coins were signed for.
  if (known) await store.abandon(known.reference, known.txid);
  if (adopt === 'all') await store.abandonHolders(plan.inputs);
  if ((await store.plan(plan)) !== 'stored')
    throw disagreement(`coins of withdrawal ${entry.reference} were signed for another`);
  await record(entry, head, store);
  return true;
}

/** Stores a signed child that the store lacks. One that cannot be stored is left alone: it pays only ourselves. */
async function takeOverChild(entry: GivenLogEntry, head: LogHead, store: WalletStore): Promise<void> {
  const { reference, txid, feeSats } = entry;
  const transaction = transactionGiven(entry);
  const inputs = transaction.ins.map(({ hash, index }) => ({ txid: txidOfHash(hash), index }));
  const { txid: parent } = readOutpoint(entry.anchor);
  if (await store.find(reference)) {
    const psbt = entry.type === 'handed-out' ? entry.psbt : '';
    await store.planChild(reference, { txid, parent, psbt, feeSats: BigInt(feeSats), inputs });
  }
  const hex = entry.type === 'signed' ? entry.transactionHex : null;
  const recorded = hex !== null && (await store.recordChild(reference, { txid, hex }, head));
  if (!recorded) await store.raiseLogHead(head);
}

/** What was handed out has no version yet: its signatures are made elsewhere. */
async function record(entry: GivenLogEntry, head: LogHead, store: WalletStore): Promise<void> {
  if (entry.type === 'handed-out') return store.raiseLogHead(head);
  const version = { txid: entry.txid, hex: entry.transactionHex, feeSats: BigInt(entry.feeSats) };
  await store.recordVersion(entry.reference, version, head);
}

/** Whether a signature is what the store planned, or a replacement that spends the same anchor. */
function isVersionOf({ txid, inputs: [anchor], versions }: StoredWithdrawal, entry: GivenLogEntry): boolean {
  if (versions.length === 0 && entry.purpose !== 'replace') return txid === entry.txid;
  return anchor !== undefined && outpointText(anchor) === entry.anchor;
}

/** A withdrawal as the signer's log tells it: all versions of one reference, oldest first. */
export function withdrawalOf(entries: readonly [GivenLogEntry, ...GivenLogEntry[]]): StoredWithdrawal {
  const [first] = entries;
  const transaction = transactionGiven(first);
  return {
    reference: first.reference,
    purpose: first.purpose === 'sweep' ? 'sweep' : 'deliver',
    address: first.address,
    amountSats: BigInt(first.amountSats),
    binding: null,
    psbt: first.type === 'handed-out' ? first.psbt : '',
    txid: first.txid,
    feeSats: BigInt(first.feeSats),
    inputs: transaction.ins.map(({ hash, index }) => ({ txid: txidOfHash(hash), index })),
    versions: entries.flatMap((entry) =>
      entry.type === 'signed' ? [{ txid: entry.txid, hex: entry.transactionHex, feeSats: BigInt(entry.feeSats) }] : [],
    ),
    children: [],
    plannedAt: first.atMs as Instant,
    seen: null,
  };
}

function disagreement(why: string): ProviderError {
  return new ProviderError({
    kind: 'config',
    provider: 'wallet',
    message: `wallet: the signer's log and the wallet's store disagree: ${why}; reconcile before sending`,
  });
}
