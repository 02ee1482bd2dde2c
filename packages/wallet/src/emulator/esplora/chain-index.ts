import { JsonNumber, member } from '@rielrails/kit';
import type { Json } from '@rielrails/kit';
import { Transaction } from 'bitcoinjs-lib';

/** Asks the node behind the server. Throws what the node refuses. */
export type AskNode = (method: string, ...parameters: readonly unknown[]) => Promise<Json>;

/** A block of the best chain. */
export interface IndexedBlock {
  readonly hash: string;
  readonly height: number;
  readonly txids: readonly string[];
}

/** A transaction and where it is; `block` is null in the mempool. */
export interface IndexedTransaction {
  readonly txid: string;
  readonly hex: string;
  readonly transaction: Transaction;
  readonly block: IndexedBlock | null;
}

/** An input that spends an output. */
export interface Spend {
  readonly by: IndexedTransaction;
  readonly vin: number;
}

/** The best chain and the mempool of a node, as an address index. */
export interface ChainIndex {
  readonly tip: IndexedBlock | undefined;
  /** Reads what the node learnt or unlearnt since. */
  catchUp(): Promise<void>;
  block(hash: string): IndexedBlock | null;
  at(height: number): IndexedBlock | null;
  find(txid: string): IndexedTransaction | null;
  spendOf(txid: string, vout: number): Spend | null;
  /** What pays or spends a script: the mempool first, then the chain from its end. */
  historyOf(script: Uint8Array): readonly IndexedTransaction[];
}

/** An empty index over a node. */
export function createChainIndex(ask: AskNode): ChainIndex {
  const blocks: IndexedBlock[] = [];
  const transactions = new Map<string, IndexedTransaction>();
  const spends = new Map<string, Spend>();
  const histories = new Map<string, Set<string>>();

  function put(hex: string, block: IndexedBlock | null): void {
    const transaction = Transaction.fromHex(hex);
    const entry = { txid: transaction.getId(), hex, transaction, block };
    remove(entry.txid);
    transactions.set(entry.txid, entry);
    for (const [vin, outpoint] of outpointsOf(transaction).entries()) spends.set(outpoint, { by: entry, vin });
    for (const script of scriptsOf(entry)) {
      const history = histories.get(script) ?? new Set();
      history.add(entry.txid);
      histories.set(script, history);
    }
  }

  function remove(txid: string): void {
    const entry = transactions.get(txid);
    if (!entry) return;
    for (const script of scriptsOf(entry)) histories.get(script)?.delete(txid);
    for (const outpoint of outpointsOf(entry.transaction)) {
      if (spends.get(outpoint)?.by.txid === txid) spends.delete(outpoint);
    }
    transactions.delete(txid);
  }

  /** The scripts that a transaction pays, and those that it spends. */
  function scriptsOf({ transaction }: IndexedTransaction): ReadonlySet<string> {
    const spent = outpointsOf(transaction).flatMap((outpoint) => {
      const [txid = '', vout] = outpoint.split(':');
      return transactions.get(txid)?.transaction.outs[Number(vout)]?.script ?? [];
    });
    return new Set([...transaction.outs.map(({ script }) => script), ...spent].map(hexOf));
  }

  async function readBlock(hash: string): Promise<void> {
    const txids = listOf(member(await ask('getblock', hash, 1), 'tx')).map(textOf);
    const block = { hash, height: blocks.length, txids };
    // One by one: a full block with all that is in it would be longer than an answer may be. The node tells nothing of
    // the first block's coinbase, whose output nobody can spend.
    const bodies: string[] = [];
    for (const txid of block.height > 0 ? txids : []) {
      const waited = transactions.get(txid);
      bodies.push(waited?.hex ?? textOf(await ask('getrawtransaction', txid)));
    }
    blocks.push(block);
    for (const hex of bodies) put(hex, block);
  }

  async function followChain(): Promise<void> {
    const height = numberOf(await ask('getblockcount'));
    const isBest = async (block: IndexedBlock) =>
      block.height <= height && textOf(await ask('getblockhash', block.height)) === block.hash;
    for (let last = blocks.at(-1); last && !(await isBest(last)); last = blocks.at(-1)) {
      last.txids.forEach(remove);
      blocks.pop();
    }
    while (blocks.length <= height) await readBlock(textOf(await ask('getblockhash', blocks.length)));
  }

  async function followMempool(): Promise<void> {
    const waiting = new Set(listOf(await ask('getrawmempool')).map(textOf));
    for (const { txid, block } of transactions.values()) if (!block && !waiting.has(txid)) remove(txid);
    for (const txid of waiting) {
      if (transactions.get(txid)?.block === null) continue;
      put(textOf(await ask('getrawtransaction', txid)), null);
    }
  }

  let following: Promise<void> = Promise.resolve();
  return {
    get tip() {
      return blocks.at(-1);
    },
    catchUp() {
      // One after the other: two readers at once would push the same block twice.
      following = following
        .catch(() => {})
        .then(followChain)
        .then(followMempool);
      return following;
    },
    block: (hash) => blocks.find((block) => block.hash === hash) ?? null,
    at: (height) => blocks[height] ?? null,
    find: (txid) => transactions.get(txid) ?? null,
    spendOf: (txid, vout) => spends.get(`${txid}:${vout}`) ?? null,
    historyOf: (script) =>
      [...(histories.get(hexOf(script)) ?? [])]
        .flatMap((txid) => transactions.get(txid) ?? [])
        .sort((a, b) => placeOf(b) - placeOf(a)),
  };
}

/** Where a transaction stands in a history: later blocks, and later places in a block, are higher. */
function placeOf({ txid, block }: IndexedTransaction): number {
  return block ? block.height * 100_000 + block.txids.indexOf(txid) : Number.MAX_SAFE_INTEGER;
}

function outpointsOf(transaction: Transaction): readonly string[] {
  return transaction.ins.map(({ hash, index }) => `${hexOf(hash.toReversed())}:${index}`);
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

function textOf(value: Json | undefined): string {
  if (typeof value === 'string') return value;
  throw new TypeError('the node did not answer with a text');
}

function numberOf(value: Json | undefined): number {
  if (value instanceof JsonNumber) return Number(value.text);
  throw new TypeError('the node did not answer with a number');
}

function listOf(value: Json | undefined): readonly Json[] {
  if (Array.isArray(value)) return value as readonly Json[];
  throw new TypeError('the node did not answer with a list');
}
