import type { ChainBlock } from '../chain.ts';
import { scriptOf } from '../descriptor.ts';
import { readHash, textOf } from '../parameters.ts';
import { RpcError } from '../rpc-error.ts';
import type { Entry } from '../transaction.ts';
import { inputKeys } from '../watch-wallet.ts';
import { blockOf } from './describe.ts';
import type { MethodContext, Methods } from './method.ts';

/** What only a regression test chain allows: blocks at will, another past, another time. */
export const miningMethods: Methods = {
  generatetoaddress: (parameters, context) => {
    const count = parameters.whole(0, 'nblocks');
    const script = scriptOf(parameters.text(1, 'address'));
    if (!script) throw new RpcError(-5, 'Error: Invalid address');
    if (count > 10_000) throw new RpcError(-8, 'regtest-lite makes at most 10,000 blocks at once');
    return Array.from({ length: Math.max(0, count) }, () => mine(context, script, context.mempool.entries).hash);
  },

  generateblock: (parameters, context) => {
    const output = parameters.text(0, 'output');
    const script = scriptOf(output);
    if (!script) throw new RpcError(-5, 'Error: Invalid address or descriptor');
    const entries = parameters.list(1, 'transactions').map((one) => {
      const txid = readHash(textOf(one), 'transaction');
      const entry = context.mempool.get(txid);
      if (!entry) throw new RpcError(-5, `Transaction ${txid} not in mempool.`);
      return entry;
    });
    const made = new Set<string>();
    for (const entry of entries) {
      const fits = inputKeys(entry).every((key) => context.chain.coins.has(key) || made.has(key.split(':')[0] ?? ''));
      if (!fits) throw new RpcError(-25, 'TestBlockValidity failed: bad-txns-inputs-missingorspent');
      made.add(entry.txid);
    }
    return { hash: mine(context, script, entries).hash };
  },

  invalidateblock: (parameters, { chain, mempool }) => {
    const block = blockOf(parameters, 'blockhash', chain);
    if (!block.previous) throw new RpcError(-20, 'the first block cannot be invalid');
    mempool.rebuild(chain.invalidate(block).returned);
    return null;
  },

  setmocktime: (parameters, context) => {
    const seconds = parameters.whole(0, 'timestamp');
    if (seconds < 0 || seconds > 9_223_372_036)
      throw new RpcError(-8, `Mocktime must be in the range [0, 9223372036], not ${seconds}.`);
    context.setTime(seconds);
    return null;
  },
};

function mine(context: MethodContext, script: Uint8Array, entries: readonly Entry[]): ChainBlock {
  const block = context.chain.mine(script, entries, context.now());
  context.mempool.rebuild([]);
  return block;
}
