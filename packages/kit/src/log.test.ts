import { expect, test } from 'vitest';
import { createVirtualClock } from './virtual/index.ts';
import { jsonLog, redactFields } from './log.ts';
import type { LogLevel } from './log.ts';

function open(least?: LogLevel) {
  const lines: string[] = [];
  const log = jsonLog((line) => lines.push(line), createVirtualClock(Date.UTC(2026, 0, 2)), least);
  return { log, lines };
}

test('an entry is one line of JSON', () => {
  const { log, lines } = open();
  log.warn('call', { provider: 'acme', durationMs: 12, status: 200 });
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    { at: '2026-01-02T00:00:00.000Z', level: 'warn', event: 'call', provider: 'acme', durationMs: 12, status: 200 },
  ]);
});

test('what is not listed is not written', () => {
  const personal = {
    name: 'SOK DARA',
    address: 'bc1q',
    amount: 41000,
    phone: '012',
    body: '{}',
    apiKey: 'k',
    message: 'm',
  };
  expect(redactFields({ ...personal, provider: 'acme', order: undefined })).toEqual({ provider: 'acme' });
});

test('a value cannot forge a line, nor fill the disk', () => {
  const { log, lines } = open();
  log.error('call', { word: `a\n{"event":"paid"}\u001b[2J${'x'.repeat(5000)}` });
  const [line = ''] = lines;
  expect(lines).toHaveLength(1);
  expect(Array.from(line).filter((character) => character < ' ' || character === '\u007f')).toEqual([]);
  expect(line.length).toBeLessThan(400);
});

test.each([
  ['debug', 4],
  ['info', 3],
  ['warn', 2],
  ['error', 1],
] as const)('from %s up', (least, count) => {
  const { log, lines } = open(least);
  for (const level of ['debug', 'info', 'warn', 'error'] as const) log[level]('event');
  expect(lines).toHaveLength(count);
});
