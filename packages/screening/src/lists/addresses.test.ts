import { expect, test } from 'vitest';
import { canonicalAddress } from './addresses.ts';

test.each([
  ['BC1QZF5HZRTHZGMJV2XZAHR907KWTH0ZMYC2DJXKN5', 'bc1qzf5hzrthzgmjv2xzahr907kwth0zmyc2djxkn5'],
  ['bcrt1qppcmch89y5tkhvzutvsk3jx6u2pq7ej0jqh736', 'bcrt1qppcmch89y5tkhvzutvsk3jx6u2pq7ej0jqh736'],
  ['0x7A07B2EEA7A07F9D6B1ACDC6A97A6C2EC0E68A8E', '0x7a07b2eea7a07f9d6b1acdc6a97a6c2ec0e68a8e'],
  [' 1Exg3NfTt8ZCjhHRojBE1j24JN1ioCs5se ', '1Exg3NfTt8ZCjhHRojBE1j24JN1ioCs5se'],
  ['1EXG3NFTT8ZCJHHROJBE1J24JN1IOCS5SE', '1EXG3NFTT8ZCJHHROJBE1J24JN1IOCS5SE'],
  ['bc1QZF5HZRTHZGMJV2XZAHR907KWTH0ZMYC2DJXKN5', 'bc1QZF5HZRTHZGMJV2XZAHR907KWTH0ZMYC2DJXKN5'],
  ['bitcoincash:qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq', 'qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq'],
])('%s is compared as %s', (text, canonical) => {
  expect(canonicalAddress(text)).toBe(canonical);
});
