import { Secret } from '@rielrails/kit';
import { expect, test } from 'vitest';
import { signRequest } from './signature.ts';

// The documents print no known answer: these were made of their rule with another library.
const key = new Secret('ZWluIFNjaGx1ZXNzZWwgbnVyIGZ1ZXIgVGVzdHM=');
const wallet = '/v1/portfolios/6840bf2c-0000-4000-8000-000000000001/wallets/6840bf2c-0000-4000-8000-000000000002';
const seconds = 1_767_323_045;

test.each([
  [{ seconds, method: 'GET', path: `${wallet}/balance`, body: '' }, 'bWUFyXjm+pr15Hq+YyqmIl1iK85jCT6cy/30zEwCdFA='],
  [
    { seconds, method: 'POST', path: `${wallet}/withdrawals`, body: '{"amount":"0.00100000"}' },
    'zfag7ehOHiDGop7aXVqpRPR8+laC5LmzoA/UNjfGqJ8=',
  ],
])('%o is signed with the characters of the key', (request, signature) => {
  expect(signRequest(key, request)).toBe(signature);
});
