import { BTC, money, ProviderError } from '@rielrails/core';
import type {
  AddressProblem,
  BindWithdrawal,
  CallContext,
  Custody,
  Money,
  OwnAddress,
  Withdraw,
  Withdrawal,
} from '@rielrails/core';
import { defineCustody, doubt, readConfig, Secret, secretSchema } from '@rielrails/kit';
import type { Runtime } from '@rielrails/kit';
import { bitcoinAddressRule, scriptOfAddress } from '@rielrails/kit/bitcoin';
import type { BitcoinNetwork } from '@rielrails/kit/bitcoin';
import { z } from 'zod';
import { readAccount } from './account.ts';
import { outputScriptLength } from './account-script.ts';
import { sealBinding } from './binding.ts';
import type { ChainBackend } from './chain.ts';
import { readHoldings } from './coins.ts';
import { dustLimitSats } from './dust.ts';
import { createFeeEstimator } from './fees.ts';
import type { FeePolicy, FeeSource } from './fees.ts';
import type { FloatPolicy } from './float.ts';
import { createHousekeeping } from './housekeeping.ts';
import type { Housekeeping } from './housekeeping.ts';
import { createLifecycle, NOT_FOUND_IS_FINAL_AFTER_MS } from './lifecycle.ts';
import { planWithdrawal } from './plan.ts';
import type { CoinPool, Intent, PlanContext } from './plan.ts';
import { sumOf } from './selection-cost.ts';
import type { Signer } from './signer/protocol.ts';
import { feeFor, transactionWeight } from './size.ts';
import type { StoredWithdrawal, WalletStore } from './store.ts';
import { MAX_SUPPLY_SATS } from './supply.ts';

/** How a wallet is set up. It holds no key that signs. */
export interface WalletConfig {
  readonly network: BitcoinNetwork;
  /** The account as the signer tells it: `wpkh([d34db33f/84h/1h/0h]tpub…/<0;1>/*)`, or a `tr` or `wsh(sortedmulti(…))`. */
  readonly descriptor: string;
  /** Shared with the signer, at least 32 characters: seals what a customer confirmed. */
  readonly bindingKey: Secret | string;
  readonly fee: FeePolicy;
  /** The pre-split. Without it no coin is bound that need not be, and `housekeeping.split` declines. */
  readonly pool?: CoinPool;
  /** How much a hot wallet may hold, and where the rest goes. */
  readonly float?: FloatPolicy;
}

/** What a wallet works with. */
export interface WalletPorts {
  readonly chain: ChainBackend;
  /** A second opinion on fees: any other back end. */
  readonly fees?: FeeSource;
  readonly signer: Signer;
  readonly store: WalletStore;
}

/** What a wallet can do beside sending. */
export type WalletOperation = 'balance' | 'estimateFee' | 'depositAddress' | 'bind' | 'bump';

/** A wallet: a Custody, and what an operator does with it beside sending. */
export type Wallet = Custody<WalletOperation> & { readonly housekeeping: Housekeeping };

const ID = 'wallet';

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
      staleAfterMs: z.int().min(0).max(86_400_000).optional(),
      quietSatPerVbyte: satPerVbyte.optional(),
      maximumFeeSats: z.bigint().min(1n),
    })
    .refine(({ floorSatPerVbyte, ceilingSatPerVbyte }) => floorSatPerVbyte <= ceilingSatPerVbyte, {
      message: 'expected the floor not to be above the ceiling',
    }),
  pool: z
    .strictObject({ coins: z.int().min(1).max(100), sats: z.bigint().min(10_000n).max(MAX_SUPPLY_SATS) })
    .optional(),
  float: z
    .strictObject({
      minimumSats: z.bigint().min(0n),
      targetSats: z.bigint().min(1n),
      maximumSats: z.bigint().max(MAX_SUPPLY_SATS),
      cold: z.string().max(4096),
    })
    .refine(({ minimumSats, targetSats, maximumSats }) => minimumSats <= targetSats && targetSats <= maximumSats, {
      message: 'expected minimumSats, targetSats and maximumSats not to fall',
    })
    .optional(),
});

/**
 * A bitcoin wallet as a Custody: plans, has a signer sign, stores the signed transaction, then broadcasts it.
 *
 * The same reference is the same withdrawal, for ever: a repeat goes on where the first call ended, and a signed
 * transaction is only ever broadcast again, never made anew. Any number of instances may share one store and signer.
 *
 * @throws ProviderError of kind `config` when the configuration breaks a rule.
 */
export function createWallet(config: WalletConfig, ports: WalletPorts, runtime: Runtime): Wallet {
  const read = readConfig(ID, configSchema, config) as ReadConfig;
  const { network, descriptor, bindingKey, fee, pool = null, float = null } = read;
  if (ports.chain.network !== network) throw fault('config', `the chain is ${ports.chain.network}, not ${network}`);
  const { chain, signer, store } = ports;
  const account = readDescriptor(descriptor, network);
  const { random, clock, log } = runtime;
  const fees = createFeeEstimator(fee, [chain, ...(ports.fees ? [ports.fees] : [])], { clock, log });
  const planning: PlanContext = { account, chain, store, fee, fees, pool, random, clock };
  const life = createLifecycle({ chain, signer, store, clock, log });

  async function withdraw(input: Withdraw, context: CallContext): Promise<Withdrawal> {
    const intent = readIntent(input, network);
    const plan = () => planWithdrawal(intent, planning, context);
    return life.carryOut(intent.reference, plan, (stored) => same(stored, intent), context);
  }

  async function estimateFee({ amount }: Pick<Withdraw, 'amount'>, context: CallContext): Promise<Money> {
    assertBitcoin(amount, 'amount');
    const rateMilli = await fees.rateMilli(context);
    const { spendable } = await readHoldings(account, { chain, store }, context);
    // Largest first: how many inputs this amount takes at least, with change; one more for what selection may prefer.
    let sum = 0n;
    let inputs = 1;
    for (const { sats } of [...spendable].sort((a, b) => (a.sats < b.sats ? 1 : -1))) {
      inputs += 1;
      sum += sats;
      if (sum >= amount.minor) break;
    }
    const outputs = [34, outputScriptLength(account.script)];
    return money(BTC, feeFor(transactionWeight(Math.max(2, inputs), outputs, account.script), rateMilli));
  }

  const custody = defineCustody<WalletOperation>(
    {
      id: ID,
      manifest: {
        assets: [BTC],
        address: bitcoinAddressRule(network),
        withdraw: { repeat: 'replays' },
        get: { by: 'reference', covers: 'all', notFoundIsFinalAfterMs: NOT_FOUND_IS_FINAL_AFTER_MS },
      },
      withdraw,
      get: ({ reference, watchOnly = false }, context) => life.lookUp(reference, { watchOnly }, context),
      bump: ({ reference }, context) => life.raiseFee(reference, planning, context),
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
  return { ...custody, housekeeping: createHousekeeping({ planning, life, float }, runtime) };
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
  const reading = bitcoinAddressRule(network).read(destination.address.text);
  if (reading.outcome === 'refused') throw fault('invalid', `address: ${remedyFor(reading.problem, network)}`);
  const script = scriptOfAddress(destination.address.text, network);
  const least = dustLimitSats(script);
  if (amount.minor < least) {
    throw fault('invalid', `amount: is dust, which no node relays; send at least ${least} satoshi to this address`);
  }
  const address = destination.address.text;
  return destination.type === 'customer'
    ? { reference, purpose: 'deliver', address, amountSats: amount.minor, binding: binding ?? null }
    : { reference, purpose: 'sweep', address, amountSats: amount.minor, binding: null };
}

function remedyFor(problem: AddressProblem['problem'], network: BitcoinNetwork): string {
  return problem === 'checksum'
    ? 'its checksum is wrong: a character was mistyped or lost; ask for it again'
    : `is not one of ${network}; ask for one that begins with ${beginnings[network]}`;
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
  if (minor > MAX_SUPPLY_SATS) throw fault('invalid', `${field}: is more than there can be`);
}

/** The same reference must be the same withdrawal; another one under it is a duplicate, not a second payment. */
function same(stored: StoredWithdrawal, intent: Intent): StoredWithdrawal {
  const fits =
    stored.address === intent.address && stored.amountSats === intent.amountSats && stored.purpose === intent.purpose;
  if (fits) return stored;
  throw doubt(ID, 'duplicate', 'wallet: this reference was used before for another withdrawal');
}

function fault(kind: 'config' | 'invalid', message: string): ProviderError {
  return new ProviderError({ kind, provider: ID, message: `${ID} ${message}` });
}
