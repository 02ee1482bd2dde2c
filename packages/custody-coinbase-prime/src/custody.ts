import { BTC, checkAddress, money, ProviderError } from '@rielrails/core';
import type { Asset, CallContext, Custody, Money, OwnAddress, Target, Withdraw, Withdrawal } from '@rielrails/core';
import { defineCustody, doubt, formatAmount, parseAmount, systemRuntime } from '@rielrails/kit';
import type { Runtime } from '@rielrails/kit';
import type { BitcoinNetwork } from '@rielrails/kit/bitcoin';
import { COINBASE_PRIME, readCoinbasePrimeConfig } from './config.ts';
import type { CoinbasePrimeConfig } from './config.ts';
import { idempotencyKey } from './idempotency-key.ts';
import { coinbasePrimeManifest } from './manifest.ts';
import { createTransactions } from './transactions.ts';
import { createWithdrawalReader, drift, isBitcoin } from './withdrawal.ts';
import { answers, createPrimeWire } from './wire.ts';

/** What Coinbase Prime can do beside sending. It estimates no fee, and raises none. */
export type CoinbasePrimeOperation = 'balance' | 'depositAddress';

/** Coinbase Prime as a custody. */
export type CoinbasePrime = Custody<CoinbasePrimeOperation>;

/** How Prime names a network. Its documents know `mainnet` and `testnet`. */
const networkTypes: Readonly<Record<BitcoinNetwork, string>> = {
  bitcoin: 'mainnet',
  testnet: 'testnet',
  regtest: 'regtest',
};

/**
 * Coinbase Prime as a custody of bitcoin: one wallet of one portfolio.
 *
 * `withdraw` asks once, under a key that is made of the reference, after a look whether one of the newest hundred
 * withdrawals has that key: then it is `unknown`, reason `duplicate`, and `get` tells it. By default people have to approve
 * it at Prime, and the address has to stand in the address book there. Nothing pushes news: ask `get`, with the handle.
 *
 * @throws ProviderError of kind `config` when the configuration breaks a rule.
 */
export function createCoinbasePrime(config: CoinbasePrimeConfig, runtime: Runtime = systemRuntime()): CoinbasePrime {
  const settings = readCoinbasePrimeConfig(config);
  const { walletId, walletType, depthWhenDone } = settings;
  const manifest = coinbasePrimeManifest(settings);
  const wire = createPrimeWire(settings, runtime);
  const transactions = createTransactions(settings, wire);
  const withdrawals = createWithdrawalReader(depthWhenDone, runtime.log);
  const network = { id: 'bitcoin', type: networkTypes[settings.network] };

  async function withdraw({ reference, amount, destination }: Withdraw, context: CallContext): Promise<Withdrawal> {
    assertBitcoin(amount.asset);
    const address = destination.address.text;
    if (manifest.address.read(address).outcome !== 'valid') throw invalid('address: is not one of this network');
    const key = idempotencyKey(reference);
    if (await transactions.newestByKey(key, context))
      throw doubt(COINBASE_PRIME, 'duplicate', `${COINBASE_PRIME} withdraw: this reference was used; look it up`);
    const created = await wire.write(
      {
        operation: 'withdraw',
        method: 'POST',
        path: `/wallets/${walletId}/withdrawals`,
        body: {
          amount: formatAmount(amount),
          currency_symbol: BTC.code,
          destination_type: 'DESTINATION_BLOCKCHAIN',
          idempotency_key: key,
          blockchain_address: { address, network },
        },
        schema: answers.withdrawal,
      },
      context,
    );
    const { transaction_id: handle, symbol, amount: echo, blockchain_destination: to } = created;
    if (!isBitcoin(symbol) || (to?.address && to.address !== address))
      throw doubt(COINBASE_PRIME, 'echo-mismatch', `${COINBASE_PRIME} withdraw: the answer is about another one`);
    // "Withdrawals": it begins with consensus. Where none is needed, the first lookup tells.
    const status = 'awaiting-approval';
    return { reference, amount: parseAmount(echo, BTC), status, ...(handle === '' ? {} : { handle }) };
  }

  async function get({ reference, handle }: Target, context: CallContext): Promise<Withdrawal | null> {
    const key = idempotencyKey(reference);
    const named = handle === undefined ? null : await transactions.byId(handle, context);
    const isOurs = named && ['', key].includes(named.idempotency_key.toLowerCase());
    const stands = isOurs && named.status !== 'TRANSACTION_RETRIED';
    const found = stands ? named : await transactions.byKey(key, context);
    return found && withdrawals.read(reference, found);
  }

  async function balance(asset: Asset, context: CallContext): Promise<{ available: Money; pending: Money }> {
    assertBitcoin(asset);
    const call = { operation: 'balance', method: 'GET', path: `/wallets/${walletId}/balance` } as const;
    const { balance: told } = await wire.read({ ...call, schema: answers.balance }, context);
    if (!isBitcoin(told.symbol)) throw drift('the balance of another asset');
    // Prime counts to more places than bitcoin has. What is on hold for withdrawals is none of it, and deposits that are
    // still arriving are told nowhere.
    return { available: parseAmount(told.withdrawable_amount, BTC, { rounding: 'down' }), pending: money(BTC, 0n) };
  }

  async function depositAddress(asset: Asset, context: CallContext): Promise<OwnAddress> {
    assertBitcoin(asset);
    const told = await (walletType === 'trading' ? freshAddress(context) : onlyAddress(context));
    const isElsewhere = told.network && (told.network.id !== network.id || told.network.type !== network.type);
    const reading = checkAddress(told.address, manifest.address);
    if (isElsewhere || reading.outcome === 'refused') throw drift('an address that is not one of this network');
    return reading.address as OwnAddress;
  }

  /** "Create Wallet Deposit Address". Repeated like a read: one address more stays ours, and costs nothing. */
  function freshAddress(context: CallContext) {
    const path = `/wallets/${walletId}/addresses`;
    const body = { network_id: `${network.id}-${network.type}` };
    const call = { operation: 'create-address', method: 'POST', path, body, schema: answers.address } as const;
    return wire.read(call, context);
  }

  /** "Get Wallet Deposit Instructions": always the same address. */
  async function onlyAddress(context: CallContext) {
    const query = `deposit_type=CRYPTO&network.id=${network.id}&network.type=${network.type}`;
    const path = `/wallets/${walletId}/deposit_instructions?${query}`;
    const call = { operation: 'deposit-instructions', method: 'GET', path, schema: answers.instructions } as const;
    return (await wire.read(call, context)).crypto_instructions;
  }

  const author = { id: COINBASE_PRIME, manifest, withdraw, get, balance, depositAddress };
  return defineCustody<CoinbasePrimeOperation>(author, runtime);
}

function assertBitcoin({ code, scale }: Asset): void {
  if (code !== BTC.code || scale !== BTC.scale) throw invalid('asset: is not bitcoin');
}

function invalid(message: string): ProviderError {
  return new ProviderError({ kind: 'invalid', provider: COINBASE_PRIME, message: `${COINBASE_PRIME} ${message}` });
}
