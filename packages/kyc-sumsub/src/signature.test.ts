import { Secret, utf8 } from '@rielrails/kit';
import { expect, test } from 'vitest';
import { isDigestOf, signRequest } from './signature.ts';

// The key is the one printed in the vendor's sample code; the first string is the example of "Authentication".
const secretKey = new Secret('Hej2ch71kG2kTd1iIUDZFNsO5C1lh5Gq');

test.each([
  {
    seconds: 1607551635,
    method: 'POST',
    path: '/resources/accessTokens?userId=cfd20712-24a2-4c7d-9ab0-146f3c142335&levelName=basic-kyc-level&ttlInSecs=600',
    body: '',
    signature: '1e1856be1c1e1ff113e5664acac6b423ffefe04ad42ff36567622ef56f62c4b1',
  },
  {
    seconds: 1700000000,
    method: 'GET',
    path: '/resources/applicants/-;externalUserId=tg-1001/one',
    body: '',
    signature: '4c16cd07673fba81f8583c31ea8dd0fb81e65db678940ced8f13b387bcc9891f',
  },
  {
    seconds: 1700000000,
    method: 'POST',
    path: '/resources/applicants?levelName=basic-kyc-level',
    body: '{"externalUserId":"tg-1001"}',
    signature: 'a16ced85795b50b7acfe9cb6c4fbef02949ea807588edfd162965804ef038cdc',
  },
])('signs $method $path', ({ signature, ...request }) => {
  expect(signRequest(secretKey, request)).toBe(signature);
});

// Published in the vendor's API reference for SHA-1; computed for the others.
const body = utf8('someText');
const secret = new Secret('SoMe_SeCrEt_KeY');
const sha1 = 'f6e92ffe371718694d46e28436f76589312df8db';
const sha256 = '7f3beedce7529616a9d6bba59dc1b054a7247cef67f6acff2600864399f47fe0';
const sha512 =
  '3aae08986027051ca0656d87c4c95f1f15d3ecaf23cf239e5a43fd03a8af28223a06be1f97624caefd55475c84673773dc10e895a1ab885a3548c58bd7af9ebf';

test.each([
  ['HMAC_SHA1_HEX', sha1],
  ['HMAC_SHA256_HEX', sha256],
  ['HMAC_SHA512_HEX', sha512],
] as const)('verifies %s', (algorithm, digest) => {
  expect(isDigestOf(body, digest, algorithm, [secret])).toBe(true);
  expect(isDigestOf(body, digest.toUpperCase(), algorithm, [new Secret('newer'), secret])).toBe(true);
  expect(isDigestOf(body, digest, algorithm, [new Secret('other')])).toBe(false);
  expect(isDigestOf(utf8('someTexT'), digest, algorithm, [secret])).toBe(false);
});

test.each(['', 'zz', sha1, `${sha256}00`, sha256.slice(2), ` ${sha256}`])('refuses the digest "%s"', (digest) => {
  expect(isDigestOf(body, digest, 'HMAC_SHA256_HEX', [secret])).toBe(false);
});
