import { checkAddress, mintClearance, money, BTC } from '@rielrails/core';
import type { AddressRule, CheckedAddress, Clearance, Instant, Reference, Withdraw } from '@rielrails/core';
import { newReference, Secret } from '@rielrails/kit';
import { bitcoinAddressRule, parametersOf } from '@rielrails/kit/bitcoin';
import { createVirtualRuntime } from '@rielrails/kit/virtual';
import type { VirtualRuntime } from '@rielrails/kit/virtual';
import { payments } from 'bitcoinjs-lib';
import { bip32 } from '../src/bip32.ts';
import { createMemoryStore } from '../src/memory-store.ts';
import { createMemoryLog } from '../src/signer/log.ts';
import type { SignerLog } from '../src/signer/log.ts';
import { openSeed } from '../src/signer/keys.ts';
import type { SigningAccount } from '../src/signer/keys.ts';
import type { SignerPolicy } from '../src/signer/policy.ts';
import type { Signer } from '../src/signer/protocol.ts';
import { createSigner } from '../src/signer/signer.ts';
import type { WalletStore } from '../src/store.ts';
import { createWallet } from '../src/wallet.ts';
import type { Wallet, WalletConfig } from '../src/wallet.ts';
import { createFakeChain } from './fake-chain.ts';
import type { FakeChain } from './fake-chain.ts';

export const bindingKey = new Secret('a binding key that only these tests use');
export const seed: Uint8Array = new Uint8Array(32).fill(7);
export const rule: AddressRule = bitcoinAddressRule('regtest');

export const policy: SignerPolicy = {
  maximumFeeSats: 50_000n,
  maximumSatPerVbyte: 200,
  maximumSatsPerHour: 100_000_000n,
  maximumSatsPerDay: 200_000_000n,
  ownDescriptors: [],
};

export interface World {
  readonly runtime: VirtualRuntime;
  readonly chain: FakeChain;
  readonly keys: SigningAccount;
  readonly log: SignerLog;
  readonly signer: Signer;
  readonly store: WalletStore;
  readonly config: WalletConfig;
  readonly wallet: Wallet;
  readonly freeze: { on: boolean };
  /** Another wallet on the same ports, some of them exchanged. */
  open(ports?: Partial<{ chain: FakeChain; signer: Signer; store: WalletStore }>): Wallet;
  /** A withdrawal with everything that the contract wants. */
  ask(sats: bigint, options?: { readonly reference?: Reference; readonly address?: CheckedAddress }): Withdraw;
}

let customers = 0;

/** A customer's address, each time another one. */
export function customerAddress(): CheckedAddress {
  customers += 1;
  const node = bip32.fromSeed(new Uint8Array(32).fill(99)).derivePath(`m/${customers}`);
  const { address = '' } = payments.p2wpkh({ pubkey: node.publicKey, network: parametersOf('regtest') });
  return checked(address);
}

export function checked(text: string): CheckedAddress {
  const reading = checkAddress(text, rule);
  if (reading.outcome === 'refused') throw new Error(reading.problem);
  return reading.address;
}

export function clearanceFor(reference: Reference, address: CheckedAddress, sats: bigint, now: Instant): Clearance {
  const validUntil = (now + 3_600_000) as Instant;
  const identity = { name: 'Sok Dara' };
  return mintClearance(
    {
      reference,
      maximum: money(BTC, sats),
      kyc: { status: 'approved', reference, identity, until: validUntil },
      name: { id: 'n', of: identity, outcome: 'clear', evidence: [], validUntil },
      address: { id: 'a', of: address, outcome: 'clear', evidence: [], validUntil },
    },
    now,
  );
}

export function createWorld(
  options: {
    readonly policy?: Partial<SignerPolicy>;
    readonly coins?: readonly bigint[];
    readonly keys?: SigningAccount;
    readonly config?: Partial<WalletConfig>;
  } = {},
): World {
  const runtime = createVirtualRuntime();
  const chain = createFakeChain();
  const keys = options.keys ?? openSeed(seed, 'regtest');
  const { descriptor } = keys.account;
  const log = createMemoryLog({ network: 'regtest', descriptor }, runtime.clock.now());
  const freeze = { on: false };
  const signer = createSigner(
    { keys, bindingKey, policy: { ...policy, ...options.policy }, log, frozen: () => freeze.on },
    runtime,
  );
  const store = createMemoryStore();
  const config: WalletConfig = {
    network: 'regtest',
    descriptor,
    bindingKey,
    fee: { targetBlocks: 3, floorSatPerVbyte: 1, ceilingSatPerVbyte: 100, maximumFeeSats: 50_000n },
    ...options.config,
  };
  for (const sats of options.coins ?? [1_000_000n, 2_000_000n, 3_000_000n]) {
    chain.fund(keys.account.key({ branch: 'receive', index: 0 }).address, sats);
  }
  const open: World['open'] = (ports = {}) => createWallet(config, { chain, signer, store, ...ports }, runtime);
  const wallet = open();
  return {
    runtime,
    chain,
    keys,
    log,
    signer,
    store,
    config,
    wallet,
    freeze,
    open,
    ask(sats, { reference = newReference(runtime.random), address = customerAddress() } = {}) {
      const amount = money(BTC, sats);
      const binding = wallet.bind({ reference, address, minimum: money(BTC, sats - 100n), maximum: amount });
      const clearance = clearanceFor(reference, address, sats, runtime.clock.now());
      return { reference, amount, binding, destination: { type: 'customer', address, clearance } };
    },
  };
}
