import { hkdfSync } from 'node:crypto';
import { fromBase64, toBase64 } from '@rielrails/kit';
import type { Random, Secret } from '@rielrails/kit';
import { createSealer } from './seal.ts';
import type { Sealer } from './seal.ts';

/** A data key as it may lie in a database: only its provider can open it. */
export interface WrappedKey {
  /** The provider's name of the key that wraps it. */
  readonly keyId: string;
  readonly wrapped: Uint8Array;
}

/**
 * Whoever wraps data keys: a key file, or the key management service of a cloud, whose `GenerateDataKey`, `Decrypt` and
 * `ReEncrypt` these are.
 *
 * `context` names what the data key is for and is bound to it: with another one it does not open. All three are safe to
 * repeat. An error means that nothing can be sealed or opened now; nothing is lost by it.
 */
export interface KeyProvider {
  /** The key that wraps new data keys. Data keys under another one are rewrapped by the engine, little by little. */
  readonly currentKeyId: string;
  /** A fresh random data key of 32 bytes, and the same wrapped. */
  generateDataKey(context: string): Promise<WrappedKey & { readonly plain: Uint8Array }>;
  unwrap(key: WrappedKey, context: string): Promise<Uint8Array>;
  /** Wraps the same data key under the current key. */
  rewrap(key: WrappedKey, context: string): Promise<WrappedKey>;
}

/** The operator's own wrapping keys. */
export interface LocalKeysOptions {
  /** At least 32 characters. Wraps new data keys. */
  readonly current: Secret;
  /** Earlier ones, which still open what they wrapped. */
  readonly older?: readonly Secret[];
}

const DATA_KEY_BYTES = 32;

/**
 * Wraps data keys by keys that the operator keeps as files.
 *
 * To change the key: give the new one as `current` and the old one among `older`, wait until the engine has rewrapped
 * everything, take the old one away.
 */
export function createLocalKeys({ current, older = [] }: LocalKeysOptions, random: Random): KeyProvider {
  const sealers = new Map<string, Sealer>();
  for (const secret of [current, ...older]) {
    const key = new Uint8Array(hkdfSync('sha256', secret.reveal(), 'rielrails', 'key-wrapping/1', DATA_KEY_BYTES));
    sealers.set(idOf(secret), createSealer(key, random));
  }
  const sealerOf = (keyId: string): Sealer => {
    const sealer = sealers.get(keyId);
    if (!sealer) throw new Error(`data key: was wrapped by ${keyId}, which is not among the keys given`);
    return sealer;
  };
  const currentKeyId = idOf(current);
  const wrap = (plain: Uint8Array, context: string): WrappedKey => ({
    keyId: currentKeyId,
    wrapped: sealerOf(currentKeyId).seal(context, toBase64(plain)),
  });
  const open = ({ keyId, wrapped }: WrappedKey, context: string): Uint8Array =>
    fromBase64(sealerOf(keyId).open(context, wrapped) as string);
  return {
    currentKeyId,
    async generateDataKey(context) {
      const plain = random.bytes(DATA_KEY_BYTES);
      return { ...wrap(plain, context), plain };
    },
    unwrap: async (key, context) => open(key, context),
    rewrap: async (key, context) => wrap(open(key, context), context),
  };
}

function idOf(secret: Secret): string {
  return `local-${secret.fingerprint()}`;
}
