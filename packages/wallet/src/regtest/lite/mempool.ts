import { BTC, money } from '@rielrails/core';
import { formatAmount } from '@rielrails/kit';
import type { Transaction } from 'bitcoinjs-lib';
import { COINBASE_MATURITY } from './chain.ts';
import type { Chain } from './chain.ts';
import { outpointKey, previousTxid, wtxidOf } from './transaction.ts';
import type { Coin, Entry } from './transaction.ts';
import { findBadInput, formOf } from './verify.ts';

/** Why a transaction was not taken: the node's word, and its words. */
export class Rejection extends Error {
  readonly reason: string;

  constructor(reason: string, details: string = reason) {
    super(details);
    this.name = 'Rejection';
    this.reason = reason;
  }
}

/** The waiting transactions, each of them valid on the tip. */
export interface Mempool {
  /** What waits, parents first. */
  readonly entries: readonly Entry[];
  get(txid: string): Entry | null;
  /** The waiting transaction that spends an output. */
  spenderOf(key: string): Entry | null;
  /** Judges without taking. @throws Rejection */
  judge(transaction: Transaction): Entry;
  /** Judges and takes, together with putting out what it replaces. @throws Rejection */
  add(transaction: Transaction): Entry;
  /** Starts over after the chain moved: returned transactions first, then what waited; what no longer fits is gone. */
  rebuild(returned: readonly Entry[]): void;
}

/** Bitcoin Core's defaults since 29.1, in sat per 1,000 virtual bytes. */
export const RELAY_SATS_PER_KVB = 100n;
const DUST_SATS_PER_KVB = 3000n;
const MAX_CHAIN = 25;
const MAX_WEIGHT = 400_000;
const MAX_SATS = 21_000_000n * 1_0000_0000n;
const FINAL_SEQUENCE = 0xffff_ffff;
const TIME_LOCK_FROM = 500_000_000;

/** An empty mempool over a chain. */
export function createMempool(chain: Chain): Mempool {
  let waiting = new Map<string, Entry>();
  let spenders = new Map<string, Entry>();

  const keysOf = (entry: Entry) =>
    entry.transaction.ins.map(({ hash, index }) => outpointKey(previousTxid(hash), index));

  function put(entry: Entry): void {
    waiting.set(entry.txid, entry);
    for (const key of keysOf(entry)) spenders.set(key, entry);
  }

  function drop(entry: Entry): void {
    waiting.delete(entry.txid);
    for (const key of keysOf(entry)) spenders.delete(key);
  }

  function related(start: readonly Entry[], next: (entry: Entry) => readonly Entry[]): Set<Entry> {
    const found = new Set(start);
    for (const entry of found) for (const one of next(entry)) found.add(one);
    return found;
  }
  const parentsOf = (entry: Entry) =>
    entry.transaction.ins.flatMap(({ hash }) => waiting.get(previousTxid(hash)) ?? []);
  const childrenOf = (entry: Entry) =>
    [...entry.transaction.outs.keys()].flatMap((index) => spenders.get(outpointKey(entry.txid, index)) ?? []);

  function coinOf(key: string): Coin | null {
    const confirmed = chain.coins.get(key);
    if (confirmed) return confirmed;
    const [txid = '', index] = key.split(':');
    const output = waiting.get(txid)?.transaction.outs[Number(index)];
    return output ? { script: output.script, sats: output.value, height: null, coinbase: false } : null;
  }

  /** In the order in which Bitcoin Core's `MemPoolAccept` asks, so that the first complaint is the same. */
  function examine(transaction: Transaction): { readonly entry: Entry; readonly replaced: ReadonlySet<Entry> } {
    assertSound(transaction);
    assertStandard(transaction);
    const txid = transaction.getId();
    const hex = transaction.toHex();
    const height = chain.tip.height + 1;
    assertFinal(transaction, height, chain.medianTime(chain.tip));
    const known = waiting.get(txid);
    if (known) {
      throw new Rejection(known.hex === hex ? 'txn-already-in-mempool' : 'txn-same-nonwitness-data-in-mempool');
    }
    const keys = transaction.ins.map(({ hash, index }) => outpointKey(previousTxid(hash), index));
    const spent = keys.map((key) => {
      const coin = coinOf(key);
      if (coin) return coin;
      const confirmed = [...transaction.outs.keys()].some((index) => chain.coins.has(outpointKey(txid, index)));
      throw confirmed
        ? new Rejection('txn-already-known')
        : new Rejection('missing-inputs', 'bad-txns-inputs-missingorspent');
    });
    assertUnlocked(transaction, spent, height);
    const fee = feeOf(transaction, spent, height);
    const size = BigInt(transaction.virtualSize());
    const floor = (RELAY_SATS_PER_KVB * size + 999n) / 1000n;
    if (fee < floor) throw new Rejection('min relay fee not met', `min relay fee not met, ${fee} < ${floor}`);

    const entry: Entry = { txid, hex, transaction, spent, fee };
    const conflicts = [...new Set(keys.flatMap((key) => spenders.get(key) ?? []))];
    const replaced = related(conflicts, childrenOf);
    const ancestors = related(parentsOf(entry), parentsOf);
    const fatal = [...ancestors].find((one) => conflicts.includes(one));
    if (fatal) {
      throw new Rejection(
        'bad-txns-spends-conflicting-tx',
        `bad-txns-spends-conflicting-tx, ${txid} spends conflicting transaction ${fatal.txid}`,
      );
    }
    if (ancestors.size + 1 > MAX_CHAIN) {
      throw new Rejection(
        'too-long-mempool-chain',
        `too-long-mempool-chain, too many unconfirmed ancestors [limit: ${MAX_CHAIN}]`,
      );
    }
    assertPaysForReplaced(entry, conflicts, replaced, parentsOf);
    const bad = findBadInput(transaction, spent);
    if (bad) {
      const reason = `mempool-script-verify-flag-failed (${bad.words})`;
      const whose = `input ${bad.index} of ${txid} (wtxid ${wtxidOf(transaction)}), spending ${keys[bad.index]}`;
      throw new Rejection(reason, `${reason}, ${whose}`);
    }
    return { entry, replaced };
  }

  const mempool: Mempool = {
    get entries() {
      return [...waiting.values()];
    },
    get: (txid) => waiting.get(txid) ?? null,
    spenderOf: (key) => spenders.get(key) ?? null,
    judge: (transaction) => examine(transaction).entry,
    add(transaction) {
      const { entry, replaced } = examine(transaction);
      for (const one of replaced) drop(one);
      put(entry);
      return entry;
    },
    rebuild(returned) {
      const before = [...returned, ...waiting.values()];
      waiting = new Map();
      spenders = new Map();
      for (const { transaction } of before) {
        const contested = transaction.ins.some(({ hash, index }) =>
          spenders.has(outpointKey(previousTxid(hash), index)),
        );
        if (contested) continue;
        try {
          mempool.add(transaction);
        } catch (error) {
          if (!(error instanceof Rejection)) throw error;
        }
      }
    },
  };
  return mempool;
}

/** What holds of every transaction, whatever the chain. */
function assertSound(transaction: Transaction): void {
  const { ins, outs } = transaction;
  if (ins.length === 0) throw new Rejection('bad-txns-vin-empty');
  if (outs.length === 0) throw new Rejection('bad-txns-vout-empty');
  let total = 0n;
  for (const { value } of outs) {
    if (value < 0n) throw new Rejection('bad-txns-vout-negative');
    if (value > MAX_SATS) throw new Rejection('bad-txns-vout-toolarge');
    total += value;
  }
  if (total > MAX_SATS) throw new Rejection('bad-txns-txouttotal-toolarge');
  const keys = ins.map(({ hash, index }) => outpointKey(previousTxid(hash), index));
  if (new Set(keys).size < keys.length) throw new Rejection('bad-txns-inputs-duplicate');
  if (transaction.isCoinbase()) throw new Rejection('coinbase');
  if (keys.some((key) => key === outpointKey('0'.repeat(64), 0xffff_ffff)))
    throw new Rejection('bad-txns-prevout-null');
}

/** Form and dust: the only relay policy beside the fee. */
function assertStandard(transaction: Transaction): void {
  if (transaction.version < 1 || transaction.version > 3) throw new Rejection('version');
  if (transaction.weight() > MAX_WEIGHT) throw new Rejection('tx-size');
  for (const { script, value } of transaction.outs) {
    const form = formOf(script);
    if (form === 'nonstandard') throw new Rejection('scriptpubkey');
    if (value < dustOf(script)) throw new Rejection('dust', 'dust, tx with dust output must be 0-fee');
  }
  if (transaction.byteLength(false) < 65) throw new Rejection('tx-size-small');
}

/** What spending an output would cost at the dust rate; an output below it is refused. */
function dustOf(script: Uint8Array): bigint {
  const form = formOf(script);
  if (form === 'nulldata') return 0n;
  const spending = form.startsWith('witness') ? 67 : 148;
  return (BigInt(8 + 1 + script.length + spending) * DUST_SATS_PER_KVB) / 1000n;
}

function assertFinal(transaction: Transaction, height: number, medianTime: number): void {
  const { locktime, ins } = transaction;
  const limit = locktime < TIME_LOCK_FROM ? height : medianTime;
  const waived = ins.every(({ sequence }) => sequence === FINAL_SEQUENCE);
  if (locktime >= limit && locktime !== 0 && !waived) throw new Rejection('non-final');
}

/** BIP68 by height; relative locks by time are refused, as nobody here makes them. */
function assertUnlocked(transaction: Transaction, spent: readonly Coin[], height: number): void {
  if (transaction.version < 2) return;
  for (const [index, { sequence }] of transaction.ins.entries()) {
    if (sequence >= 0x8000_0000) continue;
    const since = spent[index]?.height ?? height;
    const blocks = sequence & 0xffff;
    if ((sequence & 0x0040_0000) !== 0 || since + blocks > height) throw new Rejection('non-BIP68-final');
  }
}

function feeOf(transaction: Transaction, spent: readonly Coin[], height: number): bigint {
  for (const coin of spent) {
    if (coin.coinbase && coin.height !== null && height - coin.height < COINBASE_MATURITY) {
      throw new Rejection(
        'bad-txns-premature-spend-of-coinbase',
        `bad-txns-premature-spend-of-coinbase, tried to spend coinbase at depth ${height - coin.height}`,
      );
    }
  }
  const received = spent.reduce((sum, { sats }) => sum + sats, 0n);
  const paid = transaction.outs.reduce((sum, { value }) => sum + value, 0n);
  if (received < paid) {
    throw new Rejection(
      'bad-txns-in-belowout',
      `bad-txns-in-belowout, value in (${bitcoins(received)}) < value out (${bitcoins(paid)})`,
    );
  }
  return received - paid;
}

/** BIP125's rules as Bitcoin Core keeps them with full replacement: a better rate, and more fee than all it puts out. */
function assertPaysForReplaced(
  entry: Entry,
  conflicts: readonly Entry[],
  replaced: ReadonlySet<Entry>,
  parentsOf: (entry: Entry) => readonly Entry[],
): void {
  if (conflicts.length === 0) return;
  const { txid, fee, transaction } = entry;
  const size = BigInt(transaction.virtualSize());
  for (const one of conflicts) {
    if (fee * BigInt(one.transaction.virtualSize()) <= one.fee * size) {
      const rate = (sats: bigint, bytes: bigint) => `${formatAmount(money(BTC, (sats * 1000n) / bytes))} BTC/kvB`;
      throw new Rejection(
        'insufficient fee',
        `insufficient fee, rejecting replacement ${txid}; new feerate ${rate(fee, size)} <= old feerate ${rate(one.fee, BigInt(one.transaction.virtualSize()))}`,
      );
    }
  }
  const familiar = new Set(conflicts.flatMap(parentsOf));
  if (parentsOf(entry).some((parent) => !familiar.has(parent) && !replaced.has(parent))) {
    throw new Rejection(
      'replacement-adds-unconfirmed',
      `replacement-adds-unconfirmed, replacement ${txid} adds unconfirmed input`,
    );
  }
  const old = [...replaced].reduce((sum, one) => sum + one.fee, 0n);
  if (fee < old) {
    throw new Rejection(
      'insufficient fee',
      `insufficient fee, rejecting replacement ${txid}, less fees than conflicting txs; ${bitcoins(fee)} < ${bitcoins(old)}`,
    );
  }
  const increment = (RELAY_SATS_PER_KVB * size + 999n) / 1000n;
  if (fee - old < increment) {
    throw new Rejection(
      'insufficient fee',
      `insufficient fee, rejecting replacement ${txid}, not enough additional fees to relay; ${bitcoins(fee - old)} < ${bitcoins(increment)}`,
    );
  }
}

/** As Core writes amounts for people: at least two places, and no zeros behind them. */
function bitcoins(sats: bigint): string {
  return formatAmount(money(BTC, sats)).replace(/(\.\d{2}\d*?)0+$/, '$1');
}
