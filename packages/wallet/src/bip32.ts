import { BIP32Factory } from 'bip32';
import type { BIP32API } from 'bip32';
import * as secp256k1 from 'tiny-secp256k1';

/** Key derivation by BIP32 on libsecp256k1. */
export const bip32: BIP32API = BIP32Factory(secp256k1);
