import { isProviderError } from '@rielrails/core';
import type { CallContext, Instant } from '@rielrails/core';
import { doubt, readConfig, secretSchema, unavailable } from '@rielrails/kit';
import type { Runtime } from '@rielrails/kit';
import type { BitcoinNetwork } from '@rielrails/kit/bitcoin';
import { Transaction } from 'bitcoinjs-lib';
import { z } from 'zod';
import type { ChainBackend, ChainTransaction, Outpoint, UnspentOutput } from '../chain.ts';
import { wrongChain } from '../genesis.ts';
import { judgeRefusal } from '../refusal.ts';
import { createRpc, misconfigured, PROVIDER } from './rpc.ts';
import type { RpcAnswer, RpcCredentials } from './rpc.ts';
import { readResult } from './schemas.ts';
import type { Answers, ReadMethod } from './schemas.ts';

/** A node of our own. */
export interface CoreRpcConfig {
  /** Scheme, host and port: `http://127.0.0.1:8332`. Use https, or an own network, for another machine. */
  readonly url: string;
  readonly credentials: RpcCredentials;
  /** The chain that the node must be on. */
  readonly network: BitcoinNetwork;
  /** The name of the node's wallet that follows our addresses. It holds no key. Default: `rielrails-watch`. */
  readonly watchWallet?: string;
  /**
   * How far back the first `watch` of a new watch wallet searches: the birthday of our keys. That call must name every
   * address that may hold coins; later ones are followed from then on. Default: the whole chain, which takes hours on
   * the main one; reads are `unavailable` meanwhile.
   */
  readonly birthday?: Instant;
  /** The end of one call. Default: 10,000 ms. */
  readonly timeoutMs?: number;
}

const schema = z.strictObject({
  url: z.string().regex(/^https?:\/\/[^/@?#]+$/, 'expected scheme, host and port, without a path or credentials'),
  credentials: z.union([
    z.strictObject({ cookieFile: z.string().min(1) }),
    z.strictObject({ user: z.string().regex(/^[^:]+$/), password: secretSchema() }),
  ]),
  network: z.enum(['bitcoin', 'testnet', 'regtest']),
  watchWallet: z
    .string()
    .regex(/^[\w-]{1,64}$/)
    .default('rielrails-watch'),
  birthday: z.number().int().nonnegative().default(0),
  timeoutMs: z.number().int().positive().max(600_000).default(10_000),
});

/** The first release with errors of JSON-RPC 2.0. */
const LEAST_VERSION = 280_000;
const NOT_FOUND = -5;
const OUT_OF_RANGE = -8;
const WALLET_NOT_FOUND = -18;
const WALLET_ERROR = -4;
const METHOD_NOT_FOUND = -32_601;
const VERIFY_REJECTED = -26;

/**
 * Bitcoin Core, or any node with its RPC, as chain back end. Wants release 28 or later with `txindex=1`.
 *
 * Addresses are followed by a watch-only wallet inside the node: it is the node's own index over mempool and chain,
 * survives restarts and reorganisations, and holds no key. Before the first answer the node's release, chain and index
 * are checked.
 *
 * @throws ProviderError of kind `config` for a malformed configuration; the operations throw it for a node on another
 *   chain, without transaction index or wallet support, or with other credentials.
 */
export function createCoreRpc(config: CoreRpcConfig, runtime: Runtime): ChainBackend {
  const { network, watchWallet: wallet, birthday, ...access } = readConfig(PROVIDER, schema, config);
  const rpc = createRpc(access, runtime);
  const watched = new Set<string>();
  let checked: Promise<void> | null = null;
  let opened: Promise<{ readonly fresh: boolean }> | null = null;

  /** Asks once the node is known to be the right one. */
  async function read<M extends ReadMethod>(
    method: M,
    parameters: readonly unknown[],
    context?: CallContext,
  ): Promise<Answers[M]> {
    await ready(context);
    return readResult(method, await rpc.ask({ method, parameters }, context));
  }

  /** The same, where the node says -5 or -8 about something that is not there. */
  async function find<M extends ReadMethod>(
    method: M,
    parameters: readonly unknown[],
    context?: CallContext,
  ): Promise<Answers[M] | null> {
    await ready(context);
    const answer = await rpc.ask({ method, parameters }, context);
    if (answer.outcome === 'error' && (answer.code === NOT_FOUND || answer.code === OUT_OF_RANGE)) return null;
    return readResult(method, answer);
  }

  async function readWallet<M extends ReadMethod>(
    method: M,
    parameters: readonly unknown[],
    context?: CallContext,
  ): Promise<Answers[M]> {
    return readResult(method, await rpc.ask({ method, parameters, wallet }, context));
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
    const ask = async <M extends ReadMethod>(method: M, ...parameters: readonly unknown[]) =>
      readResult(method, await rpc.ask({ method, parameters }, context));
    const { version } = await ask('getnetworkinfo');
    if (version < LEAST_VERSION)
      throw misconfigured(`the node is too old (${version}); install Bitcoin Core 28 or later`);
    const wrong = wrongChain(await ask('getblockhash', 0), network);
    if (wrong !== null) throw misconfigured(`the node does not fit: ${wrong}`);
    const { initialblockdownload, pruned } = await ask('getblockchaininfo');
    if (pruned) {
      throw misconfigured(
        'the node is pruned: it threw old blocks away, and with them what proves our deliveries; set prune=0 and txindex=1 in its bitcoin.conf, and start it once with -reindex',
      );
    }
    if (initialblockdownload && network !== 'regtest')
      throw unavailable(PROVIDER, `${PROVIDER}: the node still fetches the chain; wait until it is done`);
    const { txindex } = await ask('getindexinfo');
    if (!txindex) {
      throw misconfigured(
        'the node keeps no transaction index; set txindex=1 and no prune in its bitcoin.conf, then restart it',
      );
    }
    if (!txindex.synced)
      throw unavailable(PROVIDER, `${PROVIDER}: the node still builds its transaction index; wait until it is done`);
  }

  /** Loads the watch wallet, or makes it. */
  function open(context?: CallContext): Promise<{ readonly fresh: boolean }> {
    opened ??= loadOrCreate(context).catch((error: unknown) => {
      opened = null;
      throw error;
    });
    return opened;
  }

  async function loadOrCreate(context?: CallContext): Promise<{ readonly fresh: boolean }> {
    await ready(context);
    const present = await rpc.ask({ method: 'getwalletinfo', parameters: [], wallet }, context);
    if (present.outcome === 'error' && present.code === METHOD_NOT_FOUND)
      throw misconfigured(
        'the node was built or started without wallet support, which follows addresses; set disablewallet=0 in its bitcoin.conf, or take a release with it',
      );
    if (present.outcome === 'error') {
      const loaded = await rpc.tell({ method: 'loadwallet', parameters: [wallet, true] }, context);
      if (loaded.outcome === 'error' && loaded.code === WALLET_NOT_FOUND) {
        // Without private keys, blank, no passphrase, no reuse flag, descriptors, loaded at every start.
        const made = await rpc.tell(
          { method: 'createwallet', parameters: [wallet, true, true, '', false, true, true] },
          context,
        );
        if (made.outcome === 'error' && made.code !== WALLET_ERROR)
          throw unavailable(PROVIDER, `${PROVIDER} createwallet: refused (${made.code})`);
      }
    }
    const { private_keys_enabled: keys } = await readWallet('getwalletinfo', [], context);
    if (keys) throw misconfigured(`the node's wallet "${wallet}" can hold keys; name one that is only for watching`);
    const { descriptors } = await readWallet('listdescriptors', [], context);
    for (const { desc } of descriptors) {
      const address = /^addr\((\w+)\)/.exec(desc)?.[1];
      if (address) watched.add(address);
    }
    return { fresh: descriptors.length === 0 };
  }

  /** @throws ProviderError `unavailable` while the node searches old blocks: its answers would be incomplete. */
  async function settled(context?: CallContext): Promise<void> {
    await open(context);
    const { scanning } = await readWallet('getwalletinfo', [], context);
    if (scanning !== false) throw unavailable(PROVIDER, `${PROVIDER}: the node searches old blocks for our addresses`);
  }

  async function describe(
    found: Answers['getrawtransaction'],
    txid: string,
    context?: CallContext,
  ): Promise<ChainTransaction> {
    const { hex, blockhash, confirmations = 0 } = found;
    if (blockhash === undefined || confirmations < 1) return { txid, hex, block: null };
    const { height } = await read('getblockheader', [blockhash], context);
    return { txid, hex, block: { height, hash: blockhash } };
  }

  async function transaction(txid: string, context?: CallContext): Promise<ChainTransaction | null> {
    const found = await find('getrawtransaction', [txid, true], context);
    return found && describe(found, txid, context);
  }

  return {
    network,
    async tip(context) {
      const { blocks, bestblockhash } = await read('getblockchaininfo', [], context);
      return { height: blocks, hash: bestblockhash };
    },
    blockHash: (height, context) => find('getblockhash', [height], context),
    transaction,

    async watch(addresses, context) {
      const { fresh } = await open(context);
      const unknown = addresses.filter((address) => !watched.has(address));
      if (unknown.length === 0) return;
      const timestamp = fresh ? Math.floor(birthday / 1000) : 'now';
      const requests = await Promise.all(
        unknown.map(async (address) => {
          const { descriptor } = await read('getdescriptorinfo', [`addr(${address})`], context);
          return { desc: descriptor, timestamp };
        }),
      );
      // Importing twice is importing once, so this write may be repeated after any doubt.
      const answer = await rpc
        .tell({ method: 'importdescriptors', parameters: [requests], wallet }, context)
        .catch((error: unknown) => {
          // The node adds the addresses before it searches the past, which may take hours: next time it is asked what
          // it follows, so that it does not search again.
          opened = null;
          if (isProviderError(error) && error.fault.kind === 'unknown')
            throw unavailable(PROVIDER, `${PROVIDER} importdescriptors: no answer yet; watching again is safe`, error);
          throw error;
        });
      const results = readResult('importdescriptors', answer);
      if (results.length !== unknown.length || results.some(({ success }) => !success))
        throw unavailable(PROVIDER, `${PROVIDER} importdescriptors: the node does not follow every address`);
      for (const address of unknown) watched.add(address);
      opened = Promise.resolve({ fresh: false });
    },

    async unspent(addresses, context) {
      if (addresses.length === 0) return [];
      await settled(context);
      // All of them, and chosen here: thousands of addresses in each question would take longer than the answer.
      const wanted = new Set(addresses);
      const all = await readWallet('listunspent', [0, 9_999_999, [], true], context);
      const listed = all.filter(({ address }) => wanted.has(address));
      const origins = new Map<string, Answers['gettransaction']>();
      for (const { txid } of listed) {
        if (!origins.has(txid)) origins.set(txid, await readWallet('gettransaction', [txid], context));
      }
      return listed.flatMap(({ txid, vout, address, amount }): UnspentOutput[] => {
        const origin = origins.get(txid);
        if (!origin) return [];
        const { hex, blockhash, blockheight } = origin;
        const block =
          blockhash !== undefined && blockheight !== undefined ? { height: blockheight, hash: blockhash } : null;
        const coinbase = Transaction.fromHex(hex).isCoinbase();
        return [{ txid, index: vout, address, sats: amount, block, coinbase, previousTransactionHex: hex }];
      });
    },

    async spenderOf({ txid, index }, context) {
      const [waiting] = await read('gettxspendingprevout', [[{ txid, vout: index }]], context);
      if (waiting?.spendingtxid) return transaction(waiting.spendingtxid, context);
      if (await read('gettxout', [txid, index, false], context)) return null;
      const origin = await transaction(txid, context);
      if (!origin?.block) return null;
      await settled(context);
      const { previousblockhash } = await read('getblockheader', [origin.block.hash], context);
      const since = await readWallet('listsinceblock', previousblockhash ? [previousblockhash] : [], context);
      for (const candidate of new Set(since.transactions.map((one) => one.txid))) {
        const found = await find('getrawtransaction', [candidate, true], context);
        if (found && spends(found, { txid, index })) return describe(found, candidate, context);
      }
      return null;
    },

    async broadcast(hex, context) {
      await ready(context);
      const answer = await rpc.tell({ method: 'sendrawtransaction', parameters: [hex] }, context);
      if (answer.outcome === 'result') return { outcome: 'accepted' };
      return judgeRefusal(answer, { provider: PROVIDER, hex, find: (txid) => transaction(txid, context) });
    },

    async broadcastPackage([parent, child], context) {
      await ready(context);
      const answer = await rpc.tell({ method: 'submitpackage', parameters: [[parent, child]] }, context);
      const asked = { provider: PROVIDER, hex: child, find: (txid: string) => transaction(txid, context) };
      if (answer.outcome === 'error') return judgeRefusal(answer, asked);
      const told = readPackage(answer).find(({ txid }) => txid === Transaction.fromHex(child).getId());
      if (!told) throw doubt(PROVIDER, 'unreadable', `${PROVIDER} submitpackage: the child is not told of; look it up`);
      if (told.error === undefined) return { outcome: 'accepted' };
      return judgeRefusal({ code: VERIFY_REJECTED, message: told.error }, asked);
    },

    async feeRate(targetBlocks, context) {
      const { feerate } = await read(
        'estimatesmartfee',
        [Math.min(1008, Math.max(1, Math.ceil(targetBlocks)))],
        context,
      );
      if (feerate === undefined) return null;
      const { mempoolminfee, minrelaytxfee } = await read('getmempoolinfo', [], context);
      const highest = [feerate, mempoolminfee, minrelaytxfee].reduce((a, b) => (a > b ? a : b));
      return Number(highest) / 1000;
    },
  };
}

function readPackage(answer: RpcAnswer): readonly { readonly txid: string; readonly error?: string | undefined }[] {
  try {
    return Object.values(readResult('submitpackage', answer)['tx-results']);
  } catch (error) {
    throw doubt(PROVIDER, 'unreadable', `${PROVIDER} submitpackage: unreadable answer; look it up`, error);
  }
}

function spends({ vin }: Answers['getrawtransaction'], { txid, index }: Outpoint): boolean {
  return vin.some((input) => input.txid === txid && input.vout === index);
}
