import { expect, test } from 'vitest';
import { can } from './capability.ts';

interface Provider {
  readonly id: string;
  refund?(): string;
}

test('an operation is there when it is a function', () => {
  const without: Provider = { id: 'a' };
  const withIt: Provider = { id: 'b', refund: () => 'refunded' };
  expect(can(without, 'refund')).toBe(false);
  expect(can(withIt, 'refund') && withIt.refund()).toBe('refunded');
  expect(can({ id: 'c', refund: 'yes' } as unknown as Provider, 'refund')).toBe(false);
});
