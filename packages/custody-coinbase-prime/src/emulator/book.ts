import type { Clock, Random } from '@rielrails/kit';
import { toHex } from '@rielrails/kit';
import { notNow } from './answers.ts';
import { mayFollow, phaseOf } from './statuses.ts';

/** What is taken on top of every withdrawal. */
export const FEE_SATS = 1500n;

/** A transaction as Prime keeps it. Amounts in satoshi. */
export interface BookedTransaction {
  readonly id: string;
  readonly activityId: string;
  readonly type: 'DEPOSIT' | 'WITHDRAWAL' | 'INTERNAL_WITHDRAWAL';
  readonly createdAt: number;
  readonly amount: bigint;
  readonly fee: bigint;
  readonly address: string;
  readonly key: string;
  readonly replaces: string;
  readonly chainIds: string[];
  status: string;
  completedAt: number | null;
}

/** Whether coins leave by it. */
export function isWithdrawal({ type }: BookedTransaction): boolean {
  return type !== 'DEPOSIT';
}

/** One wallet and the rules by which its coins move. */
export interface Book {
  /** Oldest first. */
  readonly transactions: readonly BookedTransaction[];
  /** All coins, those on hold included. */
  total(): bigint;
  /** What open withdrawals will take. */
  held(): bigint;
  uuid(): string;
  deposit(sats: bigint): void;
  /** Holds the coins. Refuses what is not there. */
  withdraw(asked: Pick<BookedTransaction, 'type' | 'amount' | 'address' | 'key'>, status: string): BookedTransaction;
  /** Goes on to another of Prime's words, where that can follow; coins move when it ends. */
  move(id: string, status: string, chainId?: string): void;
  /** Makes a broadcast withdrawal anew. The key stays where `told` says so. */
  retry(id: string, told: Partial<Pick<BookedTransaction, 'key' | 'replaces'>>): BookedTransaction;
  find(id: string): BookedTransaction | undefined;
}

/** An empty book. */
export function createBook(clock: Clock, random: Random): Book {
  const transactions: BookedTransaction[] = [];
  let coins = 0n;

  function uuid(): string {
    const bytes = random.bytes(16);
    bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
    bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
    return toHex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  }

  function add(change: Partial<BookedTransaction> & Pick<BookedTransaction, 'type' | 'amount' | 'status'>) {
    const blank = { fee: 0n, address: '', key: '', replaces: '', chainIds: [], completedAt: null };
    const booked = { ...blank, id: uuid(), activityId: uuid(), createdAt: clock.now(), ...change };
    transactions.push(booked);
    return booked;
  }

  function held(): bigint {
    const open = transactions.filter((one) => isWithdrawal(one) && phaseOf(one.status) !== 'ended');
    return open.reduce((sum, { amount, fee }) => sum + amount + fee, 0n);
  }

  function need(id: string): BookedTransaction {
    const found = transactions.find((one) => one.id === id && isWithdrawal(one));
    if (!found) throw new RangeError('desk: there is no such withdrawal');
    return found;
  }

  function move(id: string, status: string, chainId?: string): void {
    const one = need(id);
    if (!mayFollow(one.status, status)) throw new RangeError(`desk: ${status} cannot follow ${one.status}`);
    one.status = status;
    if (phaseOf(status) === 'sent' && one.chainIds.length === 0) one.chainIds.push(chainId ?? toHex(random.bytes(32)));
    if (phaseOf(status) !== 'ended') return;
    one.completedAt = clock.now();
    if (status === 'TRANSACTION_DONE') coins -= one.amount + one.fee;
    if (status === 'TRANSACTION_FAILED') coins -= one.fee;
  }

  return {
    transactions,
    total: () => coins,
    held,
    uuid,
    deposit(sats) {
      coins += sats;
      add({ type: 'DEPOSIT', amount: sats, status: 'TRANSACTION_IMPORTED', completedAt: clock.now() });
    },
    withdraw(asked, status) {
      if (asked.amount + FEE_SATS > coins - held()) throw notNow('insufficient available balance');
      return add({ ...asked, fee: FEE_SATS, status });
    },
    move,
    retry(id, told) {
      const { type, amount, fee, address } = need(id);
      move(id, 'TRANSACTION_RETRIED');
      return add({ type, amount, fee, address, status: 'TRANSACTION_PLANNED', ...told });
    },
    find: (id) => transactions.find((one) => one.id === id),
  };
}
