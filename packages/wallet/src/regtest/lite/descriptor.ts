import { address as addresses, initEccLib, networks } from 'bitcoinjs-lib';
import * as secp256k1 from 'tiny-secp256k1';
import { RpcError } from './rpc-error.ts';

/** The output script of an address of this chain, or null. */
export function scriptOf(address: string): Uint8Array | null {
  // Without a curve the library knows no taproot; handing it over again costs nothing.
  initEccLib(secp256k1);
  try {
    return addresses.toOutputScript(address, networks.regtest);
  } catch {
    return null;
  }
}

/** The address of an output script, or null where it has none. */
export function addressOf(script: Uint8Array): string | null {
  initEccLib(secp256k1);
  try {
    return addresses.fromOutputScript(script, networks.regtest);
  } catch {
    return null;
  }
}

/**
 * Reads `addr(ADDRESS)` or `addr(ADDRESS)#checksum`, the only descriptor that regtest-lite knows.
 *
 * @throws RpcError -5 for anything else.
 */
export function parseDescriptor(text: string): {
  readonly descriptor: string;
  readonly address: string;
  readonly script: Uint8Array;
  readonly checksummed: boolean;
} {
  const [body = '', checksum] = text.split('#');
  const match = /^([a-z]*)\((.*)\)$/.exec(body);
  if (match?.[1] !== 'addr') throw new RpcError(-5, `'${body}' is not a valid descriptor function`);
  const address = match[2] ?? '';
  const script = scriptOf(address);
  if (!script) throw new RpcError(-5, 'Address is not valid');
  const computed = descriptorChecksum(body);
  if (checksum !== undefined && checksum !== computed)
    throw new RpcError(-5, `Provided checksum '${checksum}' does not match computed checksum '${computed}'`);
  return { descriptor: `${body}#${computed}`, address, script, checksummed: checksum !== undefined };
}

const INPUT = `0123456789()[],'/*abcdefgh@:$%{}IJKLMNOPQRSTUVWXYZ&+-.;<=>?!^_|~ijklmnopqrstuvwxyzABCDEFGH\`#"\\ `;
const CHECKSUM = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
const GENERATOR = [0xf5dee51989n, 0xa9fdca3312n, 0x1bab10e32dn, 0x3706b1677an, 0x644d626ffdn];

/** The eight characters of BIP380 behind a descriptor. */
export function descriptorChecksum(descriptor: string): string {
  let state = 1n;
  const feed = (value: number) => {
    const top = state >> 35n;
    state = ((state & 0x7ffffffffn) << 5n) ^ BigInt(value);
    for (const [bit, generator] of GENERATOR.entries()) if ((top >> BigInt(bit)) & 1n) state ^= generator;
  };
  let group = 0;
  let members = 0;
  for (const character of descriptor) {
    const position = INPUT.indexOf(character);
    if (position < 0) throw new RpcError(-5, 'Invalid characters in payload');
    feed(position & 31);
    group = group * 3 + (position >> 5);
    members += 1;
    if (members === 3) {
      feed(group);
      group = 0;
      members = 0;
    }
  }
  if (members > 0) feed(group);
  for (let index = 0; index < 8; index += 1) feed(0);
  state ^= 1n;
  return Array.from({ length: 8 }, (_, index) => CHECKSUM[Number((state >> BigInt(5 * (7 - index))) & 31n)]).join('');
}
