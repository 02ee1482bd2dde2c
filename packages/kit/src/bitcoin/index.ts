/**
 * How bitcoin networks write addresses, for every package that pays to one.
 *
 * Needs the optional peers `bitcoinjs-lib` and `tiny-secp256k1`. Reaches no network module.
 *
 * @packageDocumentation
 */

export { addressOfScript, bitcoinAddressRule, scriptOfAddress } from './address.ts';
export { parametersOf } from './network.ts';
export type { BitcoinNetwork } from './network.ts';
