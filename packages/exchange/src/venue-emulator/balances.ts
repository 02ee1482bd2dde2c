/** What the account holds of one asset, in hundred-millionths. */
interface Balance {
  readonly free: bigint;
  /** Reserved for open orders. */
  readonly locked: bigint;
}

/** The account's money. It never falls below zero: an attempt is a bug of this emulator and throws. */
export interface Balances {
  of(asset: string): Balance;
  setFree(asset: string, amount: bigint): void;
  /** Adds to (or takes from) both parts. */
  change(asset: string, by: { readonly free?: bigint; readonly locked?: bigint }): void;
  readonly all: readonly (readonly [string, Balance])[];
}

/** Makes balances. */
export function createBalances(start: Readonly<Record<string, bigint>>): Balances {
  const held = new Map<string, Balance>(Object.entries(start).map(([asset, free]) => [asset, { free, locked: 0n }]));
  const balances: Balances = {
    of: (asset) => held.get(asset) ?? { free: 0n, locked: 0n },
    setFree(asset, amount) {
      held.set(asset, { free: amount, locked: balances.of(asset).locked });
    },
    change(asset, { free = 0n, locked = 0n }) {
      const before = balances.of(asset);
      const after = { free: before.free + free, locked: before.locked + locked };
      if (after.free < 0n || after.locked < 0n) throw new Error(`${asset}: would fall below zero`);
      held.set(asset, after);
    },
    get all() {
      return [...held];
    },
  };
  return balances;
}
