import type { Clock, Random } from '@rielrails/kit';
import { toHex } from '@rielrails/kit';
import { Refusal } from './answers.ts';

/** Virtual bytes of every withdrawal: one input of a wallet with three keys, payment, change. */
const VBYTES = 237n;
/** Above this height nothing is mined: how a transfer says that it is not confirmed. */
const UNCONFIRMED = 999_999_999;

/** A transfer as BitGo keeps it. Amounts in satoshis. */
export interface BookedTransfer {
  readonly id: string;
  readonly sequenceId: string | null;
  /** The `sequenceId` of the withdrawal that it belongs to: its own, or that of what it replaced. */
  readonly origin: string | null;
  readonly address: string;
  readonly amount: bigint;
  readonly feeRate: bigint;
  readonly fee: bigint;
  readonly payGo: bigint;
  readonly createdAt: number;
  readonly isOwn: boolean;
  readonly approval: BookedApproval | null;
  readonly replaces: readonly string[];
  readonly replacedBy: string[];
  readonly history: { readonly action: string; readonly date: number }[];
  txid: string | null;
  state: string;
  confirmations: number;
  height: number;
}

/** Leave that a withdrawal waits for. */
export interface BookedApproval {
  readonly id: string;
  readonly createdAt: number;
  state: string;
}

/** What is asked for. */
export interface Order {
  readonly sequenceId: string | null;
  readonly address: string;
  readonly amount: bigint;
  readonly numBlocks: number;
  /** Satoshis for a thousand virtual bytes; the most, however the estimate is. */
  readonly maxFeeRate: bigint | null;
}

/** One wallet and the rules by which its coins move. */
export interface Book {
  /** Oldest first. */
  readonly transfers: readonly BookedTransfer[];
  readonly ownAddresses: Set<string>;
  id(): string;
  balances(): { readonly all: bigint; readonly confirmed: bigint; readonly spendable: bigint };
  /** Satoshis for a thousand virtual bytes. */
  feeRate(numBlocks: number): bigint;
  deposit(sats: bigint): void;
  /** Whether the coins are there. "Build a transaction". */
  build(order: Order): Pick<BookedTransfer, 'fee' | 'feeRate' | 'payGo'>;
  /** Signs and sends, or lets it wait. "Send transaction". */
  send(order: Order, waits: boolean): BookedTransfer;
  /** Another user says yes: it is built again, signed and sent. */
  release(transfer: BookedTransfer): void;
  reject(transfer: BookedTransfer): void;
  /** Goes on to another state, and says so in its history. */
  move(transfer: BookedTransfer, state: string): void;
  confirm(blocks: number): readonly BookedTransfer[];
  /** Its block was reorganised away, or it fell out of the mempools. */
  unconfirm(transfer: BookedTransfer): void;
  /** Another transaction takes its place: one that pays the same for more, or nobody. */
  replace(transfer: BookedTransfer, pays: 'same' | 'nobody'): BookedTransfer;
  /** The newest transfer of a withdrawal. Throws RangeError where there is none. */
  need(sequenceId: string): BookedTransfer;
}

/** States in which the coins of a transfer are spent. */
const SPENDING: readonly string[] = ['signed', 'unconfirmed', 'confirmed', 'removed'];

/** Whether somebody is being paid by it, or was. */
export function isPaying({ state, amount }: BookedTransfer): boolean {
  return SPENDING.includes(state) && amount > 0n;
}

/** An empty book. */
export function createBook(clock: Clock, random: Random, payGo: bigint): Book {
  const transfers: BookedTransfer[] = [];
  const deposits: { readonly sats: bigint; confirmed: boolean }[] = [];
  const ownAddresses = new Set<string>();
  let height = 100_000;
  const id = () => toHex(random.bytes(16));

  function balances() {
    const spent = transfers
      .filter(({ state }) => SPENDING.includes(state))
      .reduce((sum, { amount, fee, payGo: own, isOwn }) => sum + (isOwn ? 0n : amount) + fee + own, 0n);
    const total = (list: typeof deposits) => list.reduce((sum, { sats }) => sum + sats, 0n);
    const confirmed = total(deposits.filter((one) => one.confirmed));
    return { all: total(deposits) - spent, confirmed: confirmed - spent, spendable: confirmed - spent };
  }

  function feeRate(numBlocks: number): bigint {
    return numBlocks <= 2 ? 20_000n : numBlocks <= 6 ? 10_000n : 2000n;
  }

  function build({ amount, numBlocks, maxFeeRate }: Order) {
    const estimate = feeRate(numBlocks);
    const rate = maxFeeRate !== null && maxFeeRate < estimate ? maxFeeRate : estimate;
    const fee = (rate * VBYTES + 999n) / 1000n;
    if (amount + fee + payGo > balances().spendable)
      throw new Refusal(400, 'InsufficientBalance', 'insufficient funds');
    return { fee, feeRate: rate, payGo };
  }

  function move(transfer: BookedTransfer, state: string): void {
    transfer.state = state;
    transfer.history.unshift({ action: state, date: clock.now() });
    if (state === 'signed') transfer.txid ??= toHex(random.bytes(32));
  }

  function add(
    change: Pick<BookedTransfer, 'sequenceId' | 'address' | 'amount' | 'fee' | 'feeRate' | 'payGo'> &
      Partial<BookedTransfer>,
  ) {
    const booked: BookedTransfer = {
      id: id(),
      createdAt: clock.now(),
      isOwn: ownAddresses.has(change.address),
      approval: null,
      replaces: [],
      replacedBy: [],
      origin: change.sequenceId,
      history: [{ action: 'created', date: clock.now() }],
      txid: null,
      state: 'initialized',
      confirmations: 0,
      height: UNCONFIRMED,
      ...change,
    };
    transfers.push(booked);
    return booked;
  }

  return {
    transfers,
    ownAddresses,
    id,
    balances,
    feeRate,
    build,
    move,
    deposit: (sats) => void deposits.push({ sats, confirmed: false }),
    send(order, waits) {
      const { sequenceId, address, amount } = order;
      const costs = build(order);
      if (sequenceId !== null && transfers.some((one) => one.sequenceId === sequenceId))
        throw new Refusal(400, 'DuplicateSequenceId', 'a transaction with this sequenceId exists already');
      const approval = waits ? { id: id(), createdAt: clock.now(), state: 'pending' } : null;
      const booked = add({ sequenceId, address, amount, ...costs, approval });
      move(booked, waits ? 'pendingApproval' : 'signed');
      return booked;
    },
    release(transfer) {
      if (transfer.amount + transfer.fee + transfer.payGo > balances().spendable)
        throw new Refusal(400, 'InsufficientBalance', 'insufficient funds');
      if (transfer.approval) transfer.approval.state = 'approved';
      move(transfer, 'signed');
    },
    reject(transfer) {
      if (transfer.approval) transfer.approval.state = 'rejected';
      move(transfer, 'rejected');
    },
    confirm(blocks) {
      height += blocks;
      for (const deposit of deposits) deposit.confirmed = true;
      const mined = transfers.filter(({ state }) => SPENDING.includes(state));
      const news = mined.filter(({ state }) => state !== 'confirmed');
      for (const one of news) {
        one.height = height - blocks + 1;
        move(one, 'confirmed');
      }
      for (const one of mined) one.confirmations = height - one.height + 1;
      return news;
    },
    unconfirm(transfer) {
      transfer.confirmations = 0;
      transfer.height = UNCONFIRMED;
      move(transfer, 'removed');
    },
    replace(transfer, pays) {
      if (transfer.state !== 'signed' && transfer.state !== 'unconfirmed')
        throw new RangeError('desk: only what is not confirmed can be replaced');
      const { txid, amount, address, fee, feeRate: rate, payGo: own } = transfer;
      const rest = pays === 'same' ? { address, amount, payGo: own } : { address: '', amount: 0n, payGo: 0n };
      const replaces = [...transfer.replaces, txid ?? ''];
      const next = add({
        sequenceId: null,
        origin: transfer.origin,
        fee: fee * 2n,
        feeRate: rate * 2n,
        replaces,
        ...rest,
      });
      move(next, 'signed');
      move(next, 'unconfirmed');
      move(transfer, 'replaced');
      transfer.replacedBy.push(next.txid ?? '');
      return next;
    },
    need(sequenceId) {
      const found = transfers.findLast((one) => one.origin === sequenceId);
      if (!found) throw new RangeError('desk: there is no such withdrawal');
      return found;
    },
  };
}
