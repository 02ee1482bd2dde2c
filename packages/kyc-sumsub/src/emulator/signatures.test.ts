import { utf8 } from '@rielrails/kit';
import { expect, test } from 'vitest';
import { signatureOf } from './access.ts';
import { digestOf } from './notices.ts';

// The key is the one printed in the vendor's sample code; the first string is the example of "Authentication".
test.each([
  [
    '1607551635',
    'POST',
    '/resources/accessTokens?userId=cfd20712-24a2-4c7d-9ab0-146f3c142335&levelName=basic-kyc-level&ttlInSecs=600',
    '',
    '1e1856be1c1e1ff113e5664acac6b423ffefe04ad42ff36567622ef56f62c4b1',
  ],
  [
    '1700000000',
    'GET',
    '/resources/applicants/-;externalUserId=tg-1001/one',
    '',
    '4c16cd07673fba81f8583c31ea8dd0fb81e65db678940ced8f13b387bcc9891f',
  ],
  [
    '1700000000',
    'POST',
    '/resources/applicants?levelName=basic-kyc-level',
    '{"externalUserId":"tg-1001"}',
    'a16ced85795b50b7acfe9cb6c4fbef02949ea807588edfd162965804ef038cdc',
  ],
])('expects the signature of %s %s %s', (seconds, method, path, body, signature) => {
  expect(signatureOf('Hej2ch71kG2kTd1iIUDZFNsO5C1lh5Gq', seconds, method, path, utf8(body))).toBe(signature);
});

// Published in the vendor's API reference for SHA-1; computed for the others.
test.each([
  ['HMAC_SHA1_HEX', 'f6e92ffe371718694d46e28436f76589312df8db'],
  ['HMAC_SHA256_HEX', '7f3beedce7529616a9d6bba59dc1b054a7247cef67f6acff2600864399f47fe0'],
  [
    'HMAC_SHA512_HEX',
    '3aae08986027051ca0656d87c4c95f1f15d3ecaf23cf239e5a43fd03a8af28223a06be1f97624caefd55475c84673773dc10e895a1ab885a3548c58bd7af9ebf',
  ],
] as const)('digests with %s', (algorithm, digest) => {
  expect(digestOf('someText', 'SoMe_SeCrEt_KeY', algorithm)).toBe(digest);
});
