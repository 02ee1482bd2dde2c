import { isNeverSent, parseJson } from '@rielrails/kit';
import { expect, test } from 'vitest';
import { explainKraken } from './kraken-errors.ts';

function explain(status: number, body: string) {
  const answer = { status, headers: new Headers(), text: () => body, json: () => parseJson(body) };
  return explainKraken(status, body, answer);
}
const said = (...errors: string[]) => explain(200, JSON.stringify({ error: errors }));

test.each([
  ['EGeneral:Permission denied', 'config'],
  ['EAPI:Invalid key', 'config'],
  ['EAPI:Invalid signature', 'config'],
  ['EFunding:Unknown withdraw key', 'declined'],
  ['EGeneral:Invalid arguments', 'invalid'],
  ['EGeneral:Invalid arguments:volume', 'invalid'],
  ['EQuery:Unknown asset pair', 'invalid'],
  ['EOrder:Invalid price:XBTUSDT price can only be specified up to 1 decimals.', 'invalid'],
  ['EOrder:Order minimum not met', 'invalid'],
  ['EOrder:Insufficient funds', 'declined'],
  ['EService:Market in cancel_only mode', 'declined'],
  ['EFunding:Invalid amount', 'declined'],
  ['EFunding:Max fee exceeded', 'declined'],
  ['EOrder:Invalid order', 'not-found'],
  ['EAPI:Rate limit exceeded', 'throttled'],
  ['EGeneral:Temporary lockout', 'throttled'],
  ['EService:Throttled: 1700000000', 'throttled'],
  ['EService:Unavailable', 'unavailable'],
  ['EService:Busy', 'unavailable'],
  ['EDatabase:Internal error', 'unavailable'],
])('"%s" is %s', (error, kind) => {
  expect(said(error)?.fault).toMatchObject({ kind, provider: 'kraken' });
});

test.each([
  'EGeneral:Invalid arguments:cl_ord_id not unique',
  'EOrder:Duplicate order',
  'EOrder:cl_ord_id already in use',
])('"%s" says that the order exists', (error) => {
  expect(said(error)?.fault).toMatchObject({ kind: 'unknown', reason: 'duplicate' });
});

test.each([
  ['EAPI:Invalid nonce', true],
  ['EService:Deadline elapsed', true],
  ['EService:Unavailable', false],
  ['EGeneral:Internal error', false],
])('"%s" proves that nothing was taken: %s', (error, proof) => {
  expect(isNeverSent(said(error))).toBe(proof);
});

test('a market that is closed is told from an account that is empty', () => {
  expect(said('EService:Market in post_only mode')?.fault).toMatchObject({ reason: 'market-closed' });
  expect(said('EOrder:Insufficient funds')?.fault).toMatchObject({ reason: 'insufficient-balance' });
});

test('a lockout is waited for as long as the documents say it lasts', () => {
  expect(said('EGeneral:Temporary lockout')?.fault).toMatchObject({ retryAfterMs: 900_000 });
});

test('of several errors the first that is listed counts', () => {
  expect(said('EFoo:Bar', 'EOrder:Insufficient funds')?.fault.kind).toBe('declined');
});

test.each([
  [403, '<html>Cloudflare</html>', 'config'],
  [429, '', 'throttled'],
  [451, '', 'config'],
] as const)('HTTP %i needs no words: %s', (status, body, kind) => {
  expect(explain(status, body)?.fault.kind).toBe(kind);
});

test.each([
  [200, '{"error":[],"result":{}}'],
  [200, '{"error":["EFoo:Bar"]}'],
  [200, '{"error":["EOrder:"]}'],
  [200, '{"error":[7]}'],
  [200, '{"error":"EOrder:Insufficient funds"}'],
  [200, '<html></html>'],
  [500, '{"error":["EOrder:Insufficient funds"]}'],
  [520, '<html></html>'],
  [404, '<html></html>'],
])('HTTP %i with %s is not explained, so that a write stays in doubt', (status, body) => {
  expect(explain(status, body)).toBeNull();
});

test.each([
  [['EOrder:Insufficient funds', 'EGeneral:Internal error'], 'unavailable'],
  [['EGeneral:Invalid arguments', 'EOrder:cl_ord_id already in use'], 'unknown'],
  [['EFoo:Bar', 'EOrder:Insufficient funds', 'EOrder:Invalid price'], 'declined'],
])('of %j the doubt counts, else the first that is listed', (errors, kind) => {
  expect(said(...errors)?.fault).toMatchObject({ kind });
});
