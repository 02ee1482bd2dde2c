import { Block, Transaction } from 'bitcoinjs-lib';
import { hexToHash } from './bytes.ts';
import { outpointKey, previousTxid } from './transaction.ts';
import type { Coin, Entry } from './transaction.ts';

/** A block with its place in the tree. */
export interface ChainBlock {
  readonly hash: string;
  readonly height: number;
  readonly block: Block;
  readonly entries: readonly Entry[];
  /** The block before; `null` for the first. */
  readonly previous: ChainBlock | null;
}

/** What moved when the best chain changed. */
export interface ChainChange {
  /** Transactions of blocks that left the best chain, parents first, coinbases left out. */
  readonly returned: readonly Entry[];
}

/** Blocks of new bitcoins on the regression test chain: 50, halved every 150 blocks. */
const SUBSIDY = 50_0000_0000n;
const HALVING = 150;
const BITS = 0x207f_ffff;

/** Blocks before a coinbase can be spent. */
export const COINBASE_MATURITY = 100;

/**
 * A tree of blocks and the unspent outputs of its best branch.
 *
 * Every block comes from {@link Chain.mine}; there is no way in for foreign blocks.
 */
export interface Chain {
  readonly tip: ChainBlock;
  /** The unspent outputs of the best chain, by `txid:index`. */
  readonly coins: ReadonlyMap<string, Coin>;
  /** The block of the best chain at a height. */
  at(height: number): ChainBlock | null;
  block(hash: string): ChainBlock | null;
  /** Whether a block belongs to the best chain. */
  isBest(block: ChainBlock): boolean;
  /** Where a transaction of the best chain is. */
  find(txid: string): { readonly entry: Entry; readonly block: ChainBlock } | null;
  /** Builds a block on the tip. `seconds`: the time it should carry; never less than the median rule allows. */
  mine(script: Uint8Array, entries: readonly Entry[], seconds: number): ChainBlock;
  /** Calls a block and all that follows it invalid, and goes to the longest branch that is left. */
  invalidate(block: ChainBlock): ChainChange;
  /** The median time of the last eleven blocks, in Unix seconds. */
  medianTime(block: ChainBlock): number;
}

/** The regression test chain with its well-known first block alone. */
export function createChain(): Chain {
  const genesis = firstBlock();
  const blocks = new Map<string, ChainBlock>([[genesis.hash, genesis]]);
  const invalid = new Set<ChainBlock>();
  const coins = new Map<string, Coin>();
  const places = new Map<string, ChainBlock>();
  let best: ChainBlock[] = [genesis];
  let minted = 0;

  const tip = () => best[best.length - 1] ?? genesis;

  function connect(block: ChainBlock): void {
    for (const { txid, transaction } of block.entries) {
      for (const { hash, index } of transaction.ins) coins.delete(outpointKey(previousTxid(hash), index));
      for (const [index, { script, value }] of transaction.outs.entries()) {
        if (script[0] === 0x6a) continue;
        const coinbase = transaction.isCoinbase();
        coins.set(outpointKey(txid, index), { script, sats: value, height: block.height, coinbase });
      }
      places.set(txid, block);
    }
    best.push(block);
  }

  function disconnect(): ChainBlock {
    const block = tip();
    for (const { txid, transaction, spent } of block.entries.toReversed()) {
      for (const index of transaction.outs.keys()) coins.delete(outpointKey(txid, index));
      for (const [index, coin] of spent.entries()) {
        const input = transaction.ins[index];
        if (input) coins.set(outpointKey(previousTxid(input.hash), input.index), coin);
      }
      places.delete(txid);
    }
    best = best.slice(0, -1);
    return block;
  }

  function medianTime(block: ChainBlock): number {
    const times: number[] = [];
    for (let at: ChainBlock | null = block; at && times.length < 11; at = at.previous) times.push(at.block.timestamp);
    return times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
  }

  return {
    get tip() {
      return tip();
    },
    coins,
    at: (height) => best[height] ?? null,
    block: (hash) => blocks.get(hash) ?? null,
    isBest: (block) => best[block.height] === block,
    find(txid) {
      const block = places.get(txid);
      const entry = block?.entries.find((one) => one.txid === txid);
      return block && entry ? { entry, block } : null;
    },
    medianTime,
    mine(script, entries, seconds) {
      const previous = tip();
      const height = previous.height + 1;
      minted += 1;
      const fees = entries.reduce((sum, { fee }) => sum + fee, 0n);
      const coinbase = mint({
        script,
        height,
        serial: minted,
        sats: (SUBSIDY >> BigInt(Math.floor(height / HALVING))) + fees,
      });
      const body = [coinbase, ...entries.map(({ transaction }) => transaction)];
      // The witness commitment of BIP141 stands in an output of its own; it does not cover the coinbase.
      const commitment = coinbase.addOutput(witnessCommitment(new Uint8Array(32)), 0n);
      coinbase.outs[commitment] = { script: witnessCommitment(Block.calculateMerkleRoot(body, true)), value: 0n };
      const block = new Block();
      block.version = 0x2000_0000;
      block.prevHash = hexToHash(previous.hash);
      block.merkleRoot = Block.calculateMerkleRoot(body);
      block.timestamp = Math.max(seconds, medianTime(previous) + 1);
      block.bits = BITS;
      block.transactions = body;
      while (!block.checkProofOfWork()) block.nonce += 1;
      const coinbaseEntry: Entry = {
        txid: coinbase.getId(),
        hex: coinbase.toHex(),
        transaction: coinbase,
        spent: [],
        fee: 0n,
      };
      const made: ChainBlock = { hash: block.getId(), height, block, entries: [coinbaseEntry, ...entries], previous };
      blocks.set(made.hash, made);
      connect(made);
      return made;
    },
    invalidate(block) {
      for (const one of blocks.values()) if (descends(one, block)) invalid.add(one);
      const removed: ChainBlock[] = [];
      while (invalid.has(tip())) removed.unshift(disconnect());
      const [longest] = [...blocks.values()].filter((one) => !invalid.has(one)).sort((a, b) => b.height - a.height);
      if (longest && longest.height > tip().height) {
        const branch = branchTo(longest, best);
        const fork = branch[0]?.previous ?? genesis;
        while (tip().height > fork.height) removed.unshift(disconnect());
        for (const one of branch) connect(one);
      }
      return { returned: removed.flatMap(({ entries }) => entries.slice(1)) };
    },
  };
}

/** The blocks that lead from the best chain to a block, the lowest first. */
function branchTo(block: ChainBlock, best: readonly ChainBlock[]): readonly ChainBlock[] {
  const branch: ChainBlock[] = [];
  for (let at: ChainBlock | null = block; at && best[at.height] !== at; at = at.previous) branch.unshift(at);
  return branch;
}

function descends(block: ChainBlock, ancestor: ChainBlock): boolean {
  let at: ChainBlock | null = block;
  while (at && at.height > ancestor.height) at = at.previous;
  return at === ancestor;
}

/** A coinbase that pays `sats`, unlike any other: BIP34 wants the height in front, the serial number follows. */
function mint(options: {
  readonly script: Uint8Array;
  readonly height: number;
  readonly serial: number;
  readonly sats: bigint;
}): Transaction {
  const coinbase = new Transaction();
  coinbase.version = 2;
  const height = pushNumber(options.height);
  coinbase.addInput(
    new Uint8Array(32),
    0xffff_ffff,
    0xffff_ffff,
    Uint8Array.from([...height, 4, ...littleEndian(options.serial)]),
  );
  coinbase.addOutput(options.script, options.sats);
  coinbase.setWitness(0, [new Uint8Array(32)]);
  return coinbase;
}

function witnessCommitment(hash: Uint8Array): Uint8Array {
  return Uint8Array.from([0x6a, 0x24, 0xaa, 0x21, 0xa9, 0xed, ...hash]);
}

function pushNumber(value: number): readonly number[] {
  if (value <= 16) return [0x50 + value];
  const bytes: number[] = [];
  for (let rest = value; rest > 0; rest = Math.floor(rest / 256)) bytes.push(rest % 256);
  if ((bytes.at(-1) ?? 0) >= 0x80) bytes.push(0);
  return [bytes.length, ...bytes];
}

function littleEndian(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, true);
  return bytes;
}

/** The first block of the regression test chain, from Bitcoin Core's `kernel/chainparams.cpp`. Its coins cannot be spent. */
function firstBlock(): ChainBlock {
  const block = new Block();
  block.version = 1;
  block.prevHash = new Uint8Array(32);
  block.merkleRoot = hexToHash('4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b');
  block.timestamp = 1_296_688_602;
  block.bits = BITS;
  block.nonce = 2;
  return { hash: block.getId(), height: 0, block, entries: [], previous: null };
}
