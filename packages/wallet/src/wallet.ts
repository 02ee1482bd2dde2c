import { BTC, isProviderError, money, ProviderError } from '@rielrails/core';
import type {
  BindWithdrawal,
  CallContext,
  Custody,
  Money,
  OwnAddress,
  Target,
  Withdraw,
  Withdrawal,
} from '@rielrails/core';
import { defineCustody, doubt, readConfig, Secret, secretSchema } from '@rielrails/kit';
import type { Runtime } from '@rielrails/kit';
import { bitcoinAddressRule, scriptOfAddress } from '@rielrails/kit/bitcoin';
import type { BitcoinNetwork } from '@rielrails/kit/bitcoin';
import { z } from 'zod';
import { readAccount } from './account.ts';
import { sealBinding } from './binding.ts';
import { draftReplacement } from './bump.ts';
import type { ChainBackend } from './chain.ts';
import { readHoldings } from './coins.ts';
import { dustLimitSats } from './dust.ts';
import { currentFeeRateMilli } from './fees.ts';
import type { FeePolicy } from './fees.ts';
import { broadcastAs, followWithdrawal } from './follow.ts';
import { planWithdrawal } from './plan.ts';
import type { Intent } from './plan.ts';
import { withdrawalOf } from './reconcile.ts';
import { sumOf } from './selection-cost.ts';
import { signAndStore, signPlan } from './signing.ts';
import type { Signer } from './signer/protocol.ts';
import { feeFor, transactionWeight } from './size.ts';
import type { StoredWithdrawal, WalletStore } from './store.ts';

/** How a wallet is set up. It holds no key that signs. */
export interface WalletConfig {
  readonly network: BitcoinNetwork;
  /** The account as the signer tells it: `wpkh([d34db33f/84h/1h/0h]tpub…/<0;1>/*)`, or a `tr` or `wsh(sortedmulti(…))`. */
  readonly descriptor: string;
  /** Shared with the signer, at least 32 characters: seals what a customer confirmed. */
  readonly bindingKey: Secret | string;
  readonly fee: FeePolicy;
}

/** What a wallet works with. */
export interface WalletPorts {
  readonly chain: ChainBackend;
  readonly signer: Signer;
  readonly store: WalletStore;
}

/** What a wallet can do beside sending. */
export type WalletOperation = 'balance' | 'estimateFee' | 'depositAddress' | 'bind' | 'bump';

const ID = 'wallet';
/** Longer than a call lives; afterwards what neither the store nor the signer's log knows was not signed. */
const NOT_FOUND_IS_FINAL_AFTER_MS = 120_000;
const MAX_SATS = 2_100_000_000_000_000n;

const satPerVbyte = z.number().min(0.1).max(1000);
const configSchema = z.strictObject({
  network: z.enum(['bitcoin', 'testnet', 'regtest']),
  descriptor: z.string().max(4096),
  bindingKey: secretSchema(32),
  fee: z
    .strictObject({
      targetBlocks: z.int().min(1).max(1008),
      floorSatPerVbyte: satPerVbyte,
      ceilingSatPerVbyte: satPerVbyte,
      fallbackSatPerVbyte: satPerVbyte.optional(),
      maximumFeeSats: z.bigint().min(1n),
    })
    .refine(({ floorSatPerVbyte, ceilingSatPerVbyte }) => floorSatPerVbyte <= ceilingSatPerVbyte, {
      message: 'expected the floor not to be above the ceiling',
    }),
});

/**
 * A bitcoin wallet as a Custody: plans, has a signer sign, stores the signed transaction, then broadcasts it.
 *
 * The same reference is the same withdrawal, for ever: a repeat goes on where the first call ended, and a signed
 * transaction is only ever broadcast again, never made anew. Any number of instances may share one store and signer.
 *
 * @throws ProviderError of kind `config` when the configuration breaks a rule.
 */
export function createWallet(config: WalletConfig, ports: WalletPorts, runtime: Runtime): Custody<WalletOperation> {
  const { network, descriptor, bindingKey, fee } = readConfig(ID, configSchema, config) as ReadConfig;
  if (ports.chain.network !== network) throw fault('config', `the chain is ${ports.chain.network}, not ${network}`);
  const { chain, signer, store } = ports;
  const account = readDescriptor(descriptor, network);
  const { random, clock } = runtime;
  const planning = { account, chain, store, fee, random, clock };
  const following = { chain, store, log: runtime.log };

  /** Signs what is not signed yet, then brings it to the network. */
  async function proceed(
    planned: StoredWithdrawal,
    options: { readonly fresh: boolean },
    context: CallContext,
  ): Promise<Withdrawal> {
    if (planned.versions.length > 0) return whateverComes(() => follow(planned, context));
    const signed = await signPlan(planned, { signer, store }, options, context);
    return whateverComes(() => send(signed, context));
  }

  async function send(signed: StoredWithdrawal, context: CallContext): Promise<Withdrawal> {
    const latest = signed.versions.at(-1);
    if (!latest) return follow(signed, context);
    const result = await chain.broadcast(latest.hex, context);
    if (result.outcome !== 'refused') return broadcastAs(signed, latest);
    runtime.log.warn('broadcast-refused', { reference: signed.reference, reason: result.reason, code: result.code });
    return followWithdrawal(signed, following, { rebroadcast: false }, context);
  }

  function follow(withdrawal: StoredWithdrawal, context: CallContext): Promise<Withdrawal> {
    return followWithdrawal(withdrawal, following, { rebroadcast: true }, context);
  }

  async function withdraw(input: Withdraw, context: CallContext): Promise<Withdrawal> {
    const intent = readIntent(input, network);
    const stored = await store.find(intent.reference);
    if (stored) return proceed(same(stored, intent), { fresh: false }, context);
    const signed = await signer.find(intent.reference, context);
    if (signed.length > 0) {
      throw doubt(ID, 'duplicate', 'wallet: the signer signed this reference before; reconcile before sending');
    }
    const { withdrawal, fresh } = await planWithdrawal(intent, planning, context);
    return proceed(same(withdrawal, intent), { fresh }, context);
  }

  async function get({ reference }: Target, context: CallContext): Promise<Withdrawal | null> {
    const stored = await store.find(reference);
    if (stored && stored.versions.length > 0) return follow(stored, context);
    const given = (await signer.find(reference, context)).filter(({ purpose }) => purpose !== 'child');
    const [first, ...more] = given;
    if (stored && !first) return (await isGivenUp(stored)) ? null : follow(stored, context);
    if (!first) return null;
    if (stored?.txid === first.txid) {
      // Its answer was lost. The signature is what was planned, so it goes on from here.
      const signature = given.find((entry) => entry.type === 'signed');
      // Handed out, and its signatures are not here yet.
      if (!signature) return follow(stored, context);
      const { txid, transactionHex: hex, sequence, hash } = signature;
      const recorded = await store.recordVersion(
        reference,
        { txid, hex, feeSats: BigInt(signature.feeSats) },
        { sequence, hash },
      );
      const signed = recorded ? await store.find(reference) : null;
      if (signed) return follow(signed, context);
    }
    // A restored store forgets; the signer's log does not. What it knows is told, and left alone until reconciled.
    return followWithdrawal(withdrawalOf([first, ...more]), following, { rebroadcast: false }, context);
  }

  /** Gives up a plan that nobody signed in time, so that its absence is a proof and its coins are free. */
  async function isGivenUp({ reference, txid, plannedAt }: StoredWithdrawal): Promise<boolean> {
    return clock.now() - plannedAt >= NOT_FOUND_IS_FINAL_AFTER_MS && store.abandon(reference, txid);
  }

  async function bump({ reference }: Target, context: CallContext): Promise<Withdrawal> {
    const stored = await store.find(reference);
    if (!stored) throw fault('not-found', 'there is no withdrawal under this reference');
    const current = await follow(stored, context);
    if (current.status !== 'broadcast' && current.status !== 'removed') {
      throw fault('conflict', `a withdrawal that is ${current.status} cannot pay a higher fee`);
    }
    const { psbt, feeSats } = await draftReplacement(stored, planning, context);
    const ask = { purpose: 'replace', reference, psbt } as const;
    const signed = await signAndStore(stored, ask, feeSats, { signer, store }, context);
    return whateverComes(() => send(signed, context));
  }

  async function estimateFee({ amount }: Pick<Withdraw, 'amount'>, context: CallContext): Promise<Money> {
    assertBitcoin(amount, 'amount');
    const rateMilli = await currentFeeRateMilli(fee, chain, context);
    const { spendable } = await readHoldings(account, { chain, store }, context);
    // Largest first: how many inputs this amount takes at least, with change; one more for what selection may prefer.
    let sum = 0n;
    let inputs = 1;
    for (const { sats } of [...spendable].sort((a, b) => (a.sats < b.sats ? 1 : -1))) {
      inputs += 1;
      sum += sats;
      if (sum >= amount.minor) break;
    }
    return money(BTC, feeFor(transactionWeight(Math.max(2, inputs), [34, 22]), rateMilli));
  }

  return defineCustody<WalletOperation>(
    {
      id: ID,
      manifest: {
        assets: [BTC],
        address: bitcoinAddressRule(network),
        withdraw: { repeat: 'replays' },
        get: { by: 'reference', covers: 'all', notFoundIsFinalAfterMs: NOT_FOUND_IS_FINAL_AFTER_MS },
      },
      withdraw,
      get,
      bump,
      estimateFee,
      async balance(asset, context) {
        assertBitcoin(money(asset, 0n), 'asset');
        const { spendable, arriving } = await readHoldings(account, { chain, store }, context);
        return { available: money(BTC, sumOf(spendable)), pending: money(BTC, sumOf(arriving)) };
      },
      async depositAddress(asset, context) {
        assertBitcoin(money(asset, 0n), 'asset');
        const { address } = account.key({ branch: 'receive', index: await store.takeIndex('receive') });
        await chain.watch([address], context);
        return { network, text: address } as OwnAddress;
      },
      bind(input) {
        const { reference, minimumSats, maximumSats } = readBounds(input, network);
        return sealBinding(bindingKey, { network, reference, address: input.address.text, minimumSats, maximumSats });
      },
    },
    runtime,
  );
}

/** How segwit addresses of a network begin. */
const beginnings: Readonly<Record<BitcoinNetwork, string>> = { bitcoin: 'bc1', testnet: 'tb1', regtest: 'bcrt1' };

type ReadConfig = WalletConfig & { readonly bindingKey: Secret };

function readDescriptor(descriptor: string, network: BitcoinNetwork) {
  try {
    return readAccount(descriptor, network);
  } catch (error) {
    throw fault('config', error instanceof RangeError ? error.message : 'the descriptor cannot be read');
  }
}

function readIntent(input: Withdraw, network: BitcoinNetwork): Intent {
  const { reference, amount, destination, binding } = input;
  assertBitcoin(amount, 'amount');
  let script: Uint8Array;
  try {
    script = scriptOfAddress(destination.address.text, network);
  } catch {
    throw fault('invalid', `address: is not one of ${network}; ask for one that begins with ${beginnings[network]}`);
  }
  const least = dustLimitSats(script);
  if (amount.minor < least) {
    throw fault('invalid', `amount: is dust, which no node relays; send at least ${least} satoshi to this address`);
  }
  const address = destination.address.text;
  return destination.type === 'customer'
    ? { reference, purpose: 'deliver', address, amountSats: amount.minor, binding: binding ?? null }
    : { reference, purpose: 'sweep', address, amountSats: amount.minor, binding: null };
}

function readBounds({ reference, address, minimum, maximum }: BindWithdrawal, network: BitcoinNetwork) {
  if (address.network !== network) throw fault('invalid', 'address: is of another network');
  assertBitcoin(minimum, 'minimum');
  assertBitcoin(maximum, 'maximum');
  if (minimum.minor <= 0n) throw fault('invalid', 'minimum: must be above zero');
  if (minimum.minor > maximum.minor) throw fault('invalid', 'maximum: is below the minimum');
  return { reference, minimumSats: minimum.minor, maximumSats: maximum.minor };
}

function assertBitcoin({ asset, minor }: Money, field: string): void {
  if (asset.code !== BTC.code || asset.scale !== BTC.scale) throw fault('invalid', `${field}: is not bitcoin`);
  if (minor > MAX_SATS) throw fault('invalid', `${field}: is more than there can be`);
}

/** The same reference must be the same withdrawal; another one under it is a duplicate, not a second payment. */
function same(stored: StoredWithdrawal, intent: Intent): StoredWithdrawal {
  const fits =
    stored.address === intent.address && stored.amountSats === intent.amountSats && stored.purpose === intent.purpose;
  if (fits) return stored;
  throw doubt(ID, 'duplicate', 'wallet: this reference was used before for another withdrawal');
}

/** After a signature exists and is stored, whatever goes wrong leaves a withdrawal that may still happen. */
async function whateverComes(work: () => Promise<Withdrawal>): Promise<Withdrawal> {
  try {
    return await work();
  } catch (error) {
    if (isProviderError(error) && error.fault.kind === 'unknown') throw error;
    throw doubt(ID, 'timeout', 'wallet: signed and stored, broadcast unknown; look it up', error);
  }
}

function fault(kind: 'config' | 'invalid' | 'conflict' | 'not-found', message: string): ProviderError {
  return new ProviderError({ kind, provider: ID, message: `${ID} ${message}` });
}
