import { fromBase64, toBase64 } from '@rielrails/kit';
import { HDKey } from '@scure/bip32';
import { Transaction } from '@scure/btc-signer';

/** Somebody with a hardware signer: the keys of the wallet are with them, and nowhere else. */
export interface HandSigner {
  /** What the machines know of the keys. */
  readonly descriptor: string;
  /** Signs a PSBT (base64) with another library than the wallet's, and gives it back unfinished. */
  sign(psbt: string): string;
}

/** What makes a key a tpub. */
const testVersions = { public: 0x043587cf, private: 0x04358394 };

/** Makes one from 16 to 64 bytes. Its account is the first one of BIP84 on a test network. */
export function createHandSigner(seed: Uint8Array): HandSigner {
  const master = HDKey.fromMasterSeed(seed, testVersions);
  const fingerprint = master.fingerprint.toString(16).padStart(8, '0');
  const { publicExtendedKey } = master.derive("m/84'/1'/0'");
  return {
    descriptor: `wpkh([${fingerprint}/84h/1h/0h]${publicExtendedKey}/<0;1>/*)`,
    sign(psbt) {
      const transaction = Transaction.fromPSBT(fromBase64(psbt));
      // The libraries' types differ in a field that every key with a seed has.
      transaction.sign(master as unknown as Parameters<Transaction['sign']>[0]);
      return toBase64(transaction.toPSBT());
    },
  };
}
