import { expect, test } from 'vitest';
import { explainBinance as explain } from './binance-codes.ts';

const said = (code: number, msg = 'some words') => JSON.stringify({ code, msg });

test.each([
  [400, -1003, 'throttled'],
  [400, -1008, 'throttled'],
  [400, -1015, 'throttled'],
  [400, -1013, 'invalid'],
  [400, -1100, 'invalid'],
  [400, -1111, 'invalid'],
  [400, -1121, 'invalid'],
  [400, -1131, 'invalid'],
  [400, -1002, 'config'],
  [400, -1022, 'config'],
  [401, -2014, 'config'],
  [401, -2015, 'config'],
  [400, -2010, 'declined'],
  [400, -2013, 'not-found'],
  [400, -1021, 'unavailable'],
  [400, -1000, 'unavailable'],
  [400, -1006, 'unavailable'],
  [408, -1007, 'unavailable'],
  [400, -4026, 'declined'],
  [400, -4035, 'declined'],
  [400, -4033, 'invalid'],
  [400, -4106, 'invalid'],
  [400, -4027, 'unavailable'],
] as const)('HTTP %i with %i is %s', (status, code, kind) => {
  expect(explain(status, said(code))?.fault.kind).toBe(kind);
});

test.each([
  ['Duplicate order sent.', { kind: 'unknown', reason: 'duplicate' }],
  ['Duplicate clientOrderId.', { kind: 'unknown', reason: 'duplicate' }],
  ['Account has insufficient balance for requested action.', { kind: 'declined', reason: 'insufficient-balance' }],
  ['Market is closed.', { kind: 'declined', reason: 'market-closed' }],
  ['This action is disabled on this account.', { kind: 'config' }],
  ['Words that are new.', { kind: 'declined', reason: 'order-rejected' }],
])('a rejection with "%s" is told apart', (message, fault) => {
  expect(explain(400, said(-2010, message))?.fault).toMatchObject(fault);
});

test.each([
  [429, '', 'throttled'],
  [418, '<html></html>', 'throttled'],
  [403, '<html>WAF</html>', 'config'],
  [451, '', 'config'],
] as const)('HTTP %i needs no code: %s', (status, body, kind) => {
  expect(explain(status, body)?.fault.kind).toBe(kind);
});

test.each([
  [500, said(-2010)],
  [503, said(-1003)],
  [502, '<html></html>'],
  [400, said(-9999)],
  [400, said(-4060)],
  [400, '<html></html>'],
  [400, '[]'],
  [400, '{"msg":"no code"}'],
  [200, '{"orderId":1}'],
  [200, '<html></html>'],
])('HTTP %i with %s is not explained, so that a write stays in doubt', (status, body) => {
  expect(explain(status, body)).toBeNull();
});

test('no message of the venue is repeated in a fault', () => {
  expect(explain(400, said(-1102, 'secret words'))?.fault.message).not.toContain('secret words');
});
