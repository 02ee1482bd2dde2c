import type { Instant } from '@rielrails/core';
import type { BlockPointer, Outpoint } from './chain.ts';
import type { Branch } from './account.ts';
import type { LogHead } from './signer/protocol.ts';

/** One signed transaction of a withdrawal. All versions spend the withdrawal's anchor. */
export interface StoredVersion {
  readonly txid: string;
  readonly hex: string;
  readonly feeSats: bigint;
}

/** What a withdrawal is going to be: stored before anything is signed. */
export interface WithdrawalPlan {
  readonly reference: string;
  readonly purpose: 'deliver' | 'sweep';
  readonly address: string;
  readonly amountSats: bigint;
  /** `null` for a sweep. */
  readonly binding: string | null;
  /** Unsigned, base64. Signing the same one again gives the same transaction. */
  readonly psbt: string;
  /** Of the transaction to be: segwit fixes it before it is signed. */
  readonly txid: string;
  readonly feeSats: bigint;
  /** What it spends; the first is the anchor. */
  readonly inputs: readonly Outpoint[];
  readonly plannedAt: Instant;
}

/** A withdrawal as the store holds it. */
export interface StoredWithdrawal extends WithdrawalPlan {
  /** Oldest first; empty until signed. */
  readonly versions: readonly StoredVersion[];
  /** The last block that was seen to hold a version. */
  readonly seen: { readonly txid: string; readonly block: BlockPointer } | null;
}

/**
 * What the wallet must not forget, shared by all its instances.
 *
 * Every method is one transaction. The rules are the store's, not the caller's: one withdrawal per reference, one
 * holder per outpoint, versions that are never taken back.
 */
export interface WalletStore {
  /** Gives out the next index of a branch, never one twice. */
  takeIndex(branch: Branch): Promise<number>;
  /** How many indexes of each branch were given out. */
  indexCounts(): Promise<Readonly<Record<Branch, number>>>;
  /** Raises the counts to at least these: after a restore, what the signer's log shows was given out. */
  raiseIndexCounts(counts: Readonly<Record<Branch, number>>): Promise<void>;
  /**
   * Gives out an index of a buyer's account for one delivery: the same for the same reference, never one twice, none
   * below `least`.
   */
  takeDeliveryIndex(delivery: {
    readonly account: string;
    readonly reference: string;
    readonly least: number;
  }): Promise<number>;
  /**
   * Stores a plan and leases what it spends, both or neither.
   *
   * A lease of a signed withdrawal is never given back: after a reorganisation its coins would look free while the
   * signed transaction can still confirm.
   */
  plan(plan: WithdrawalPlan): Promise<'stored' | 'reference-taken' | 'outpoint-taken'>;
  find(reference: string): Promise<StoredWithdrawal | null>;
  /** Outpoints that no new plan may spend, as `txid:index`. */
  leased(): Promise<ReadonlySet<string>>;
  /**
   * Forgets a plan and frees its coins, if it still is this plan and unsigned. Says whether it did; afterwards
   * {@link recordVersion} for it fails.
   */
  abandon(reference: string, txid: string): Promise<boolean>;
  /**
   * Forgets every unsigned plan that leases one of these. For the recovery of a restored store: what the signer's log
   * shows as spent was planned for something else at the time of the backup.
   */
  abandonHolders(outpoints: readonly Outpoint[]): Promise<void>;
  /**
   * Forgets a withdrawal with its versions and frees its coins, because none of them can confirm any more: its anchor
   * was released. The signer's log keeps them. Safe to repeat.
   */
  retire(reference: string): Promise<void>;
  /**
   * Stores a signed version and the log head that came with it. Safe to repeat. `false`: there is no such withdrawal.
   *
   * A head is stored only when it follows the stored one directly. One that leaps would hide the entries between from
   * reconciling.
   */
  recordVersion(reference: string, version: StoredVersion, head: LogHead): Promise<boolean>;
  /** Stores where a version was seen, or that it no longer is. */
  recordSeen(reference: string, seen: StoredWithdrawal['seen']): Promise<void>;
  /** The head of the signer's log up to which this store knows every entry. */
  logHead(): Promise<LogHead | null>;
  /** Stores the head that follows, without a version: its entry needs none. */
  raiseLogHead(head: LogHead): Promise<void>;
}

/** The text of an outpoint. */
export function outpointText({ txid, index }: Outpoint): string {
  return `${txid}:${index}`;
}

/** Reads what {@link outpointText} wrote. */
export function readOutpoint(text: string): Outpoint {
  const [txid = '', index = ''] = text.split(':');
  return { txid, index: Number(index) };
}
