import { checkAddress } from '@rielrails/core';
import { address } from 'bitcoinjs-lib';
import { describe, expect, it } from 'vitest';
import { addressOfScript, bitcoinAddressRule, scriptOfAddress } from './address.ts';
import type { BitcoinNetwork } from './network.ts';

const { toBech32 } = address;

const read = (text: string, network: BitcoinNetwork = 'bitcoin') => bitcoinAddressRule(network).read(text);

describe('bitcoinAddressRule', () => {
  it.each([
    ['bitcoin', '1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2'],
    ['bitcoin', '3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy'],
    ['bitcoin', 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4'],
    ['bitcoin', 'bc1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3qccfmv3'],
    ['bitcoin', 'bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0'],
    ['testnet', 'mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn'],
    ['regtest', 'mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn'],
    ['testnet', 'tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx'],
    ['regtest', 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080'],
  ] as const)('takes on %s %s', (network, text) => {
    expect(read(text, network)).toEqual({ outcome: 'valid', canonical: text });
    expect(addressOfScript(scriptOfAddress(text, network), network)).toBe(text);
  });

  it('writes segwit in lower case and leaves base58 as it is', () => {
    expect(read('BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4')).toEqual({
      outcome: 'valid',
      canonical: 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4',
    });
  });

  it.each([
    ['malformed', ''],
    ['malformed', 'not an address'],
    ['malformed', 'bc1Qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4'],
    ['malformed', '1BvBMSEYstWetqTFn5Au4m4GFg7xJaNV0O'],
    // Version 0 with a program of 16 bytes: forbidden by BIP173.
    ['malformed', 'BC1QR508D6QEJXTDG4Y5R3ZARVARYV98GJ9P'],
    // A taproot key that is no point of the curve.
    ['malformed', toBech32(new Uint8Array(32).fill(0xff), 1, 'bc')],
    ['checksum', '1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3'],
    ['checksum', 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5'],
    // Version 1 in bech32 instead of bech32m (BIP350).
    ['checksum', 'bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqh2y7hd'],
    ['other-network', 'tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx'],
    ['other-network', 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080'],
    ['other-network', 'mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn'],
    ['unsupported', 'LM2WMpR1Rp6j3Sa59cMXMs1SPzj9eXpGc1'],
    ['unsupported', 'bc1sw50qgdz25j'],
    [
      'unsupported',
      'lnbc20u1p3y0x3hpp5743k2g0fsqqxj7n8qzuhns5gmkk4djeejk3wkp64ppevgekvc0jsdqcve5kzar2v9nr5gpqd4hkuetesp5',
    ],
    ['unsupported', `sp1${'q'.repeat(113)}`],
    ['malformed', 'x'.repeat(100_000)],
  ])('refuses as %s: %s', (problem, text) => {
    expect(read(text)).toEqual({ outcome: 'refused', problem });
  });

  it('makes a CheckedAddress through core', () => {
    const reading = checkAddress('bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080', bitcoinAddressRule('regtest'));
    expect(reading).toMatchObject({ outcome: 'valid', address: { network: 'regtest' } });
  });
});

describe('scriptOfAddress', () => {
  it('names the rule and not the address', () => {
    expect(() => scriptOfAddress('1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3', 'bitcoin')).toThrow('address: checksum');
  });
});
