import type { AddressProblem, AddressRule } from '@rielrails/core';
import { address as addresses, payments } from 'bitcoinjs-lib';
import { isXOnlyPoint } from 'tiny-secp256k1';
import { parametersOf } from './network.ts';
import type { BitcoinNetwork } from './network.ts';

type Problem = AddressProblem['problem'];
type Reading = { readonly script: Uint8Array; readonly canonical: string } | { readonly problem: Problem };

/** The longest text an address of a type that we pay can have. */
const MAX_LENGTH = 90;
const KNOWN_PREFIXES = ['bc', 'tb', 'bcrt'];

/**
 * How a bitcoin network writes its addresses: P2PKH, P2SH, P2WPKH, P2WSH and P2TR.
 *
 * Pure and offline. The canonical text of a segwit address is lower-case (BIP173, BIP350); base58 keeps its case.
 * Regtest and testnet share their base58 addresses.
 */
export function bitcoinAddressRule(network: BitcoinNetwork): AddressRule {
  return {
    network,
    read(text) {
      const reading = readAddress(text, network);
      return 'problem' in reading
        ? { outcome: 'refused', problem: reading.problem }
        : { outcome: 'valid', canonical: reading.canonical };
    },
  };
}

/**
 * The output script of an address.
 *
 * @throws RangeError when the address is not one of this network; the message does not repeat it.
 */
export function scriptOfAddress(text: string, network: BitcoinNetwork): Uint8Array {
  const reading = readAddress(text, network);
  if ('problem' in reading) throw new RangeError(`address: ${reading.problem}`);
  return reading.script;
}

/** The address of an output script, or `null` when it has none of the types that we read. */
export function addressOfScript(script: Uint8Array, network: BitcoinNetwork): string | null {
  // bitcoinjs-lib reads taproot only after a global was set; the form is short enough to read here.
  if (script.length === 34 && script[0] === 0x51 && script[1] === 0x20) {
    return addresses.toBech32(script.subarray(2), 1, parametersOf(network).bech32);
  }
  const types = [payments.p2wpkh, payments.p2wsh, payments.p2pkh, payments.p2sh];
  for (const type of types) {
    try {
      return type({ output: script, network: parametersOf(network) }).address ?? null;
    } catch {
      // Not of this type.
    }
  }
  return null;
}

function readAddress(text: string, network: BitcoinNetwork): Reading {
  if (/^(?:ln(?:bc|tb|bcrt)|lno1|t?sp1)/i.test(text)) return { problem: 'unsupported' };
  if (text.length > MAX_LENGTH || !/^[0-9A-Za-z]+$/.test(text)) return { problem: 'malformed' };
  return looksLikeBech32(text) ? readBech32(text, network) : readBase58(text, network);
}

/** Base58 never holds a zero or, in our addresses, a known prefix followed by the separator. */
function looksLikeBech32(text: string): boolean {
  const lower = text.toLowerCase();
  return KNOWN_PREFIXES.some((prefix) => lower.startsWith(`${prefix}1`)) || /^[a-z]{2,10}1.*0/.test(lower);
}

function readBech32(text: string, network: BitcoinNetwork): Reading {
  let decoded: ReturnType<typeof addresses.fromBech32>;
  try {
    decoded = addresses.fromBech32(text);
  } catch (error) {
    return { problem: saysChecksum(error) ? 'checksum' : 'malformed' };
  }
  const { prefix, version, data } = decoded;
  const canonical = text.toLowerCase();
  if (!KNOWN_PREFIXES.includes(prefix)) return { problem: 'unsupported' };
  if (prefix !== parametersOf(network).bech32) return { problem: 'other-network' };
  if (version === 0 && (data.length === 20 || data.length === 32)) {
    const script = data.length === 20 ? payments.p2wpkh({ hash: data }).output : payments.p2wsh({ hash: data }).output;
    return script ? { script, canonical } : { problem: 'malformed' };
  }
  if (version === 0) return { problem: 'malformed' };
  if (version !== 1 || data.length !== 32) return { problem: 'unsupported' };
  // A key off the curve can never be spent: paying it destroys the money.
  return isXOnlyPoint(data) ? { script: Uint8Array.from([0x51, 0x20, ...data]), canonical } : { problem: 'malformed' };
}

function readBase58(text: string, network: BitcoinNetwork): Reading {
  let decoded: ReturnType<typeof addresses.fromBase58Check>;
  try {
    decoded = addresses.fromBase58Check(text);
  } catch (error) {
    return { problem: saysChecksum(error) ? 'checksum' : 'malformed' };
  }
  const { version, hash } = decoded;
  const { pubKeyHash, scriptHash } = parametersOf(network);
  const script =
    version === pubKeyHash
      ? payments.p2pkh({ hash }).output
      : version === scriptHash
        ? payments.p2sh({ hash }).output
        : undefined;
  if (script) return { script, canonical: text };
  const elsewhere = [parametersOf('bitcoin'), parametersOf('testnet')];
  return elsewhere.some((other) => version === other.pubKeyHash || version === other.scriptHash)
    ? { problem: 'other-network' }
    : { problem: 'unsupported' };
}

/** The libraries tell a wrong checksum only by their message. */
function saysChecksum(error: unknown): boolean {
  return error instanceof Error && /invalid checksum|wrong encoding/i.test(error.message);
}
