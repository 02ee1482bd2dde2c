import { BTC, money } from '@rielrails/core';
import type { Attempt, Reference, Withdraw, Withdrawal } from '@rielrails/core';
import { newReference } from '@rielrails/kit';
import type { Runtime } from '@rielrails/kit';
import { createMemoryStore, createWallet } from '../src/index.ts';
import type { ChainBackend, Wallet, WalletConfig, WalletStore } from '../src/index.ts';
import { createMemoryLog, createSigner } from '../src/signer/index.ts';
import type { Signer, SigningAccount } from '../src/signer/index.ts';
import { bindingKey, clearanceFor, customerAddress, policy } from './world.ts';

/** Wallet, signer and store around one chain. */
export interface Shop {
  readonly wallet: Wallet;
  /** Another wallet on the same ports, some of them exchanged. */
  open(ports?: { readonly signer?: Signer; readonly store?: WalletStore; readonly chain?: ChainBackend }): Wallet;
  /** A withdrawal with everything that the contract wants. */
  ask(sats: bigint, reference?: Reference): Withdraw;
  readonly signer: Signer;
  readonly store: WalletStore;
}

/** What a shop is made of. */
export interface ShopParts {
  readonly keys: SigningAccount;
  readonly chain: ChainBackend;
  readonly runtime: Runtime;
  readonly config?: Partial<WalletConfig>;
}

/** Puts a shop on a chain. */
export function createShop({ keys, chain, runtime, config }: ShopParts): Shop {
  const { descriptor } = keys.account;
  const log = createMemoryLog({ network: 'regtest', descriptor }, runtime.clock.now());
  const signer = createSigner({ keys, bindingKey, policy, log, frozen: () => false }, runtime);
  const store = createMemoryStore();
  const fee = {
    targetBlocks: 2,
    floorSatPerVbyte: 2,
    ceilingSatPerVbyte: 100,
    fallbackSatPerVbyte: 2,
    maximumFeeSats: 50_000n,
  };
  const open: Shop['open'] = (ports = {}) =>
    createWallet(
      { network: 'regtest', descriptor, bindingKey, fee, ...config },
      { chain, signer, store, ...ports },
      runtime,
    );
  const wallet = open();
  return {
    wallet,
    open,
    signer,
    store,
    ask(sats, reference = newReference(runtime.random)) {
      const address = customerAddress();
      const amount = money(BTC, sats);
      const clearance = clearanceFor(reference, address, sats, runtime.clock.now());
      const binding = wallet.bind({ reference, address, minimum: amount, maximum: amount });
      return { reference, amount, binding, destination: { type: 'customer', address, clearance } };
    },
  };
}

/** A withdrawal that has its transaction. */
export function applied(attempt: Attempt<Withdrawal>): Withdrawal & { readonly transactionId: string } {
  if (attempt.outcome !== 'applied') throw new Error(attempt.fault.message);
  if (!('transactionId' in attempt.value)) throw new Error(attempt.value.status);
  return attempt.value;
}
