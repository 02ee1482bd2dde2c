import { systemRandom } from '@rielrails/kit';
import { describe, expect, test } from 'vitest';
import { createSealer } from './seal.ts';

const sealer = createSealer(new Uint8Array(32).fill(7), systemRandom);
const identity = { name: 'SOK DARA ភាសាខ្មែរ', born: '1990-01-01', aliases: ['Dara'], many: [1n, -5n, null, ''] };

describe('sealed', () => {
  test('opens as it was, whatever it was', () => {
    for (const value of [identity, null, '', [], {}, { '': 0n }, '\u{1F600}'.repeat(500), 9_007_199_254_740_993n])
      expect(sealer.open('a:1', sealer.seal('a:1', value))).toEqual(value);
  });

  test('shows nothing of what it holds, and never looks the same twice', () => {
    const sealed = sealer.seal('a:1', identity);
    for (const text of ['SOK', 'DARA', '1990', 'name']) expect(Buffer.from(sealed).includes(text)).toBe(false);
    expect(sealer.seal('a:1', identity)).not.toEqual(sealed);
  });

  test('is refused at another place, under another key, cut short, or with any byte changed', () => {
    const sealed = sealer.seal('a:1', identity);
    const other = createSealer(new Uint8Array(32).fill(8), systemRandom);
    expect(() => sealer.open('a:2', sealed)).toThrow(/authenticate/);
    expect(() => other.open('a:1', sealed)).toThrow(/authenticate/);
    for (let index = 0; index < sealed.length; index += 1) {
      const changed = sealed.slice();
      changed[index] = (changed[index] ?? 0) ^ (1 << (index % 8));
      expect(() => sealer.open('a:1', changed)).toThrow(/authenticate/);
      expect(() => sealer.open('a:1', sealed.subarray(0, index))).toThrow(/authenticate|tag length|vector/);
    }
  });

  test('an error tells nothing of it', () => {
    const sealed = sealer.seal('a:1', identity);
    const error = [() => sealer.open('a:2', sealed)].map((open) => {
      try {
        return String(open());
      } catch (thrown) {
        return String(thrown);
      }
    })[0];
    expect(error).not.toContain('DARA');
  });
});
