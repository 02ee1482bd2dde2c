import type { CallContext } from '@rielrails/core';
import { doubt, fromHex, toHex, unavailable } from '@rielrails/kit';
import { addressOfScript, scriptOfAddress } from '@rielrails/kit/bitcoin';
import { Transaction } from 'bitcoinjs-lib';
import type { BlockPointer, BroadcastResult, ChainBackend, ChainTransaction, Outpoint } from '../src/chain.ts';
import { findBadInput } from '../src/regtest/lite/verify.ts';

/** A chain in memory that checks signatures, sums and conflicts, and can be made to go wrong. */
export interface FakeChain extends ChainBackend {
  /** Pays an address from nowhere and confirms it. */
  fund(address: string, sats: bigint): string;
  mine(blocks?: number): void;
  /** Takes back the last blocks; their transactions wait again, or are gone. */
  reorganise(depth: number, options?: { readonly drop: boolean }): void;
  /** Forgets an unconfirmed transaction. */
  evict(txid: string): void;
  /** Confirms a transaction whatever the mempool says, as a miner may. */
  force(hex: string): void;
  /** Lets the next broadcasts go wrong. */
  failBroadcast(how: 'unreachable' | 'lost-before' | 'lost-after' | 'fee-too-low', times?: number): void;
  /** `null`: no estimate. */
  setFeeRate(satPerVbyte: number | null): void;
  /** Unconfirmed transactions, oldest first. */
  readonly mempool: readonly string[];
  readonly broadcasts: readonly string[];
}

interface Entry {
  readonly transaction: Transaction;
  block: BlockPointer | null;
}

export function createFakeChain(): FakeChain {
  const entries = new Map<string, Entry>();
  const blocks: string[] = ['00'.repeat(32)];
  const watched = new Set<string>();
  const broadcasts: string[] = [];
  const faults: string[] = [];
  let feeRate: number | null = 2;
  let serial = 0;

  const tip = (): BlockPointer => ({ height: blocks.length - 1, hash: blocks.at(-1) ?? '' });
  const addBlock = () => {
    serial += 1;
    blocks.push(serial.toString(16).padStart(64, '0'));
    return tip();
  };
  const inputsOf = (transaction: Transaction): Outpoint[] =>
    transaction.ins.map(({ hash, index }) => ({ txid: toHex(hash.toReversed()), index }));
  const spender = ({ txid, index }: Outpoint): [string, Entry] | undefined =>
    [...entries].find(([, { transaction }]) =>
      inputsOf(transaction).some((input) => input.txid === txid && input.index === index),
    );
  const view = ([txid, { transaction, block }]: [string, Entry]): ChainTransaction => ({
    txid,
    hex: transaction.toHex(),
    block,
  });
  const feeOf = (transaction: Transaction): bigint => {
    let fee = 0n;
    for (const { txid, index } of inputsOf(transaction)) fee += entries.get(txid)?.transaction.outs[index]?.value ?? 0n;
    for (const { value } of transaction.outs) fee -= value;
    return fee;
  };

  function accept(hex: string): BroadcastResult {
    const transaction = Transaction.fromHex(hex);
    const txid = transaction.getId();
    if (entries.has(txid)) return { outcome: 'already-known' };
    const refused = (reason: 'missing-inputs' | 'invalid' | 'fee-too-low' | 'policy'): BroadcastResult => ({
      outcome: 'refused',
      reason,
      code: reason,
    });
    const coins = inputsOf(transaction).map(({ txid: of, index }) => entries.get(of)?.transaction.outs[index]);
    const spent = coins
      .flatMap((coin) => coin ?? [])
      .map(({ script, value }) => ({ script, sats: value, height: 0, coinbase: false }));
    if (spent.length < coins.length) return refused('missing-inputs');
    if (findBadInput(transaction, spent)) return refused('invalid');
    const fee = feeOf(transaction);
    if (fee < 0n) return refused('invalid');
    if (fee < BigInt(transaction.virtualSize())) return refused('fee-too-low');
    const conflicts = new Map(inputsOf(transaction).flatMap((input) => [spender(input) ?? []].filter(isEntry)));
    for (const other of conflicts.values()) {
      if (other.block) return refused('missing-inputs');
      if (fee < feeOf(other.transaction) + BigInt(transaction.virtualSize())) return refused('fee-too-low');
    }
    for (const other of conflicts.keys()) entries.delete(other);
    entries.set(txid, { transaction, block: null });
    return { outcome: 'accepted' };
  }

  return {
    network: 'regtest',
    broadcasts,
    get mempool() {
      return [...entries].flatMap(([txid, { block }]) => (block ? [] : [txid]));
    },
    tip: async () => tip(),
    blockHash: async (height) => blocks[height] ?? null,
    async transaction(txid) {
      const entry = entries.get(txid);
      return entry ? view([txid, entry]) : null;
    },
    async watch(addresses) {
      for (const address of addresses) watched.add(address);
    },
    async unspent(addresses) {
      const wanted = new Set(addresses);
      for (const address of wanted) if (!watched.has(address)) throw new Error(`${address} is not watched`);
      return [...entries].flatMap(([txid, { transaction, block }]) =>
        transaction.outs.flatMap(({ script, value }, index) => {
          const address = addressOfScript(script, 'regtest');
          if (address === null || !wanted.has(address) || spender({ txid, index })) return [];
          const previousTransactionHex = transaction.toHex();
          return [{ txid, index, address, sats: value, block, coinbase: false, previousTransactionHex }];
        }),
      );
    },
    async spenderOf(outpoint) {
      const found = spender(outpoint);
      return found ? view(found) : null;
    },
    async broadcast(hex: string, _context?: CallContext) {
      broadcasts.push(hex);
      const fault = faults.shift();
      if (fault === 'unreachable') throw unavailable('fake', 'fake: could not be reached');
      if (fault === 'lost-before') throw doubt('fake', 'timeout', 'fake: no answer');
      if (fault === 'fee-too-low')
        return { outcome: 'refused', reason: 'fee-too-low', code: 'mempool min fee not met' };
      const result = accept(hex);
      if (fault === 'lost-after') throw doubt('fake', 'reset', 'fake: no answer');
      return result;
    },
    async broadcastPackage([parent, child]) {
      broadcasts.push(child);
      accept(parent);
      return accept(child);
    },
    feeRate: async () => feeRate,
    fund(address, sats) {
      serial += 1;
      const transaction = new Transaction();
      transaction.version = 2;
      transaction.addInput(fromHex(serial.toString(16).padStart(64, 'f')), 0);
      transaction.addOutput(scriptOfAddress(address, 'regtest'), sats);
      entries.set(transaction.getId(), { transaction, block: addBlock() });
      return transaction.getId();
    },
    mine(count = 1) {
      for (let mined = 0; mined < count; mined += 1) {
        const block = addBlock();
        for (const entry of entries.values()) entry.block ??= block;
      }
    },
    reorganise(depth, { drop } = { drop: false }) {
      const gone = new Set(blocks.splice(-depth));
      for (const [txid, entry] of entries) {
        if (!entry.block || !gone.has(entry.block.hash)) continue;
        entry.block = null;
        if (drop) entries.delete(txid);
      }
      for (let mined = 0; mined <= depth; mined += 1) addBlock();
    },
    evict(txid) {
      if (!entries.get(txid)?.block) entries.delete(txid);
    },
    force(hex) {
      const transaction = Transaction.fromHex(hex);
      for (const input of inputsOf(transaction)) {
        const other = spender(input);
        if (other) entries.delete(other[0]);
      }
      entries.set(transaction.getId(), { transaction, block: addBlock() });
    },
    failBroadcast(how, times = 1) {
      for (let time = 0; time < times; time += 1) faults.push(how);
    },
    setFeeRate(satPerVbyte) {
      feeRate = satPerVbyte;
    },
  };
}

function isEntry(found: readonly unknown[]): found is [string, Entry] {
  return found.length === 2;
}
