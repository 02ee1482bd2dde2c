import type { CallContext } from '@rielrails/core';
import { doubt, readConfig, unavailable } from '@rielrails/kit';
import type { Runtime } from '@rielrails/kit';
import { addressOfScript } from '@rielrails/kit/bitcoin';
import type { BitcoinNetwork } from '@rielrails/kit/bitcoin';
import { Transaction } from 'bitcoinjs-lib';
import { z } from 'zod';
import type { BlockPointer, BroadcastResult, ChainBackend, ChainTransaction, UnspentOutput } from '../chain.ts';
import { wrongChain } from '../genesis.ts';
import { judgeRefusal } from '../refusal.ts';
import { createAddressReader } from './addresses.ts';
import { createApi, json, misconfigured, PROVIDER, text } from './api.ts';
import type { ApiRead, Handed } from './api.ts';
import { answers } from './schemas.ts';

/** An Esplora server: best one of our own beside our node. Somebody else's learns all our addresses. */
export interface EsploraConfig {
  /** Up to the API, without a slash at the end: `https://esplora.example/api`, `http://127.0.0.1:3002`. */
  readonly url: string;
  /** The chain that the server must be on. */
  readonly network: BitcoinNetwork;
  /** The end of one request. Default: 10,000 ms. */
  readonly timeoutMs?: number;
}

const schema = z.strictObject({
  url: z
    .string()
    .regex(
      /^https?:\/\/[^/@?#]+(?:\/[\w.~-]+)*$/,
      'expected scheme, host and path, without credentials or a last slash',
    ),
  network: z.enum(['bitcoin', 'testnet', 'regtest']),
  timeoutMs: z.number().int().positive().max(600_000).default(10_000),
});

/** Requests under way at once: public servers count them. */
const AT_ONCE = 4;
/** Transactions of which the bytes are kept: a plan asks again for those of the plan before. */
const KEPT = 500;
const hash = /^[0-9a-f]{64}$/;
const VERIFY_REJECTED = -26;

/**
 * An Esplora server (Blockstream's, mempool.space, or one of our own) as chain back end, by Esplora's "HTTP API".
 *
 * No amount is believed: every transaction is read whole, and its hash must be the id that was asked for. Before the
 * first answer the server's chain is checked by its first block. There is nothing to watch: the server indexes every
 * address.
 *
 * @throws ProviderError of kind `config` for a malformed configuration; the operations throw it for a server on another
 *   chain, or an address that leads to no Esplora server.
 */
export function createEsplora(config: EsploraConfig, runtime: Runtime): ChainBackend {
  const { network, ...access } = readConfig(PROVIDER, schema, config);
  const api = createApi(access, runtime);
  const addresses = createAddressReader(find, runtime.clock);
  const kept = new Map<string, string>();
  let checked: Promise<void> | null = null;

  /** Asks once the server is known to be on the right chain. */
  async function find<T>(call: ApiRead<T>, context?: CallContext): Promise<T | 'too-many' | null> {
    await ready(context);
    return api.find(call, context);
  }

  /** The same, where too much cannot be the answer. */
  async function look<T>(call: ApiRead<T>, context?: CallContext): Promise<T | null> {
    return notTooMany(await find(call, context));
  }

  /** A check that failed is made again by the next call; one that succeeded holds as long as this back end. */
  function ready(context?: CallContext): Promise<void> {
    checked ??= check(context).catch((error: unknown) => {
      checked = null;
      throw error;
    });
    return checked;
  }

  async function check(context?: CallContext): Promise<void> {
    const first = await api.find({ operation: 'first-block', path: '/block-height/0', read: text(hash) }, context);
    const wrong = wrongChain(notTooMany(first) ?? '', network);
    if (wrong !== null) throw misconfigured(`the server does not fit: ${wrong}`);
  }

  async function hexOf(txid: string, context?: CallContext): Promise<string | null> {
    const before = kept.get(txid);
    if (before !== undefined) return before;
    const path = `/tx/${txid}/hex`;
    const hex = await look({ operation: 'read-transaction', path, read: text(/^(?:[0-9a-f]{2})+$/) }, context);
    if (hex === null) return null;
    if (idOf(hex) !== txid) throw unavailable(PROVIDER, `${PROVIDER}: the server gave another transaction than asked`);
    if (kept.size >= KEPT) kept.clear();
    kept.set(txid, hex);
    return hex;
  }

  async function transaction(txid: string, context?: CallContext): Promise<ChainTransaction | null> {
    const path = `/tx/${txid}`;
    // Asked first and by its own route: a server says "unconfirmed" of what it does not know, and 404 only here.
    const found = await look({ operation: 'find-transaction', path, read: json(answers.transaction) }, context);
    const hex = found && (await hexOf(txid, context));
    return found && hex !== null ? { txid, hex, block: found.status } : null;
  }

  async function describe(
    { txid, vout, block }: { readonly txid: string; readonly vout: number; readonly block: BlockPointer | null },
    address: string,
    context?: CallContext,
  ): Promise<readonly UnspentOutput[]> {
    const hex = await hexOf(txid, context);
    if (hex === null) return [];
    const origin = Transaction.fromHex(hex);
    const output = origin.outs[vout];
    if (!output || addressOfScript(output.script, network) !== address)
      throw unavailable(PROVIDER, `${PROVIDER}: the server listed an output that is not on its address`);
    const coinbase = origin.isCoinbase();
    return [{ txid, index: vout, address, sats: output.value, block, coinbase, previousTransactionHex: hex }];
  }

  async function broadcast(hex: string, context?: CallContext): Promise<BroadcastResult> {
    await ready(context);
    const handed = await api.hand('broadcast', '/tx', hex, context);
    if (handed.outcome === 'no-route')
      throw misconfigured('the server takes no transactions; point url at one that does');
    if (handed.outcome === 'refused') return judgeRefusal(handed.refusal, asked(hex, context));
    if (handed.answer.text().trim() !== idOf(hex))
      throw doubt(PROVIDER, 'unreadable', `${PROVIDER} broadcast: unreadable answer; look it up`);
    return { outcome: 'accepted' };
  }

  const asked = (hex: string, context?: CallContext) => ({
    provider: PROVIDER,
    hex,
    find: (txid: string) => transaction(txid, context),
  });

  return {
    network,
    async tip(context) {
      const tip = await look({ operation: 'tip', path: '/blocks/tip/hash', read: text(hash) }, context);
      const block =
        tip && (await look({ operation: 'block', path: `/block/${tip}`, read: json(answers.block) }, context));
      if (!tip || !block) throw unavailable(PROVIDER, `${PROVIDER} tip: the server has none`);
      return { height: block.height, hash: tip };
    },
    blockHash: (height, context) =>
      look({ operation: 'block-hash', path: `/block-height/${height}`, read: text(hash) }, context),
    transaction,
    watch: (_addresses, context) => ready(context),

    async unspent(wanted, context) {
      const found = await inTurns(wanted, async (address) => {
        const listed = await addresses.unspent(address, context);
        return (await inTurns(listed, (one) => describe(one, address, context))).flat();
      });
      return found.flat();
    },

    async spenderOf({ txid, index }, context) {
      const path = `/tx/${txid}/outspend/${index}`;
      const spend = await look({ operation: 'find-spender', path, read: json(answers.outspend) }, context);
      if (!spend?.spent || spend.txid === undefined) return null;
      const spender = await transaction(spend.txid, context);
      if (!spender) throw unavailable(PROVIDER, `${PROVIDER} find-spender: the chain moved meanwhile`);
      return spender;
    },

    broadcast,
    async broadcastPackage([parent, child], context) {
      await ready(context);
      const handed = await api.hand('broadcast-package', '/txs/package', JSON.stringify([parent, child]), context);
      if (handed.outcome === 'refused') return judgeRefusal(handed.refusal, asked(child, context));
      if (handed.outcome === 'no-route') {
        // An older server takes them one after the other, where the parent alone pays enough.
        await broadcast(parent, context);
        return broadcast(child, context);
      }
      const error = errorOfChild(handed, child);
      return error === null
        ? { outcome: 'accepted' }
        : judgeRefusal({ code: VERIFY_REJECTED, message: error }, asked(child, context));
    },

    async feeRate(targetBlocks, context) {
      const call = { operation: 'fee-rate', path: '/fee-estimates', read: json(answers.feeEstimates) };
      const estimates = Object.entries((await look(call, context)) ?? {})
        .map(([blocks, satPerVbyte]) => ({ blocks: Number(blocks), satPerVbyte }))
        .filter(({ satPerVbyte }) => Number.isFinite(satPerVbyte) && satPerVbyte > 0)
        .sort((a, b) => a.blocks - b.blocks);
      // The slowest that is fast enough; where none is, the fastest there is.
      const best = estimates.findLast(({ blocks }) => blocks <= targetBlocks) ?? estimates[0];
      return best?.satPerVbyte ?? null;
    },
  };
}

/** What the server says is wrong with a child, `null` for nothing. */
function errorOfChild({ answer }: Extract<Handed, { readonly outcome: 'taken' }>, child: string): string | null {
  try {
    const results = json(answers.package)(answer)['tx-results'];
    const told = Object.values(results).find(({ txid }) => txid === idOf(child));
    if (told) return told.error ?? null;
  } catch (error) {
    throw doubt(PROVIDER, 'unreadable', `${PROVIDER} broadcast-package: unreadable answer; look it up`, error);
  }
  throw doubt(PROVIDER, 'unreadable', `${PROVIDER} broadcast-package: the child is not told of; look it up`);
}

function idOf(hex: string): string {
  try {
    return Transaction.fromHex(hex).getId();
  } catch {
    return '';
  }
}

function notTooMany<T>(found: T | 'too-many' | null): T | null {
  if (found === 'too-many') throw unavailable(PROVIDER, `${PROVIDER}: the server has too much for one answer`);
  return found;
}

/** Does some of the work at once, and gives the results in the order of the items. */
async function inTurns<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = [];
  for (let from = 0; from < items.length; from += AT_ONCE) {
    results.push(...(await Promise.all(items.slice(from, from + AT_ONCE).map(work))));
  }
  return results;
}
