import { expect, test } from 'vitest';
import { InputError, isInputError } from './input-error.ts';

test('names field and rule', () => {
  const error = new InputError('items[2].price', 'whole-riel', 'riel have no decimals');
  expect(error).toMatchObject({ name: 'InputError', field: 'items[2].price', rule: 'whole-riel' });
  expect(error.message).toBe('items[2].price: riel have no decimals');
  expect(isInputError(error)).toBe(true);
  expect(isInputError(Object.assign(new Error('x'), { field: 'a', rule: 'b' }))).toBe(false);
});
