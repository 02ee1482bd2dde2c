import { BTC } from '@rielrails/core';
import { parseAmount } from '@rielrails/kit';
import { Rejection, RELAY_SATS_PER_KVB } from '../mempool.ts';
import { field, readHash, textOf } from '../parameters.ts';
import type { Parameters } from '../parameters.ts';
import { RpcError } from '../rpc-error.ts';
import { outpointKey, parseTransaction, previousTxid, wtxidOf } from '../transaction.ts';
import { inputKeys } from '../watch-wallet.ts';
import { bitcoins, depthOf, describeTransaction } from './describe.ts';
import type { Methods } from './method.ts';

const MAX_FEE_SATS_PER_KVB = 1000_0000n;

/** Transactions and the mempool. */
export const transactionMethods: Methods = {
  getrawtransaction: (parameters, { chain, mempool }) => {
    const txid = parameters.hash(0, 'parameter 1');
    const verbose = parameters.truth(1, false);
    const waiting = mempool.get(txid);
    if (waiting) return verbose ? describeTransaction(waiting) : waiting.hex;
    const found = chain.find(txid);
    if (!found)
      throw new RpcError(-5, 'No such mempool or blockchain transaction. Use gettransaction for wallet transactions.');
    if (!verbose) return found.entry.hex;
    const { timestamp } = found.block.block;
    return {
      ...describeTransaction(found.entry),
      blockhash: found.block.hash,
      confirmations: depthOf(found.block, chain),
      time: timestamp,
      blocktime: timestamp,
    };
  },

  gettxspendingprevout: (parameters, { mempool }) => {
    const outputs = parameters.list(0, 'outputs');
    if (outputs.length === 0) throw new RpcError(-8, 'Invalid parameter, outputs are missing');
    return outputs.map((output) => {
      const txid = readHash(textOf(field(output, 'txid')), 'txid');
      const vout = Number(textOf(field(output, 'vout')));
      const spender = mempool.spenderOf(outpointKey(txid, vout));
      return { txid, vout, ...(spender ? { spendingtxid: spender.txid } : {}) };
    });
  },

  sendrawtransaction: (parameters, { chain, mempool }) => {
    const transaction = parseTransaction(parameters.text(0, 'hexstring'));
    const txid = transaction.getId();
    if (mempool.get(txid)) return txid;
    if ([...transaction.outs.keys()].some((index) => chain.coins.has(outpointKey(txid, index))))
      throw new RpcError(-27, 'Transaction outputs already in utxo set');
    try {
      const judged = mempool.judge(transaction);
      const limit = maximumFee(parameters, BigInt(transaction.virtualSize()));
      if (limit !== null && judged.fee > limit)
        throw new RpcError(-25, 'Fee exceeds maximum configured by user (e.g. -maxtxfee, maxfeerate)');
      return mempool.add(transaction).txid;
    } catch (error) {
      if (!(error instanceof Rejection)) throw error;
      throw new RpcError(error.reason === 'missing-inputs' ? -25 : -26, error.message);
    }
  },

  testmempoolaccept: (parameters, { mempool }) => {
    const [hex, ...more] = parameters.list(0, 'rawtxs');
    if (typeof hex !== 'string' || more.length > 0)
      throw new RpcError(-8, 'regtest-lite tests one transaction at a time');
    const transaction = parseTransaction(hex, `: ${hex}`);
    const txid = transaction.getId();
    const wtxid = wtxidOf(transaction);
    const size = transaction.virtualSize();
    try {
      const { fee } = mempool.judge(transaction);
      const limit = maximumFee(parameters, BigInt(size));
      if (limit !== null && fee > limit) return [{ txid, wtxid, allowed: false, 'reject-reason': 'max-fee-exceeded' }];
      return [{ txid, wtxid, allowed: true, vsize: size, fees: { base: bitcoins(fee) } }];
    } catch (error) {
      if (!(error instanceof Rejection)) throw error;
      const missing = error.reason === 'missing-inputs';
      return [
        {
          txid,
          wtxid,
          allowed: false,
          'reject-reason': error.reason,
          ...(missing ? {} : { 'reject-details': error.message }),
        },
      ];
    }
  },

  submitpackage: (parameters, { mempool }) => {
    const transactions = parameters.list(0, 'package').map((hex) => parseTransaction(textOf(hex), `: ${textOf(hex)}`));
    const [child] = transactions.slice(-1);
    const spent = new Set(child?.ins.map(({ hash }) => previousTxid(hash)));
    if (transactions.slice(0, -1).some((parent) => !spent.has(parent.getId()))) {
      throw new RpcError(-25, 'package topology disallowed. not child-with-parents or parents depend on each other.');
    }
    const before = mempool.entries;
    // One by one: what the pair pays together counts only above a full mempool's minimum, and this one is never full.
    const results = transactions.map((transaction) => {
      const txid = transaction.getId();
      const told = { txid, vsize: transaction.virtualSize() };
      try {
        const { fee } = mempool.get(txid) ?? mempool.add(transaction);
        return [wtxidOf(transaction), { ...told, fees: { base: bitcoins(fee) } }] as const;
      } catch (error) {
        if (!(error instanceof Rejection)) throw error;
        return [wtxidOf(transaction), { txid, error: error.message }] as const;
      }
    });
    return {
      package_msg: results.some(([, result]) => 'error' in result) ? 'transaction failed' : 'success',
      'tx-results': Object.fromEntries(results),
      'replaced-transactions': before.map(({ txid }) => txid).filter((txid) => !mempool.get(txid)),
    };
  },

  getrawmempool: (_, { mempool }) => mempool.entries.map(({ txid }) => txid),

  getmempoolinfo: (_, { mempool }) => ({
    loaded: true,
    size: mempool.entries.length,
    bytes: mempool.entries.reduce((sum, { transaction }) => sum + transaction.virtualSize(), 0),
    total_fee: bitcoins(mempool.entries.reduce((sum, { fee }) => sum + fee, 0n)),
    mempoolminfee: bitcoins(RELAY_SATS_PER_KVB),
    minrelaytxfee: bitcoins(RELAY_SATS_PER_KVB),
    incrementalrelayfee: bitcoins(RELAY_SATS_PER_KVB),
    fullrbf: true,
  }),

  getmempoolentry: (parameters, { mempool }) => {
    const entry = mempool.get(parameters.hash(0, 'txid'));
    if (!entry) throw new RpcError(-5, 'Transaction not in mempool');
    return {
      vsize: entry.transaction.virtualSize(),
      weight: entry.transaction.weight(),
      fees: { base: bitcoins(entry.fee) },
      depends: [...new Set(inputKeys(entry).flatMap((key) => mempool.get(key.split(':')[0] ?? '')?.txid ?? []))],
    };
  },

  estimatesmartfee: (parameters) => {
    const target = parameters.whole(0, 'conf_target');
    if (target < 1 || target > 1008) throw new RpcError(-8, 'Invalid conf_target, must be between 1 and 1008');
    return { errors: ['Insufficient data or no feerate found'], blocks: 0 };
  },
};

function maximumFee(parameters: Parameters, virtualSize: bigint): bigint | null {
  const given = parameters.raw(1);
  const rate = given === undefined ? MAX_FEE_SATS_PER_KVB : parseAmount(textOf(given), BTC).minor;
  return rate === 0n ? null : (rate * virtualSize + 999n) / 1000n;
}
