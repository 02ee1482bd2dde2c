import type { Chain } from '../chain.ts';
import type { Mempool } from '../mempool.ts';
import type { Parameters } from '../parameters.ts';
import type { WatchWallet } from '../watch-wallet.ts';

/** What the methods work on. */
export interface MethodContext {
  readonly chain: Chain;
  readonly mempool: Mempool;
  /** The loaded wallets by name. */
  readonly wallets: Map<string, WatchWallet>;
  newWallet(): WatchWallet;
  /** Unix seconds. */
  now(): number;
  /** Zero lets the clock run again. */
  setTime(seconds: number): void;
}

/** One RPC method. `wallet` is the name in the path `/wallet/NAME`, or null. */
export type Method = (parameters: Parameters, context: MethodContext, wallet: string | null) => unknown;

/** Methods by name. */
export type Methods = Readonly<Record<string, Method>>;
