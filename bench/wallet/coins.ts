import { fromHex } from '@rielrails/kit';
import { parametersOf } from '@rielrails/kit/bitcoin';
import { openSeed } from '@rielrails/wallet/signer';
import type { SigningAccount } from '@rielrails/wallet/signer';
import type { AccountKey } from '@rielrails/wallet';
import { BIP32Factory } from 'bip32';
import type { BIP32Interface } from 'bip32';
import { payments, Transaction } from 'bitcoinjs-lib';
import * as secp256k1 from 'tiny-secp256k1';

/** The scripts that are measured. A new one is one line more here, and what the peers make of it. */
export const scripts = ['p2wpkh', 'p2tr'] as const;

/** One of {@link scripts}. */
export type Script = (typeof scripts)[number];

/** A coin with everything that anybody needs to spend it. */
export interface BenchCoin {
  readonly txid: string;
  readonly index: number;
  readonly sats: bigint;
  readonly key: AccountKey;
  readonly privateKey: Uint8Array;
  readonly previousTransactionHex: string;
}

/** What is built, signed and finished. */
export interface BenchSpend {
  readonly script: Script;
  readonly account: SigningAccount;
  readonly coins: readonly BenchCoin[];
  readonly payee: Uint8Array;
  readonly change: AccountKey;
  readonly paidSats: bigint;
  readonly changeSats: bigint;
}

const COINS = 10;
const SATS = 100_000n;
const PAID = 700_000n;
const FEE = 2000n;
const SEED = new Uint8Array(32).fill(21);
const network = parametersOf('regtest');
const purposes: Readonly<Record<Script, number>> = { p2wpkh: 84, p2tr: 86 };

/** Ten coins, each from a payment of its own with change, as a wallet gets them. */
export function spendOf(script: Script): BenchSpend {
  const account = openSeed(SEED, 'regtest', script);
  const root = BIP32Factory(secp256k1).fromSeed(SEED, network).derivePath(`m/${purposes[script]}'/1'/0'/0`);
  const coins = Array.from({ length: COINS }, (_, index) => coinOf(account, root.derive(index)));
  const payee = payments.p2wpkh({ pubkey: root.derive(999).publicKey, network }).output ?? new Uint8Array();
  const change = account.account.key({ branch: 'change', index: 0 });
  const changeSats = SATS * BigInt(COINS) - PAID - FEE;
  return { script, account, coins, payee, change, paidSats: PAID, changeSats };
}

function coinOf({ account }: SigningAccount, { index, privateKey, publicKey }: BIP32Interface): BenchCoin {
  const key = account.key({ branch: 'receive', index });
  const previous = new Transaction();
  previous.version = 2;
  previous.addInput(fromHex(String(index + 1).padStart(64, '0')), 1);
  previous.addOutput(key.script, SATS);
  previous.addOutput(payments.p2wpkh({ pubkey: publicKey, network }).output ?? new Uint8Array(), 12_345n);
  // As long as a payment's witness is.
  previous.setWitness(0, [new Uint8Array(71).fill(1), publicKey]);
  if (!privateKey) throw new Error('bench: a private key is missing');
  const previousTransactionHex = previous.toHex();
  return { txid: previous.getId(), index: 0, sats: SATS, key, privateKey, previousTransactionHex };
}
