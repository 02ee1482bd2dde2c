import { JsonNumber } from '@rielrails/kit';
import type { ChainBlock } from '../chain.ts';
import { parseDescriptor } from '../descriptor.ts';
import { field, textOf } from '../parameters.ts';
import { RpcError } from '../rpc-error.ts';
import type { Entry } from '../transaction.ts';
import type { WatchWallet } from '../watch-wallet.ts';
import { bitcoins, blockOf, describePlace, hexOf } from './describe.ts';
import type { MethodContext, Methods } from './method.ts';

/** Watch-only wallets. */
export const walletMethods: Methods = {
  getdescriptorinfo: (parameters) => {
    const { descriptor } = parseDescriptor(parameters.text(0, 'descriptor'));
    return {
      descriptor,
      checksum: descriptor.split('#')[1],
      isrange: false,
      issolvable: false,
      hasprivatekeys: false,
    };
  },

  createwallet: (parameters, context) => {
    const name = parameters.text(0, 'wallet_name');
    if (!parameters.truth(1, false) || !parameters.truth(2, false))
      throw new RpcError(-4, 'regtest-lite keeps no keys: only blank wallets without private keys');
    if (context.wallets.has(name))
      throw new RpcError(
        -4,
        `Wallet file verification failed. Failed to create database path '${name}'. Database already exists.`,
      );
    context.wallets.set(name, context.newWallet());
    return { name };
  },

  loadwallet: (parameters, { wallets }) => {
    const name = parameters.text(0, 'filename');
    if (wallets.has(name)) throw new RpcError(-35, `Wallet "${name}" is already loaded.`);
    throw new RpcError(
      -18,
      `Wallet file verification failed. Failed to load database path '${name}'. Path does not exist.`,
    );
  },

  listwallets: (_, { wallets }) => [...wallets.keys()],

  getwalletinfo: (_, context, name) => {
    walletOf(context, name);
    return { walletname: name, private_keys_enabled: false, scanning: false, descriptors: true };
  },

  importdescriptors: (parameters, context, name) => {
    const wallet = walletOf(context, name);
    return parameters.list(0, 'requests').map((one) => {
      const given = field(one, 'timestamp');
      const since = given instanceof JsonNumber ? Number(given.text) : context.now();
      try {
        const { descriptor, address, script, checksummed } = parseDescriptor(textOf(field(one, 'desc')));
        if (!checksummed) throw new RpcError(-5, 'Missing checksum');
        // Blocks may carry a time that is two hours off, so the node looks back that far.
        wallet.watch(script, { descriptor, address, since: since - 7200 });
        return { success: true };
      } catch (error) {
        if (!(error instanceof RpcError)) throw error;
        return { success: false, error: { code: error.code, message: error.message } };
      }
    });
  },

  listdescriptors: (_, context, name) => ({
    wallet_name: name,
    descriptors: [...walletOf(context, name).watched.values()].map(({ descriptor, since }) => ({
      desc: descriptor,
      timestamp: since,
      active: false,
    })),
  }),

  listunspent: (parameters, context, name) => {
    const minimum = parameters.whole(0, 'minconf', 1);
    const named = parameters.raw(2) === undefined ? [] : parameters.list(2, 'addresses').map(textOf);
    const wanted = named.length > 0 ? new Set(named) : null;
    const withUnsafe = parameters.truth(3, true);
    return walletOf(context, name)
      .unspent()
      .flatMap(({ txid, index, coin, watched, ours }) => {
        const confirmations = coin.height === null ? 0 : context.chain.tip.height + 1 - coin.height;
        if (confirmations < minimum || (wanted && !wanted.has(watched.address)) || (!ours && !withUnsafe)) return [];
        return [
          {
            txid,
            vout: index,
            address: watched.address,
            scriptPubKey: hexOf(coin.script),
            amount: bitcoins(coin.sats),
            confirmations,
            spendable: true,
            solvable: false,
            safe: ours,
          },
        ];
      });
  },

  gettransaction: (parameters, context, name) => {
    const wallet = walletOf(context, name);
    const txid = parameters.hash(0, 'txid');
    const found = findTransaction(txid, context);
    if (!found || !wallet.concerns(found.entry)) throw new RpcError(-5, 'Invalid or non-wallet transaction id');
    return { txid, hex: found.entry.hex, ...describePlace(found, context.chain) };
  },

  listsinceblock: (parameters, context, name) => {
    const wallet = walletOf(context, name);
    const after = blockOf(parameters, 'blockhash', context.chain);
    const later: { readonly entry: Entry; readonly block: ChainBlock | null }[] = [];
    for (let height = after.height + 1; height <= context.chain.tip.height; height += 1) {
      const block = context.chain.at(height);
      for (const entry of block?.entries ?? []) later.push({ entry, block });
    }
    for (const entry of context.mempool.entries) later.push({ entry, block: null });
    return {
      transactions: later
        .filter(({ entry }) => wallet.concerns(entry))
        .map((one) => ({ txid: one.entry.txid, ...describePlace(one, context.chain) })),
      removed: [],
      lastblock: context.chain.tip.hash,
    };
  },
};

function walletOf({ wallets }: MethodContext, name: string | null): WatchWallet {
  if (name === null) {
    const [only, ...more] = wallets.values();
    if (only && more.length === 0) return only;
    throw new RpcError(
      only ? -19 : -18,
      only
        ? 'Wallet file not specified (must request wallet RPC through /wallet/<filename> uri-path).'
        : 'No wallet is loaded. Load a wallet using loadwallet or create a new one with createwallet. (Note: A default wallet is no longer automatically created)',
    );
  }
  const wallet = wallets.get(name);
  if (!wallet) throw new RpcError(-18, 'Requested wallet does not exist or is not loaded');
  return wallet;
}

function findTransaction(
  txid: string,
  { chain, mempool }: MethodContext,
): { readonly entry: Entry; readonly block: ChainBlock | null } | null {
  const waiting = mempool.get(txid);
  return waiting ? { entry: waiting, block: null } : chain.find(txid);
}
