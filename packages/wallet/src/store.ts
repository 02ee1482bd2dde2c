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

/**
 * A transaction that spends the change of a version and pays for both, to ourselves (CPFP). Each next one replaces the
 * one before.
 */
export interface StoredChild {
  readonly txid: string;
  /** The version whose change it spends. */
  readonly parent: string;
  /** Unsigned, base64. */
  readonly psbt: string;
  readonly feeSats: bigint;
  /** The first is the change of the parent. */
  readonly inputs: readonly Outpoint[];
  /** `null` until signed. */
  readonly hex: string | null;
}

/** What somebody noted about a transaction, an address or an output, as BIP329 has it. */
export interface StoredLabel {
  readonly type: 'tx' | 'addr' | 'output';
  /** The transaction id, the address, or `txid:index`. */
  readonly ref: string;
  readonly label: string;
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
  /** Oldest first. */
  readonly children: readonly StoredChild[];
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
   * Gives out an index of a buyer's account, or of cold storage, for one delivery: the same for the same reference, never one twice, none
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
  /** The references of withdrawals that are not settled, oldest plan first. */
  open(): Promise<readonly string[]>;
  /**
   * Notes that a withdrawal lies so deep that no reorganisation undoes it. Its leases are given back: what it spent is
   * gone, and what a child of it leased in vain is free. Safe to repeat.
   */
  settle(reference: string): Promise<void>;
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
   * Forgets a withdrawal with its versions and frees its coins, because none of them can confirm any more: its anchor,
   * `txid:index`, was released. The signer's log keeps them. A withdrawal that was planned since, on another anchor,
   * stays. Safe to repeat.
   */
  retire(reference: string, anchor: string): Promise<void>;
  /**
   * Stores a signed version and the log head that came with it. Safe to repeat. `false`: there is no such withdrawal.
   *
   * A head is stored only when it follows the stored one directly. One that leaps would hide the entries between from
   * reconciling.
   */
  recordVersion(reference: string, version: StoredVersion, head: LogHead): Promise<boolean>;
  /**
   * Stores a child of a signed withdrawal and leases what it spends, both or neither. Coins that the withdrawal leased
   * already stay leased. Safe to repeat.
   */
  planChild(reference: string, child: Omit<StoredChild, 'hex'>): Promise<'stored' | 'outpoint-taken'>;
  /** Forgets a child that nobody signed, and frees what only it spends. */
  abandonChild(reference: string, txid: string): Promise<void>;
  /** Stores the signature of a child, and the log head like {@link recordVersion}. `false`: there is no such child. */
  recordChild(reference: string, child: Pick<SignedChild, 'txid' | 'hex'>, head: LogHead): Promise<boolean>;
  /** Stores where a version was seen, or that it no longer is. */
  recordSeen(reference: string, seen: StoredWithdrawal['seen']): Promise<void>;
  /** The head of the signer's log up to which this store knows every entry. */
  logHead(): Promise<LogHead | null>;
  /** Stores the head that follows, without a version: its entry needs none. */
  raiseLogHead(head: LogHead): Promise<void>;
  /** Notes something; an empty text takes the note away. */
  setLabel(label: StoredLabel): Promise<void>;
  /** Every note, and for each version and child what it is for: `deliver 123`. */
  labels(): Promise<readonly StoredLabel[]>;
}

/** A child that was signed. */
export type SignedChild = StoredChild & { readonly hex: string };

/**
 * The version that the network shall hold: the one that pays most. Signatures that are made elsewhere can come home in
 * another order than they were asked for.
 */
export function leadingVersion({ versions }: Pick<StoredWithdrawal, 'versions'>): StoredVersion | null {
  return versions.reduce<StoredVersion | null>((most, one) => (most && most.feeSats > one.feeSats ? most : one), null);
}

/** Whether a child was signed. Of several the newest counts. */
export function isSigned(child: StoredChild): child is SignedChild {
  return child.hex !== null;
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
