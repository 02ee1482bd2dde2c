import { isInputError } from '@rielrails/core';
import { Secret } from '@rielrails/kit';
import { assert, property, string } from 'fast-check';
import { expect, test } from 'vitest';
import { readApayConnection } from './connection.ts';

const lines = ['a'.repeat(32), '1234567', '7654321', 'b1'.repeat(16), 'c2'.repeat(16)];

test.each([
  ['bare', lines.join('\n')],
  ['with a line end', `${lines.join('\n')}\n`],
  ['from Windows', `${lines.join('\r\n')}\r\n`],
])('five lines, %s', (_how, text) => {
  const { apiKey, accessKey, privateKey, ...rest } = readApayConnection(text);
  const keys = [apiKey, accessKey, privateKey].map((key) => (key instanceof Secret ? key.reveal() : 'not a secret'));
  expect(keys).toEqual([lines[0], lines[3], lines[4]]);
  expect(rest).toEqual({ projectId: '1234567', webhookId: '7654321' });
});

test.each([
  [0, 'A'.repeat(32), 'line 1: apiKey'],
  [0, 'a'.repeat(31), 'line 1: apiKey'],
  [1, '12345678', 'line 2: projectId'],
  [2, '123456', 'line 3: webhookId'],
  [2, '１２３４５６７', 'line 3: webhookId'],
  [3, `${'b'.repeat(32)} `, 'line 4: accessKey'],
  [4, `${'c'.repeat(31)}-`, 'line 5: privateKey'],
])('line %i of another form is named and not told', (index, value, message) => {
  const text = lines.with(index, value).join('\n');
  expect(() => readApayConnection(text)).toThrow(message);
  expect(() => readApayConnection(text)).not.toThrow(value);
});

test('an empty line in the middle is named', () => {
  expect(() => readApayConnection(lines.with(1, '').join('\n'))).toThrow('line 2: projectId');
});

test.each([4, 6, 100_000])('%i lines are not five', (count) => {
  expect(() => readApayConnection(Array(count).fill(lines[0]).join('\n'))).toThrow('expected five lines');
});

test('any text is taken or named, and never told', () => {
  assert(
    property(string({ minLength: 8 }), (text) => {
      try {
        readApayConnection(text);
        return false;
      } catch (error) {
        return isInputError(error) && !error.message.includes(text);
      }
    }),
  );
});
