import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { createNameIndex } from './name-index.ts';
import { THRESHOLD } from './score.ts';
import type { Bearer } from './score.ts';

interface LabelledPair {
  readonly label: string;
  readonly bearer: Bearer;
  readonly asked: string;
  readonly listed: string;
}

const lines = readFileSync(new URL('../../fixtures/names/pairs.txt', import.meta.url), 'utf8').split('\n');
const pairs = lines
  .filter((line) => line.includes(' | ') && !line.startsWith('#'))
  .map((line): LabelledPair => {
    const [label = '', bearer = '', asked = '', listed = ''] = line.split(' | ');
    return { label, bearer: bearer as Bearer, asked, listed };
  });

const index = createNameIndex(pairs.map(({ listed, bearer }) => ({ text: listed, bearer })));

const isFound = ({ asked, listed }: LabelledPair) =>
  index.search(asked, THRESHOLD).some(({ at }) => pairs[at]?.listed === listed);

test.each(pairs)('$label: $asked, $listed', (pair) => {
  const { label } = pair;
  expect(isFound(pair)).toBe(label.startsWith('same') !== label.endsWith('?'));
});

test('of several hundred pairs, nearly all of one bearer are found, and few of two', () => {
  const same = pairs.filter(({ label }) => label.startsWith('same'));
  const right = same.filter(isFound).length;
  const wrong = pairs.filter((pair) => pair.label.startsWith('other') && isFound(pair)).length;
  expect(pairs.length).toBeGreaterThan(500);
  expect(right / same.length).toBeGreaterThanOrEqual(0.97);
  expect(right / (right + wrong)).toBeGreaterThanOrEqual(0.99);
});

test.each(['person', 'entity', 'vessel', 'aircraft'])('the pairs of a %s are of both kinds', (bearer) => {
  const labels = pairs.filter((pair) => pair.bearer === bearer).map(({ label }) => label.replace('?', ''));
  expect(new Set(labels)).toEqual(new Set(['same', 'other']));
});
