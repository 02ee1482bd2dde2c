import { readFile } from 'node:fs/promises';
import { BTC } from '@rielrails/core';
import { JsonNumber, parseAmount, parseJson, toBase64, utf8 } from '@rielrails/kit';
import type { Json, Runtime } from '@rielrails/kit';
import { addressOfScript, createRegtestMiner, scriptOfAddress } from '@rielrails/wallet/regtest';
import type { Regtest, RegtestMiner } from '@rielrails/wallet/regtest';
import type { ChainDesk, ChainView } from '../world/desks.ts';

/** The chain with the questions that only scripts ask. */
export interface SandboxChain extends ChainDesk {
  readonly miner: RegtestMiner;
  /** What the node knows of a transaction: what it pays to whom, and how deep it is. */
  transaction(txid: string): Promise<ChainRecord | null>;
  /** Every transaction in the chain and the mempool that pays an address. */
  paymentsTo(address: string): Promise<readonly ChainRecord[]>;
}

/** A transaction as the node tells it. */
export interface ChainRecord {
  readonly txid: string;
  /** 0 while it waits. */
  readonly confirmations: number;
  readonly outputs: readonly { readonly address: string | null; readonly sats: bigint }[];
  readonly feeSats: bigint | null;
}

const SHOWN_BLOCKS = 8;
const SHOWN_WAITING = 20;

/** Puts the explorer and the miner in front of a regression test chain. */
export function createChainDesk(regtest: Regtest, backend: string, runtime: Runtime): SandboxChain {
  const miner = createRegtestMiner({ url: regtest.rpcUrl, credentials: { cookieFile: regtest.cookieFile } }, runtime);
  let nextId = 1;

  async function call(method: string, ...parameters: readonly unknown[]): Promise<Json> {
    const cookie = await readFile(regtest.cookieFile, 'utf8');
    const request = new Request(`${regtest.rpcUrl}/`, {
      method: 'POST',
      headers: { authorization: `Basic ${toBase64(utf8(cookie.trim()))}`, 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: nextId, method, params: parameters }),
    });
    nextId += 1;
    const answer = fieldsOf(parseJson(await (await runtime.fetch(request, {})).text()));
    if (answer['error']) throw new RangeError(`chain: ${textOf(fieldsOf(answer['error'])['message'])}`);
    return answer['result'] ?? null;
  }

  async function record(txid: string, block?: string): Promise<ChainRecord | null> {
    const raw = await call('getrawtransaction', txid, 1, ...(block ? [block] : [])).catch(() => null);
    if (raw === null) return null;
    const { vout, vin, confirmations } = fieldsOf(raw);
    const outputs = listOf(vout).map((output) => ({
      address: textOrNull(fieldsOf(fieldsOf(output)['scriptPubKey'])['address']),
      sats: satsOf(fieldsOf(output)['value']),
    }));
    return {
      txid,
      confirmations: confirmations instanceof JsonNumber ? Number(confirmations.text) : 0,
      outputs,
      feeSats: await feeOf(listOf(vin), outputs),
    };
  }

  async function feeOf(inputs: readonly Json[], outputs: ChainRecord['outputs']): Promise<bigint | null> {
    let sum = -outputs.reduce((total, { sats }) => total + sats, 0n);
    for (const input of inputs) {
      const { txid, vout: index } = fieldsOf(input);
      if (typeof txid !== 'string') return null;
      const spent = fieldsOf(await call('getrawtransaction', txid, 1))['vout'];
      sum += satsOf(fieldsOf(listOf(spent)[numberOf(index)])['value']);
    }
    return sum;
  }

  async function waiting(): Promise<readonly string[]> {
    return listOf(await call('getrawmempool')).map(textOf);
  }

  async function view(): Promise<ChainView> {
    const info = fieldsOf(await call('getblockchaininfo'));
    const height = numberOf(info['blocks']);
    const blocks = [];
    let hash = textOf(info['bestblockhash']);
    for (let at = height; at >= 0 && blocks.length < SHOWN_BLOCKS; at -= 1) {
      const block = fieldsOf(await call('getblock', hash, 1));
      blocks.push({ height: at, hash, transactions: listOf(block['tx']).length });
      if (at > 0) hash = textOf(block['previousblockhash']);
    }
    const mempool = [];
    for (const txid of (await waiting()).slice(0, SHOWN_WAITING)) {
      const entry = fieldsOf(await call('getmempoolentry', txid).catch(() => ({})));
      const found = await record(txid);
      if (!found) continue;
      const fee = entry['fees'] ? satsOf(fieldsOf(entry['fees'])['base']) : 0n;
      const size = entry['vsize'] ? numberOf(entry['vsize']) : 1;
      const sats = found.outputs.reduce((total, output) => total + output.sats, 0n);
      mempool.push({ txid, sats, satPerVbyte: Math.round((Number(fee) / size) * 10) / 10 });
    }
    return { backend, height, hash: blocks[0]?.hash ?? '', mempool, blocks };
  }

  return {
    miner,
    view,
    async mine(blocks) {
      await miner.mine(blocks);
    },
    async reorg(blocks) {
      await miner.reorganise(blocks);
    },
    async lookup(address) {
      if (!isAddress(address)) return null;
      const found = fieldsOf(await call('scantxoutset', 'start', [`addr(${address})`]));
      let waitingSats = 0n;
      for (const txid of await waiting()) {
        for (const output of (await record(txid))?.outputs ?? [])
          if (output.address === address) waitingSats += output.sats;
      }
      return { confirmedSats: satsOf(found['total_amount']), waitingSats };
    },
    // The buyer only receives here: nobody needs the key.
    address: async () => addressOfScript(Uint8Array.from([0, 20, ...runtime.random.bytes(20)]), 'regtest') ?? '',
    transaction: (txid) => record(txid),
    async paymentsTo(address) {
      const found = fieldsOf(await call('scantxoutset', 'start', [`addr(${address})`]));
      const confirmed = listOf(found['unspents']).map((one) => textOf(fieldsOf(one)['txid']));
      const records = await Promise.all([...new Set([...confirmed, ...(await waiting())])].map((txid) => record(txid)));
      return records
        .filter((one) => one !== null)
        .filter(({ outputs }) => outputs.some((output) => output.address === address));
    },
  };
}

function isAddress(text: string): boolean {
  try {
    scriptOfAddress(text, 'regtest');
    return true;
  } catch {
    return false;
  }
}

function fieldsOf(value: Json | undefined): Readonly<Record<string, Json>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof JsonNumber))
    return value as Readonly<Record<string, Json>>;
  throw new RangeError('chain: expected an object from the node');
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}

function textOf(value: Json | undefined): string {
  if (typeof value === 'string') return value;
  throw new RangeError('chain: expected a text from the node');
}

function textOrNull(value: Json | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

function numberOf(value: Json | undefined): number {
  return value instanceof JsonNumber ? Number(value.text) : Number.NaN;
}

function satsOf(value: Json | undefined): bigint {
  return value instanceof JsonNumber ? parseAmount(value.text, BTC).minor : 0n;
}
