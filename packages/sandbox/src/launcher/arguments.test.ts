import { expect, test } from 'vitest';
import { readArguments } from './arguments.ts';

const options = { node: 'any', keep: false, engine: null, rail: null, kyc: null };

test('nothing asks for the demo', () => {
  expect(readArguments([])).toEqual({ type: 'demo', options, port: null });
});

test('a demo takes its port, node and engine; pnpm’s separator is passed over', () => {
  expect(readArguments(['--', '--port', '4100', '--node=regtest-lite', '--engine', 'x.ts', '--keep'])).toEqual({
    type: 'demo',
    options: { node: 'regtest-lite', keep: true, engine: 'x.ts', rail: null, kyc: null },
    port: 4100,
  });
});

test('a script by name, with its result as JSON', () => {
  expect(readArguments(['--script', 'happy', '--json'])).toEqual({
    type: 'script',
    options,
    name: 'happy',
    json: true,
  });
});

test('a script may be paid by another rail', () => {
  const task = readArguments(['--script', 'happy', '--rail', 'bakong']);
  expect(task).toMatchObject({ name: 'happy', options: { rail: 'bakong' } });
});

test('a script and a demo may be verified by somebody else', () => {
  expect(readArguments(['--script', 'kyc-happy', '--kyc', 'manual'])).toMatchObject({ options: { kyc: 'manual' } });
  expect(readArguments(['--kyc=onfido'])).toMatchObject({ type: 'demo', options: { kyc: 'onfido' } });
});

test('help wins over everything', () => {
  expect(readArguments(['--script', 'happy', '--help'])).toEqual({ type: 'help' });
  expect(readArguments(['--scripts'])).toEqual({ type: 'list-scripts' });
});

test.each([
  [['--port', '0'], '--port', 'range'],
  [['--port', '65536'], '--port', 'range'],
  [['--port', '1e3'], '--port', 'range'],
  [['--port'], '--port', 'value'],
  [['--script', '--json'], '--script', 'value'],
  [['--script=happy', '--script=crash'], '--script', 'once'],
  [['--script', 'happy', '--port', '4100'], '--port', 'demo-only'],
  [['--json'], '--json', 'script-only'],
  [['--rail', 'cash'], '--rail', 'one-of'],
  [['--kyc', 'nobody'], '--kyc', 'one-of'],
  [['--node', 'bcoin'], '--node', 'one-of'],
  [['--nod', 'any'], 'argument', 'known'],
  [['--keep=yes'], 'argument', 'known'],
  [['happy'], 'argument', 'known'],
])('%j is refused', (words, field, rule) => {
  expect(() => readArguments(words)).toThrowError(expect.objectContaining({ field, rule }));
});
