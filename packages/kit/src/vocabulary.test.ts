import { expect, test } from 'vitest';
import { createVirtualRuntime } from './virtual/index.ts';
import { createVocabulary } from './vocabulary.ts';

function open() {
  const runtime = createVirtualRuntime();
  const words = { APPROVED: 'paid', PENDING: 'processing' } as const;
  const vocabulary = createVocabulary<'paid' | 'processing'>({
    provider: 'acme',
    words,
    otherwise: 'processing',
    log: runtime.log,
  });
  return { vocabulary, runtime };
}

test('known words mean what is said, letter by letter', () => {
  const { vocabulary, runtime } = open();
  expect([vocabulary.read('APPROVED'), vocabulary.read('PENDING')]).toEqual(['paid', 'processing']);
  expect(runtime.entries).toEqual([]);
  expect(vocabulary.read('approved')).toBe('processing');
});

test.each(['constructor', '__proto__', 'toString', ''])('%j is an unfamiliar word like any other', (word) => {
  expect(open().vocabulary.read(word)).toBe('processing');
});

test('an unfamiliar word is logged once, and a flood of them is not', () => {
  const { vocabulary, runtime } = open();
  for (let time = 0; time < 3; time += 1) vocabulary.read('SETTLING');
  expect(runtime.entries).toEqual([
    { level: 'warn', event: 'unfamiliar-word', fields: { provider: 'acme', word: 'SETTLING' } },
  ]);
  for (let number = 0; number < 500; number += 1) vocabulary.read(`WORD-${number}`);
  expect(runtime.entries).toHaveLength(100);
});
