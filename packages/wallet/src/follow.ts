import { BTC, money, parseReference } from '@rielrails/core';
import type { CallContext, Withdrawal } from '@rielrails/core';
import type { Log } from '@rielrails/kit';
import type { BlockPointer, BroadcastResult, ChainBackend } from './chain.ts';
import { isSigned, leadingVersion } from './store.ts';
import type { SignedChild, StoredVersion, StoredWithdrawal, WalletStore } from './store.ts';

/** What following a withdrawal works with. */
export interface Following {
  readonly chain: ChainBackend;
  readonly store: WalletStore;
  readonly log: Log;
}

/**
 * Asks the chain how a withdrawal stands: whichever of its versions confirms is the delivery.
 *
 * A depth counts only while the best chain holds the very block that was seen. A version that no node knows any more is
 * handed to the network again, the same bytes, and so is one whose place a cheaper one still holds; nothing new is ever
 * signed here.
 */
export async function followWithdrawal(
  withdrawal: StoredWithdrawal,
  following: Following,
  options: { readonly rebroadcast: boolean },
  context: CallContext | undefined,
): Promise<Withdrawal> {
  const leading = leadingVersion(withdrawal);
  if (!leading) return { ...partsOf(withdrawal, null, null), status: 'signing' };
  const sighting = await sight(withdrawal, following.chain, context);
  await remember(withdrawal, sighting, following);
  if (sighting.type === 'nowhere') return followLost(withdrawal, leading, following, options, context);
  const { version } = sighting;
  if (sighting.type === 'mempool' && version !== leading && options.rebroadcast) {
    // Its broadcast was lost, or this process died before it. What becomes of it changes nothing about the other.
    const handed = await hand(withdrawal, leading, following, context).catch(() => null);
    if (handed) return handed;
  }
  const child = await childOf(withdrawal, version, following, context);
  if (child && options.rebroadcast) await keepChild(withdrawal, { version, child }, following, context);
  if (sighting.type === 'mempool') return broadcastAs(withdrawal, version, child);
  const { depth } = sighting;
  return { ...partsOf(withdrawal, version, child), status: 'confirmed', transactionId: version.txid, depth };
}

/** How a withdrawal stands of which no version is seen: handed in again, or its coins were spent otherwise. */
async function followLost(
  withdrawal: StoredWithdrawal,
  leading: StoredVersion,
  following: Following,
  { rebroadcast }: { readonly rebroadcast: boolean },
  context: CallContext | undefined,
): Promise<Withdrawal> {
  const handed = rebroadcast ? await hand(withdrawal, leading, following, context) : null;
  if (handed) return handed;
  const [anchor] = withdrawal.inputs;
  const spender = anchor ? await following.chain.spenderOf(anchor, context) : null;
  const child = await childOf(withdrawal, leading, following, context);
  const own = withdrawal.versions.find(({ txid }) => txid === spender?.txid);
  if (own) return broadcastAs(withdrawal, own, own === leading ? child : null);
  const parts = { ...partsOf(withdrawal, leading, child), transactionId: leading.txid };
  return spender ? { ...parts, status: 'replaced', replacedBy: spender.txid } : { ...parts, status: 'removed' };
}

/** Brings a version to the network, with the child that helps it; `null` when it is refused. */
async function hand(
  withdrawal: StoredWithdrawal,
  version: StoredVersion,
  following: Following,
  context: CallContext | undefined,
): Promise<Withdrawal | null> {
  const { chain } = following;
  const child = await childOf(withdrawal, version, following, context);
  const result = child
    ? await chain.broadcastPackage([version.hex, child.hex], context)
    : await chain.broadcast(version.hex, context);
  if (result.outcome !== 'refused') return broadcastAs(withdrawal, version, child);
  tellRefusal(withdrawal, result, following);
  return null;
}

/** What a withdrawal is, whatever its status. The fee is that of the version, and of the child that helps it. */
function partsOf(
  { reference, amountSats, feeSats }: StoredWithdrawal,
  version: StoredVersion | null,
  child: SignedChild | null,
): Pick<Withdrawal, 'reference' | 'amount' | 'fee'> {
  return {
    reference: parseReference(reference),
    amount: money(BTC, amountSats),
    fee: money(BTC, (version?.feeSats ?? feeSats) + (child?.feeSats ?? 0n)),
  };
}

/**
 * The child that helps a version: the newest that was signed, unless another one was confirmed in its place. That may be
 * one that somebody else broadcast before its signatures came home.
 */
async function childOf(
  { children }: StoredWithdrawal,
  { txid }: StoredVersion,
  { chain }: Pick<Following, 'chain'>,
  context: CallContext | undefined,
): Promise<SignedChild | null> {
  const helping = children.filter(({ parent }) => parent === txid);
  const newest = helping.findLast(isSigned);
  for (const child of helping) {
    const found = child === newest ? null : await chain.transaction(child.txid, context);
    if (found?.block) return { ...child, hex: found.hex };
  }
  return newest ?? null;
}

/** Hands in a child that no node knows any more, or not yet, together with its parent. */
async function keepChild(
  withdrawal: StoredWithdrawal,
  { version, child }: { readonly version: StoredVersion; readonly child: SignedChild },
  { chain, log }: Following,
  context: CallContext | undefined,
): Promise<void> {
  if (await chain.transaction(child.txid, context)) return;
  // What becomes of the child changes nothing about the withdrawal: the next look tries again.
  const result = await chain.broadcastPackage([version.hex, child.hex], context).catch(() => null);
  if (result?.outcome === 'refused') tellRefusal(withdrawal, result, { log });
}

function tellRefusal(
  { reference }: StoredWithdrawal,
  { reason, code }: Extract<BroadcastResult, { readonly outcome: 'refused' }>,
  { log }: Pick<Following, 'log'>,
): void {
  log.warn('broadcast-refused', { reference, reason, code });
}

/** A withdrawal whose version waits in the mempool. */
export function broadcastAs(
  withdrawal: StoredWithdrawal,
  version: StoredVersion,
  child: SignedChild | null,
): Withdrawal {
  return { ...partsOf(withdrawal, version, child), status: 'broadcast', transactionId: version.txid };
}

type Sighting =
  | { readonly type: 'block'; readonly version: StoredVersion; readonly block: BlockPointer; readonly depth: number }
  | { readonly type: 'mempool'; readonly version: StoredVersion }
  | { readonly type: 'nowhere' };

/** Looks for every version, newest first; a confirmed one outweighs a waiting one. */
async function sight(
  { versions }: StoredWithdrawal,
  chain: ChainBackend,
  context: CallContext | undefined,
): Promise<Sighting> {
  let waiting: StoredVersion | null = null;
  for (const version of versions.toReversed()) {
    const found = await chain.transaction(version.txid, context);
    if (!found) continue;
    const { block } = found;
    if (block) {
      const tip = await chain.tip(context);
      // Asked after the tip: a block that left meanwhile is noticed.
      const holds = (await chain.blockHash(block.height, context)) === block.hash;
      if (holds) return { type: 'block', version, block, depth: Math.max(1, tip.height - block.height + 1) };
    }
    waiting ??= version;
  }
  return waiting ? { type: 'mempool', version: waiting } : { type: 'nowhere' };
}

/** Stores a change of what was seen. A block that is gone is told loudly: somebody may have been told "final". */
async function remember(withdrawal: StoredWithdrawal, sighting: Sighting, { store, log }: Following): Promise<void> {
  const { seen, reference } = withdrawal;
  const now = sighting.type === 'block' ? { txid: sighting.version.txid, block: sighting.block } : null;
  if (seen?.txid === now?.txid && seen?.block.hash === now?.block.hash) return;
  if (seen) log.error('reorganised', { reference, state: now ? 'other-block' : sighting.type });
  await store.recordSeen(reference, now);
}
