import { BTC, InputError, ProviderError } from '@rielrails/core';
import { JsonNumber, parseAmount } from '@rielrails/kit';
import type { Json, Runtime } from '@rielrails/kit';
import { scriptOfAddress } from '@rielrails/kit/bitcoin';
import { crypto, networks, payments, Psbt } from 'bitcoinjs-lib';
import { ECPairFactory } from 'ecpair';
import * as secp256k1 from 'tiny-secp256k1';
import type { BlockPointer, Outpoint } from '../chain.ts';
import { createRpc, isObject, resultOf } from '../core-rpc/rpc.ts';
import type { RpcOptions } from '../core-rpc/rpc.ts';

/** The hand that moves a regression test chain. For sandboxes and tests only. */
export interface RegtestMiner {
  /** Makes blocks with everything that waits in the mempool. Gives the new tip. */
  mine(blocks: number): Promise<BlockPointer>;
  /**
   * Replaces the last `depth` blocks by `depth + 1` empty ones. What they held waits in the mempool again, until
   * {@link mine}.
   */
  reorganise(depth: number): Promise<BlockPointer>;
  /**
   * Pays somebody, from coins that it mines where it has none.
   *
   * `confirmations`: blocks to make afterwards; 0 leaves the payment in the mempool. Default: 1.
   */
  fund(address: string, sats: bigint, options?: { readonly confirmations?: number }): Promise<Outpoint>;
  /** Sets the time that new blocks carry, in Unix milliseconds; `null` lets the node's clock run again. */
  setTime(at: number | null): Promise<void>;
}

/** A hundred blocks make a coinbase spendable; the rest keeps it so through a reorganisation of that depth. */
const RIPE = 100 + 30;
const FEE_SATS = 1000n;
const DUST_SATS = 294n;
const COIN_LIMIT = 100;

/** A miner over the RPC of a node on the regression test chain, or of regtest-lite. Its key is public knowledge. */
export function createRegtestMiner(options: RpcOptions, runtime: Runtime): RegtestMiner {
  const rpc = createRpc(options, runtime);
  const key = ECPairFactory(secp256k1).fromPrivateKey(crypto.sha256(ascii('rielrails regtest miner')), {
    network: networks.regtest,
  });
  const own = keyHashOutput(crypto.hash160(key.publicKey));

  async function call(method: string, ...parameters: readonly unknown[]): Promise<Json> {
    return resultOf(method, await rpc.tell({ method, parameters }));
  }

  async function tip(): Promise<BlockPointer> {
    const hash = textOf(await call('getbestblockhash'));
    const header = await call('getblockheader', hash);
    return { hash, height: isObject(header) ? numberOf(header['height']) : 0 };
  }

  async function mine(blocks: number): Promise<BlockPointer> {
    assertCount('blocks', blocks, 1, 10_000);
    await call('generatetoaddress', blocks, own.address);
    return tip();
  }

  /** Own coins that a transaction in the next block may spend, the largest first. */
  async function spendable(): Promise<readonly Coin[]> {
    const found = await call('scantxoutset', 'start', [`addr(${own.address})`]);
    const unspents = isObject(found) && Array.isArray(found['unspents']) ? (found['unspents'] as readonly Json[]) : [];
    const ripe = unspents
      .filter(isObject)
      .filter((one) => one['coinbase'] !== true || numberOf(one['confirmations']) >= RIPE)
      .map((one) => ({ txid: textOf(one['txid']), index: numberOf(one['vout']), sats: satsOf(one['amount']) }))
      .sort((a, b) => (a.sats < b.sats ? 1 : -1));
    if (ripe.length === 0) return [];
    const spenders = await call(
      'gettxspendingprevout',
      ripe.map(({ txid, index }) => ({ txid, vout: index })),
    );
    const taken = (Array.isArray(spenders) ? (spenders as readonly Json[]) : []).map(
      (one) => isObject(one) && 'spendingtxid' in one,
    );
    return ripe.filter((_, index) => !taken[index]);
  }

  async function gather(sats: bigint): Promise<readonly Coin[]> {
    const take = async () => {
      const coins: Coin[] = [];
      for (const coin of (await spendable()).slice(0, COIN_LIMIT)) {
        if (sum(coins) >= sats) break;
        coins.push(coin);
      }
      return sum(coins) >= sats ? coins : null;
    };
    const ready = await take();
    if (ready) return ready;
    await mine(RIPE + 1);
    const mined = await take();
    if (mined) return mined;
    throw new InputError('sats', 'too-much', 'more than a miner of this chain can gather; ask for less at once');
  }

  return {
    mine,
    async reorganise(depth) {
      const { height } = await tip();
      assertCount('depth', depth, 1, Math.min(height, 1000));
      await call('invalidateblock', await call('getblockhash', height - depth + 1));
      // Another payee each time: a block like the one just called invalid would be that very block.
      for (let count = 0; count <= depth; count += 1) {
        const { address } = keyHashOutput(crypto.hash160(ascii(`${(await tip()).hash} ${height}`)));
        await call('generateblock', address, []);
      }
      return tip();
    },
    async fund(address, sats, { confirmations = 1 } = {}) {
      const script = readAddress(address);
      if (sats < DUST_SATS) throw new InputError('sats', 'dust', `expected at least ${DUST_SATS}`);
      assertCount('confirmations', confirmations, 0, 1000);
      const coins = await gather(sats + FEE_SATS);
      const change = sum(coins) - sats - FEE_SATS;
      const psbt = new Psbt({ network: networks.regtest });
      for (const { txid, index, sats: value } of coins)
        psbt.addInput({ hash: txid, index, witnessUtxo: { script: own.script, value } });
      psbt.addOutput({ script, value: sats });
      if (change >= DUST_SATS) psbt.addOutput({ script: own.script, value: change });
      const transaction = psbt.signAllInputs(key).finalizeAllInputs().extractTransaction(true);
      const txid = textOf(await call('sendrawtransaction', transaction.toHex(), 0));
      if (confirmations > 0) await mine(confirmations);
      return { txid, index: 0 };
    },
    async setTime(at) {
      await call('setmocktime', at === null ? 0 : Math.floor(at / 1000));
    },
  };
}

interface Coin extends Outpoint {
  readonly sats: bigint;
}

function sum(coins: readonly Coin[]): bigint {
  return coins.reduce((total, { sats }) => total + sats, 0n);
}

function keyHashOutput(hash: Uint8Array): { readonly address: string; readonly script: Uint8Array } {
  const { address, output } = payments.p2wpkh({ hash, network: networks.regtest });
  if (!address || !output) throw new Error('a key hash has an address');
  return { address, script: output };
}

function readAddress(address: string): Uint8Array {
  try {
    return scriptOfAddress(address, 'regtest');
  } catch {
    throw new InputError('address', 'other-network', 'is no address of the regression test chain');
  }
}

function assertCount(field: string, value: number, least: number, most: number): void {
  if (!Number.isSafeInteger(value) || value < least || value > most)
    throw new InputError(field, 'range', `expected a whole number from ${least} to ${most}`);
}

function ascii(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function textOf(value: Json | undefined): string {
  if (typeof value === 'string') return value;
  throw new ProviderError({
    kind: 'unavailable',
    provider: 'regtest',
    message: 'regtest: expected a text from the node',
  });
}

function numberOf(value: Json | undefined): number {
  return value instanceof JsonNumber ? Number(value.text) : Number.NaN;
}

function satsOf(value: Json | undefined): bigint {
  return value instanceof JsonNumber ? parseAmount(value.text, BTC).minor : 0n;
}
