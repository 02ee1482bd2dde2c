import { parseDescriptor } from '../descriptor.ts';
import { RELAY_SATS_PER_KVB } from '../mempool.ts';
import { field, textOf } from '../parameters.ts';
import { RpcError } from '../rpc-error.ts';
import { outpointKey } from '../transaction.ts';
import {
  bitcoins,
  DIFFICULTY,
  blockOf,
  depthOf,
  describeHeader,
  describeScript,
  describeTransaction,
  hexOf,
} from './describe.ts';
import type { Methods } from './method.ts';

/** The chain and its unspent outputs. */
export const blockMethods: Methods = {
  getblockchaininfo: (_, { chain }) => ({
    chain: 'regtest',
    blocks: chain.tip.height,
    headers: chain.tip.height,
    bestblockhash: chain.tip.hash,
    difficulty: DIFFICULTY,
    time: chain.tip.block.timestamp,
    mediantime: chain.medianTime(chain.tip),
    verificationprogress: 1,
    initialblockdownload: chain.tip.height === 0,
    pruned: false,
    warnings: [],
  }),

  getnetworkinfo: () => ({
    version: 290_100,
    subversion: '/regtest-lite:29.1.0/',
    protocolversion: 70_016,
    networkactive: false,
    connections: 0,
    relayfee: bitcoins(RELAY_SATS_PER_KVB),
    incrementalfee: bitcoins(RELAY_SATS_PER_KVB),
    warnings: [],
  }),

  getindexinfo: (_, { chain }) => ({ txindex: { synced: true, best_block_height: chain.tip.height } }),

  getblockcount: (_, { chain }) => chain.tip.height,

  getbestblockhash: (_, { chain }) => chain.tip.hash,

  getblockhash: (parameters, { chain }) => {
    const block = chain.at(parameters.whole(0, 'height'));
    if (!block) throw new RpcError(-8, 'Block height out of range');
    return block.hash;
  },

  getblockheader: (parameters, context) => describeHeader(blockOf(parameters, 'hash', context.chain), context.chain),

  getblock: (parameters, { chain }) => {
    const block = blockOf(parameters, 'blockhash', chain);
    const detail = parameters.whole(1, 'verbosity', 1);
    if (detail <= 0) return block.block.toHex();
    const tx = block.entries.map((entry) => (detail === 1 ? entry.txid : describeTransaction(entry)));
    return { ...describeHeader(block, chain), tx };
  },

  gettxout: (parameters, { chain, mempool }) => {
    const txid = parameters.hash(0, 'txid');
    const key = outpointKey(txid, parameters.whole(1, 'n'));
    const withMempool = parameters.truth(2, true);
    if (withMempool && mempool.spenderOf(key)) return null;
    const coin = chain.coins.get(key);
    const output = withMempool ? mempool.get(txid)?.transaction.outs[parameters.whole(1, 'n')] : undefined;
    if (!coin && !output) return null;
    return {
      bestblock: chain.tip.hash,
      confirmations: coin ? chain.tip.height + 1 - (coin.height ?? 0) : 0,
      value: bitcoins(coin?.sats ?? output?.value ?? 0n),
      scriptPubKey: describeScript(coin?.script ?? output?.script ?? new Uint8Array()),
      coinbase: coin?.coinbase ?? false,
    };
  },

  scantxoutset: (parameters, { chain }) => {
    if (parameters.text(0, 'action') !== 'start')
      throw new RpcError(-8, 'regtest-lite scans at once: only the action start');
    const wanted = parameters
      .list(1, 'scanobjects')
      .map((one) => parseDescriptor(textOf(typeof one === 'string' ? one : field(one, 'desc'))));
    const unspents = [...chain.coins].flatMap(([key, coin]) => {
      const found = wanted.find(({ script }) => Buffer.compare(script, coin.script) === 0);
      const block = chain.at(coin.height ?? 0);
      const [txid, vout] = key.split(':');
      return !found || !block
        ? []
        : [
            {
              txid,
              vout: Number(vout),
              scriptPubKey: hexOf(coin.script),
              desc: found.descriptor,
              amount: bitcoins(coin.sats),
              coinbase: coin.coinbase,
              height: block.height,
              blockhash: block.hash,
              confirmations: depthOf(block, chain),
              sats: coin.sats,
            },
          ];
    });
    const total = unspents.reduce((sum, one) => sum + one.sats, 0n);
    return {
      success: true,
      txouts: chain.coins.size,
      height: chain.tip.height,
      bestblock: chain.tip.hash,
      unspents: unspents.map(({ sats: _sats, ...one }) => one),
      total_amount: bitcoins(total),
    };
  },
};
