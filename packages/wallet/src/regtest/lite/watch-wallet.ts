import type { Chain } from './chain.ts';
import type { Mempool } from './mempool.ts';
import { outpointKey, previousTxid } from './transaction.ts';
import type { Coin, Entry } from './transaction.ts';
import { COINBASE_MATURITY } from './chain.ts';

/** A watched address. */
export interface Watched {
  readonly descriptor: string;
  readonly address: string;
  /** Unix seconds: what happened earlier is not seen. */
  readonly since: number;
}

/** An unspent output of a watched address. */
export interface WatchedCoin {
  readonly txid: string;
  readonly index: number;
  readonly coin: Coin;
  readonly watched: Watched;
  /** Whether it waits in the mempool and spends something of a watched address. */
  readonly ours: boolean;
}

/** The node's watch-only wallet: an index over addresses, without any key. */
export interface WatchWallet {
  readonly watched: ReadonlyMap<string, Watched>;
  watch(script: Uint8Array, watched: Watched): void;
  unspent(): readonly WatchedCoin[];
  /** Whether a transaction pays or spends a watched address. */
  concerns(entry: Entry): boolean;
}

/** An empty wallet over chain and mempool. */
export function createWatchWallet(chain: Chain, mempool: Mempool): WatchWallet {
  const watched = new Map<string, Watched>();
  const find = (script: Uint8Array) => watched.get(Buffer.from(script).toString('hex'));
  const spends = (entry: Entry) => entry.spent.some(({ script }) => find(script) !== undefined);

  function confirmed(): WatchedCoin[] {
    return [...chain.coins].flatMap(([key, coin]) => {
      const found = find(coin.script);
      const height = coin.height ?? 0;
      if (!found || mempool.spenderOf(key) || (chain.at(height)?.block.timestamp ?? 0) < found.since) return [];
      if (coin.coinbase && chain.tip.height + 1 - height <= COINBASE_MATURITY) return [];
      const [txid = '', index] = key.split(':');
      return [{ txid, index: Number(index), coin, watched: found, ours: true }];
    });
  }

  function waiting(): WatchedCoin[] {
    return mempool.entries.flatMap((entry) =>
      [...entry.transaction.outs.entries()].flatMap(([index, { script, value }]) => {
        const found = find(script);
        if (!found || mempool.spenderOf(outpointKey(entry.txid, index))) return [];
        const coin: Coin = { script, sats: value, height: null, coinbase: false };
        return [{ txid: entry.txid, index, coin, watched: found, ours: spends(entry) }];
      }),
    );
  }

  return {
    watched,
    watch: (script, one) => watched.set(Buffer.from(script).toString('hex'), one),
    unspent: () => [...confirmed(), ...waiting()],
    concerns: (entry) => spends(entry) || entry.transaction.outs.some(({ script }) => find(script) !== undefined),
  };
}

/** The outputs that a transaction spends, by name. */
export function inputKeys(entry: Entry): readonly string[] {
  return entry.transaction.ins.map(({ hash, index }) => outpointKey(previousTxid(hash), index));
}
