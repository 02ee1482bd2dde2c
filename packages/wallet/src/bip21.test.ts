import { describe, expect, it } from 'vitest';
import { readBitcoinUri } from './bip21.ts';

const ADDRESS = 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4';

describe('readBitcoinUri', () => {
  it.each([
    [ADDRESS, { address: ADDRESS }],
    [` bitcoin:${ADDRESS} `, { address: ADDRESS }],
    [`BITCOIN:${ADDRESS.toUpperCase()}?AMOUNT=0.001`, { address: ADDRESS.toUpperCase(), sats: 100_000n }],
    [`bitcoin:${ADDRESS}?amount=20.3&label=Luke-Jr`, { address: ADDRESS, sats: 2_030_000_000n, label: 'Luke-Jr' }],
    [`bitcoin:${ADDRESS}?amount=0.00000001&message=for%20you`, { address: ADDRESS, sats: 1n, message: 'for you' }],
    [`bitcoin:${ADDRESS}?somethingyoudontunderstand=50`, { address: ADDRESS }],
    [`bitcoin:${ADDRESS}?lightning=lnbc1abc`, { address: ADDRESS }],
    [`bitcoin:${ADDRESS}?amount=20999999.99999999`, { address: ADDRESS, sats: 2_099_999_999_999_999n }],
  ])('reads %s', (text, uri) => {
    expect(readBitcoinUri(text)).toEqual({ outcome: 'valid', uri });
  });

  it.each([
    ['required-parameter', `bitcoin:${ADDRESS}?req-somethingyoudontunderstand=50`],
    ['required-parameter', `bitcoin:${ADDRESS}?amount=1&REQ-pj=x`],
    ['amount', `bitcoin:${ADDRESS}?amount=0`],
    ['amount', `bitcoin:${ADDRESS}?amount=-1`],
    ['amount', `bitcoin:${ADDRESS}?amount=1e3`],
    ['amount', `bitcoin:${ADDRESS}?amount=1,5`],
    ['amount', `bitcoin:${ADDRESS}?amount=.5`],
    ['amount', `bitcoin:${ADDRESS}?amount=0.000000001`],
    ['amount', `bitcoin:${ADDRESS}?amount=21000000.00000001`],
    ['amount', `bitcoin:${ADDRESS}?amount=`],
    ['malformed', `bitcoin:${ADDRESS}?amount=1&amount=2`],
    ['malformed', `bitcoin:${ADDRESS}?amount=1&Amount=2`],
    ['malformed', `bitcoin:${ADDRESS}?amount`],
    ['malformed', `bitcoin:${ADDRESS}?label=%ff%`],
    ['malformed', 'bitcoin:'],
    ['malformed', 'bitcoin://pay/me'],
    ['malformed', 'send me some'],
    ['malformed', ''],
    ['lightning', 'lightning:lnbc20u1p3y0x3hpp5'],
    ['lightning', 'LNBC20U1P3Y0X3HPP5'],
    ['lightning', 'lnurl1dp68gurn8ghj7um9'],
    ['lightning', 'somebody@example.com'],
    ['lightning', 'bitcoin:?lightning=lnbc1abc'],
    ['other-coin', 'litecoin:LM2WMpR1Rp6j3Sa59cMXMs1SPzj9eXpGc1'],
    ['other-coin', 'ethereum:0xfb6916095ca1df60bb79Ce92ce3ea74c37c5d359?value=1'],
    ['too-long', `bitcoin:${ADDRESS}?label=${'x'.repeat(3000)}`],
  ])('refuses as %s: %s', (problem, text) => {
    expect(readBitcoinUri(text)).toEqual({ outcome: 'refused', problem });
  });
});
