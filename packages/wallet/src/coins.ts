import type { CallContext } from '@rielrails/core';
import { toHex } from '@rielrails/kit';
import type { Account, AccountKey, Branch } from './account.ts';
import type { ChainBackend, UnspentOutput } from './chain.ts';
import { outpointText } from './store.ts';
import type { WalletStore } from './store.ts';

/** An unspent output of ours with the key that opens it. */
export interface OwnCoin extends UnspentOutput {
  readonly key: AccountKey;
}

/** What the wallet has. */
export interface Holdings {
  /** Confirmed, mature, and spent by no withdrawal of ours. */
  readonly spendable: readonly OwnCoin[];
  /** Ours soon: unconfirmed or immature. */
  readonly arriving: readonly OwnCoin[];
}

/**
 * How many addresses beyond those given out are watched too: a restored store may have forgotten some. Twenty is what
 * other wallets look ahead (BIP44).
 */
const LOOK_AHEAD = 20;
const COINBASE_DEPTH = 100;
const BRANCHES: readonly Branch[] = ['receive', 'change'];

/** Every key whose address may hold coins of ours. */
export async function ownKeys(account: Account, store: WalletStore): Promise<readonly AccountKey[]> {
  const counts = await store.indexCounts();
  return BRANCHES.flatMap((branch) =>
    Array.from({ length: counts[branch] + LOOK_AHEAD }, (_, index) => account.key({ branch, index })),
  );
}

/** The key of ours that an output script pays, or `null`. */
export function keyOfScript(keys: readonly AccountKey[], script: Uint8Array): AccountKey | null {
  const wanted = toHex(script);
  return keys.find((key) => toHex(key.script) === wanted) ?? null;
}

/** Reads what lies on our addresses. Coins that a withdrawal leased count nowhere: they are as good as gone. */
export async function readHoldings(
  account: Account,
  { chain, store }: { readonly chain: ChainBackend; readonly store: WalletStore },
  context: CallContext | undefined,
): Promise<Holdings> {
  const keys = new Map((await ownKeys(account, store)).map((key) => [key.address, key]));
  const addresses = [...keys.keys()];
  await chain.watch(addresses, context);
  const [tip, unspent, leased] = await Promise.all([
    chain.tip(context),
    chain.unspent(addresses, context),
    store.leased(),
  ]);
  const spendable: OwnCoin[] = [];
  const arriving: OwnCoin[] = [];
  for (const output of unspent) {
    const key = keys.get(output.address);
    if (!key || leased.has(outpointText(output))) continue;
    const depth = output.block === null ? 0 : tip.height - output.block.height + 1;
    const isSpendable = depth >= (output.coinbase ? COINBASE_DEPTH : 1);
    (isSpendable ? spendable : arriving).push({ ...output, key });
  }
  return { spendable, arriving };
}
