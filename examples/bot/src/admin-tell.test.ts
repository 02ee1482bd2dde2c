import { expect, test } from 'vitest';
import { tell } from './admin-tell.ts';

test('a list is a table: amounts grouped and to the right, times in Phnom Penh', () => {
  const rows = [
    { number: 'AB12', pay: { amount: '1000000', asset: 'KHR' }, created: '2026-11-21T17:30:00.000Z', why: ['a', 'b'] },
    { number: 'C3', pay: null, created: '2026-11-21T00:00:00.000Z', why: [] },
  ];
  expect(tell(rows)).toBe(
    [
      'number            pay  created              why',
      'AB12    1,000,000 KHR  2026-11-22 00:30:00  a, b',
      'C3                  –  2026-11-21 07:00:00  –',
      '',
    ].join('\n'),
  );
  expect(tell([])).toBe('none\n');
});

test('facts come first, then each list under its name', () => {
  const report = { number: 'AB12', pause: { paused: true, by: null }, wrong: [], timeline: [{ what: 'paid' }] };
  expect(tell(report)).toBe(
    'number        AB12\npause.paused  yes\npause.by      –\nwrong         –\n\ntimeline\nwhat\npaid\n',
  );
});

test('what others wrote does not drive the terminal, and cannot forge a line', () => {
  const hostile = 'paid\u001b[2J\u001b]0;x\u0007\nABC234 DELIVERED\u202e\u009b1m';
  for (const text of [tell([{ what: hostile }]), tell({ what: hostile }), tell({ tells: hostile }), tell(hostile)]) {
    // oxlint-disable-next-line no-control-regex -- these are what it is about
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    expect(text).not.toMatch(/^ABC234/m);
  }
});
