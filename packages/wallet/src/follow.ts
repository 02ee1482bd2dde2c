import { BTC, money, parseReference } from '@rielrails/core';
import type { CallContext, Withdrawal } from '@rielrails/core';
import type { Log } from '@rielrails/kit';
import type { BlockPointer, BroadcastResult, ChainBackend } from './chain.ts';
import { latestChild } from './store.ts';
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
 * handed to the network again, the same bytes; nothing new is ever signed here.
 */
export async function followWithdrawal(
  withdrawal: StoredWithdrawal,
  following: Following,
  options: { readonly rebroadcast: boolean },
  context: CallContext | undefined,
): Promise<Withdrawal> {
  const latest = withdrawal.versions.at(-1);
  if (!latest) return { ...partsOf(withdrawal, null), status: 'signing' };
  const sighting = await sight(withdrawal, following.chain, context);
  await remember(withdrawal, sighting, following);
  if (sighting.type !== 'nowhere' && options.rebroadcast) {
    await keepChild(withdrawal, sighting.version, following, context);
  }
  switch (sighting.type) {
    case 'block': {
      const { version, depth } = sighting;
      return { ...partsOf(withdrawal, version), status: 'confirmed', transactionId: version.txid, depth };
    }
    case 'mempool':
      return broadcastAs(withdrawal, sighting.version);
    case 'nowhere':
      break;
  }
  if (options.rebroadcast) {
    const child = childOf(withdrawal, latest);
    const result = child
      ? await following.chain.broadcastPackage([latest.hex, child.hex], context)
      : await following.chain.broadcast(latest.hex, context);
    if (result.outcome !== 'refused') return broadcastAs(withdrawal, latest);
    tellRefusal(withdrawal, result, following);
  }
  const [anchor] = withdrawal.inputs;
  const spender = anchor ? await following.chain.spenderOf(anchor, context) : null;
  const own = withdrawal.versions.find(({ txid }) => txid === spender?.txid);
  if (own) return broadcastAs(withdrawal, own);
  const parts = { ...partsOf(withdrawal, latest), transactionId: latest.txid };
  return spender ? { ...parts, status: 'replaced', replacedBy: spender.txid } : { ...parts, status: 'removed' };
}

/** What a withdrawal is, whatever its status. The fee is that of the version, and of the child that helps it. */
export function partsOf(
  withdrawal: StoredWithdrawal,
  version: StoredVersion | null,
): Pick<Withdrawal, 'reference' | 'amount' | 'fee'> {
  const { reference, amountSats, feeSats } = withdrawal;
  const helping = version ? (childOf(withdrawal, version)?.feeSats ?? 0n) : 0n;
  return {
    reference: parseReference(reference),
    amount: money(BTC, amountSats),
    fee: money(BTC, (version?.feeSats ?? feeSats) + helping),
  };
}

/** The child that helps a version, if one was signed. */
function childOf(withdrawal: StoredWithdrawal, { txid }: StoredVersion): SignedChild | null {
  const child = latestChild(withdrawal);
  return child?.parent === txid ? child : null;
}

/** Hands in a child that no node knows any more, or not yet, together with its parent. */
async function keepChild(
  withdrawal: StoredWithdrawal,
  version: StoredVersion,
  { chain, log }: Following,
  context: CallContext | undefined,
): Promise<void> {
  const child = childOf(withdrawal, version);
  if (!child || (await chain.transaction(child.txid, context))) return;
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
export function broadcastAs(withdrawal: StoredWithdrawal, version: StoredVersion): Withdrawal {
  return { ...partsOf(withdrawal, version), status: 'broadcast', transactionId: version.txid };
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
