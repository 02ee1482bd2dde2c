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

test.each(pairs)('$label: $asked, $listed', ({ label, asked, listed }) => {
  const found = index.search(asked, THRESHOLD).some(({ at }) => pairs[at]?.listed === listed);
  expect(found).toBe(label.startsWith('same') !== label.endsWith('?'));
});
