import { addressOfScript, scriptOfAddress } from '@rielrails/kit/bitcoin';
import { fromUtf8, parseJson, stringifyJson } from '@rielrails/kit';
import type { Clock, Json } from '@rielrails/kit';
import { createEmulator } from '@rielrails/kit/emulator';
import type { EmulatedRequest, Emulator, Route } from '@rielrails/kit/emulator';
import { createChainIndex } from './chain-index.ts';
import type { AskNode, ChainIndex, IndexedBlock, IndexedTransaction } from './chain-index.ts';

/** What stands behind the server, and how it behaves. */
export interface EsploraEmulatorOptions {
  readonly clock: Clock;
  /** The RPC of a node on the regression test chain, or of regtest-lite. What it refuses, it throws as {@link NodeRefusal}. */
  readonly ask: AskNode;
  /** The most unspent outputs in one answer. Default: 500, as public servers have it. */
  readonly mostUnspent?: number;
  /**
   * How the server words its node's refusals, which changed in December 2024, and whether it has `/txs/package`, which
   * came with Bitcoin Core 28.
   */
  readonly dialect?: 'now' | 'before-2025';
}

/** An error of the node behind the server. */
export interface NodeRefusal {
  readonly code: number;
  readonly message: string;
}

const CHAIN_PAGE = 25;
const MEMPOOL_PAGE = 50;
const NETWORK = 'regtest';

/**
 * An Esplora server over a node: real blocks, real transactions, and an address index of its own.
 *
 * Thin: the routes that a wallet uses, as Blockstream's server (`electrs`, `src/rest.rs`) answers them. Each request
 * reads first what the node learnt since, so that this server never lags behind, as real ones do.
 */
export function createEsploraEmulator(options: EsploraEmulatorOptions): Emulator {
  const { ask, mostUnspent = 500, dialect = 'now' } = options;
  const index = createChainIndex(ask);
  const documented = 'Esplora: HTTP API (API.md)';
  const source = 'Blockstream electrs (src/rest.rs)';

  const get = (name: string, path: string, answer: (request: EmulatedRequest) => Response): Route => ({
    name,
    method: 'GET',
    path,
    cites: documented,
    provenance: 'documented',
    async handle(request) {
      await index.catchUp();
      return answerOrRefuse(() => answer(request));
    },
  });
  const post = (name: string, path: string, hand: (body: string) => Promise<Response>): Route => ({
    name,
    method: 'POST',
    path,
    cites: source,
    provenance: 'seen',
    handle: async ({ body }) => {
      try {
        return await hand(fromUtf8(body));
      } catch (error) {
        if (!isNodeRefusal(error)) throw error;
        return plain(refusalText(error), 400);
      }
    },
  });

  const routes: readonly Route[] = [
    get('tip-hash', '/blocks/tip/hash', () => plain(index.tip?.hash ?? '')),
    get('tip-height', '/blocks/tip/height', () => plain(String(index.tip?.height ?? 0))),
    get('block-height', '/block-height/:height', ({ params }) => {
      if (!/^\d{1,9}$/.test(params['height'] ?? '')) return plain('Invalid number', 400);
      return plain(there(index.at(Number(params['height'])), 'Block').hash);
    }),
    get('block', '/block/:hash', ({ params }) => {
      const { hash, height, txids } = there(index.block(hashOf(params['hash'])), 'Block');
      return answerJson({ id: hash, height, tx_count: txids.length });
    }),
    get('transaction', '/tx/:txid', ({ params }) => {
      const found = there(index.find(hashOf(params['txid'])), 'Transaction');
      return answerJson(describe(found, index));
    }),
    get('transaction-hex', '/tx/:txid/hex', ({ params }) =>
      plain(there(index.find(hashOf(params['txid'])), 'Transaction').hex),
    ),
    // Of an unknown transaction this route says "unconfirmed", as the server does.
    get('transaction-status', '/tx/:txid/status', ({ params }) =>
      answerJson(statusOf(index.find(hashOf(params['txid']))?.block ?? null)),
    ),
    get('outspend', '/tx/:txid/outspend/:vout', ({ params }) => {
      const spend = index.spendOf(hashOf(params['txid']), Number(params['vout']));
      if (!spend) return answerJson({ spent: false });
      return answerJson({ spent: true, txid: spend.by.txid, vin: spend.vin, status: statusOf(spend.by.block) });
    }),
    get('address', '/address/:address', ({ params }) => {
      const { address = '' } = params;
      const history = index.historyOf(scriptOf(address));
      const statistics = (entries: readonly IndexedTransaction[]) => countOf(entries, address, index);
      return answerJson({
        address,
        chain_stats: statistics(history.filter(({ block }) => block !== null)),
        mempool_stats: statistics(history.filter(({ block }) => block === null)),
      });
    }),
    get('address-unspent', '/address/:address/utxo', ({ params }) => {
      const { address = '' } = params;
      const unspent = index
        .historyOf(scriptOf(address))
        .flatMap(({ txid, transaction, block }) =>
          transaction.outs.flatMap(({ script, value }, vout) =>
            addressOfScript(script, NETWORK) === address && !index.spendOf(txid, vout)
              ? [{ txid, vout, status: statusOf(block), value }]
              : [],
          ),
        );
      if (unspent.length <= mostUnspent) return answerJson(unspent);
      return plain(`Too many unspent transaction outputs (>${mostUnspent}). Contact support to raise limits.`, 400);
    }),
    get('address-transactions', '/address/:address/txs', ({ params }) => {
      const history = index.historyOf(scriptOf(params['address'] ?? ''));
      const waiting = history.filter(({ block }) => block === null).slice(0, MEMPOOL_PAGE);
      const confirmed = history.filter(({ block }) => block !== null).slice(0, CHAIN_PAGE);
      return answerJson([...waiting, ...confirmed].map((one) => describe(one, index)));
    }),
    get('address-transactions-more', '/address/:address/txs/chain/:last', ({ params }) => {
      const confirmed = index.historyOf(scriptOf(params['address'] ?? '')).filter(({ block }) => block !== null);
      const last = confirmed.findIndex(({ txid }) => txid === params['last']);
      const page = last < 0 ? [] : confirmed.slice(last + 1, last + 1 + CHAIN_PAGE);
      return answerJson(page.map((one) => describe(one, index)));
    }),
    {
      ...get('fee-estimates', '/fee-estimates', () => plain('')),
      handle: async () => answerJson(await feeEstimates(ask)),
    },
    post('broadcast', '/tx', async (body) => plain(textOf(await ask('sendrawtransaction', body)))),
    ...(dialect === 'now'
      ? [
          post('broadcast-package', '/txs/package', async (body) => {
            const hexes = parseJson(body);
            if (!Array.isArray(hexes) || hexes.length > 25) return plain('Exceeded maximum of 25 transactions', 400);
            return answerJson(await ask('submitpackage', hexes));
          }),
        ]
      : []),
  ];

  function refusalText({ code, message }: NodeRefusal): string {
    return dialect === 'now'
      ? `sendrawtransaction RPC error ${code}: ${message}`
      : `sendrawtransaction RPC error: ${JSON.stringify({ code, message })}`;
  }

  return createEmulator({
    name: 'esplora',
    clock: options.clock,
    routes,
    notFound: () => plain('endpoint does not exist', 404),
    wrongMethod: () => plain('endpoint does not exist', 404),
  });
}

/** The targets that the document lists. */
const TARGETS = [2, 3, 4, 5, 6, 10, 20, 25, 144, 504, 1008];

/** The node's own estimates, in sat per virtual byte; none where the node has none. */
async function feeEstimates(ask: AskNode): Promise<Readonly<Record<string, number>>> {
  const estimates: Record<string, number> = {};
  for (const blocks of TARGETS) {
    const { feerate } = (await ask('estimatesmartfee', blocks)) as { readonly feerate?: { readonly text: string } };
    if (feerate !== undefined) estimates[blocks] = Math.round(Number(feerate.text) * 1e8) / 1000;
  }
  return estimates;
}

/** As the server shows a transaction, without the words of scripts. */
function describe({ txid, transaction, block }: IndexedTransaction, index: ChainIndex): unknown {
  const coinbase = transaction.isCoinbase();
  const prevouts = transaction.ins.map((input) => {
    const previous = coinbase ? null : index.find(hexOf(input.hash.toReversed()))?.transaction.outs[input.index];
    return previous ? describeOutput(previous) : null;
  });
  const spent = prevouts.reduce((sum, prevout) => sum + (prevout?.value ?? 0n), 0n);
  const paid = transaction.outs.reduce((sum, { value }) => sum + value, 0n);
  return {
    txid,
    version: transaction.version,
    locktime: transaction.locktime,
    size: transaction.byteLength(),
    weight: transaction.weight(),
    fee: coinbase ? 0n : spent - paid,
    vin: transaction.ins.map(({ hash, index: vout, script, sequence, witness }, position) => ({
      txid: hexOf(hash.toReversed()),
      vout,
      prevout: prevouts[position],
      scriptsig: hexOf(script),
      ...(witness.length > 0 ? { witness: witness.map(hexOf) } : {}),
      is_coinbase: coinbase,
      sequence,
    })),
    vout: transaction.outs.map(describeOutput),
    status: statusOf(block),
  };
}

function describeOutput({ script, value }: { readonly script: Uint8Array; readonly value: bigint }) {
  const address = addressOfScript(script, NETWORK);
  return { scriptpubkey: hexOf(script), ...(address === null ? {} : { scriptpubkey_address: address }), value };
}

function statusOf(block: IndexedBlock | null): unknown {
  return block ? { confirmed: true, block_height: block.height, block_hash: block.hash } : { confirmed: false };
}

/** What transactions did to an address. */
function countOf(entries: readonly IndexedTransaction[], address: string, index: ChainIndex): unknown {
  const isOurs = (script: Uint8Array | undefined) =>
    script !== undefined && addressOfScript(script, NETWORK) === address;
  const funded = entries.flatMap(({ transaction }) => transaction.outs.filter(({ script }) => isOurs(script)));
  const spent = entries.flatMap(({ transaction }) =>
    transaction.ins.flatMap((input) => {
      const output = index.find(hexOf(input.hash.toReversed()))?.transaction.outs[input.index];
      return output && isOurs(output.script) ? [output] : [];
    }),
  );
  const sum = (outputs: readonly { readonly value: bigint }[]) =>
    outputs.reduce((total, { value }) => total + value, 0n);
  return {
    funded_txo_count: funded.length,
    funded_txo_sum: sum(funded),
    spent_txo_count: spent.length,
    spent_txo_sum: sum(spent),
    tx_count: entries.length,
  };
}

/** A refusal in the server's words. */
class Refusal extends Error {
  readonly status: number;

  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

function answerOrRefuse(answer: () => Response): Response {
  try {
    return answer();
  } catch (error) {
    if (error instanceof Refusal) return plain(error.message, error.status);
    throw error;
  }
}

function there<T>(found: T | null, what: string): T {
  if (found === null) throw new Refusal(`${what} not found`, 404);
  return found;
}

function hashOf(text: string | undefined): string {
  if (text === undefined || !/^[0-9a-fA-F]{64}$/.test(text)) throw new Refusal('Invalid hex string', 400);
  return text.toLowerCase();
}

function scriptOf(address: string): Uint8Array {
  try {
    return scriptOfAddress(address, NETWORK);
  } catch {
    throw new Refusal('Address on invalid network', 400);
  }
}

function isNodeRefusal(error: unknown): error is NodeRefusal {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'number';
}

function plain(text: string, status = 200): Response {
  return new Response(text, { status, headers: { 'content-type': 'text/plain' } });
}

function answerJson(value: unknown): Response {
  return new Response(stringifyJson(value), { headers: { 'content-type': 'application/json' } });
}

function textOf(value: Json): string {
  if (typeof value === 'string') return value;
  throw new TypeError('the node did not answer with a text');
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
