import { fromBase64, toBase64 } from '@rielrails/kit';
import { HDKey } from '@scure/bip32';
import { Transaction } from '@scure/btc-signer';
import { openSeed } from '../src/signer/keys.ts';

/** What makes a key a tpub. */
const testVersions = { public: 0x043587cf, private: 0x04358394 };

/** Seeds of signers that are not here, each another one. */
export function seedOf(number: number): Uint8Array {
  return new Uint8Array(32).fill(100 + number);
}

/**
 * A hardware signer: another library, which reads the PSBT by itself and finds its keys by fingerprint and path.
 *
 * `final`: it finishes its inputs, as some do. `version`: of the PSBT that it gives back.
 */
export function signElsewhere(
  psbt: string,
  seed: Uint8Array,
  options: { readonly final?: boolean; readonly version?: 0 | 2 } = {},
): string {
  const transaction = Transaction.fromPSBT(fromBase64(psbt));
  // The libraries' types differ in a field that every key with a seed has.
  transaction.sign(HDKey.fromMasterSeed(seed, testVersions) as unknown as Parameters<Transaction['sign']>[0]);
  if (options.final) transaction.finalize();
  return toBase64(transaction.toPSBT(options.version));
}

/** The descriptor of several people's keys, of which some must sign together (BIP48 paths). */
export function multisigDescriptor(threshold: number, seeds: readonly Uint8Array[]): string {
  const keys = seeds.map((seed) => {
    const master = HDKey.fromMasterSeed(seed, testVersions);
    const root = master.derive("m/48'/1'/0'/2'");
    return `[${master.fingerprint.toString(16).padStart(8, '0')}/48h/1h/0h/2h]${root.publicExtendedKey}/<0;1>/*`;
  });
  return `wsh(sortedmulti(${threshold},${keys.join(',')}))`;
}

/** The descriptor of an account of one key. */
export function singleDescriptor(script: 'p2wpkh' | 'p2tr', seed: Uint8Array): string {
  return openSeed(seed, 'regtest', script).account.descriptor;
}
