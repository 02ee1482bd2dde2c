import { expect, test } from 'vitest';
import { namesOf, refusalOf } from './provider-names.ts';

test('one name gives all others', () => {
  expect(namesOf('demo-bank')).toEqual({
    folder: 'demo-bank',
    type: 'DemoBank',
    variable: 'demoBank',
    title: 'Demo Bank',
  });
  expect(namesOf('wing2')).toMatchObject({ type: 'Wing2', variable: 'wing2' });
});

test.each([
  '',
  'Demo',
  'demo_bank',
  'demo--bank',
  '-demo',
  'demo-',
  '../demo',
  'demo/bank',
  '2demo',
  'provider-demo',
  'x'.repeat(41),
])('"%s" is refused', (name) => {
  expect(refusalOf(name, false)).not.toBeNull();
});

test('a folder that is there is never written over', () => {
  expect(refusalOf('demo-bank', false)).toBeNull();
  expect(refusalOf('demo-bank', true)).toMatch(/is there already/);
});
