import { expect, test } from 'vitest';
import { countCodeLines, readCodeBlocks, readFencedBlocks } from './code-blocks.ts';

test('finds TypeScript blocks and where they stand', () => {
  const markdown = [
    '# Title',
    '',
    '```ts',
    'const a = 1;',
    '```',
    '',
    '```sh',
    'ls',
    '```',
    '```typescript',
    'b',
    '```',
  ];
  expect(readCodeBlocks(markdown.join('\n'))).toEqual([
    { line: 4, code: 'const a = 1;' },
    { line: 11, code: 'b' },
  ]);
});

test('a block in a list loses its indentation, and a longer fence holds shorter ones', () => {
  const markdown = [
    '- item',
    '  ```ts',
    '  if (a) {',
    '    b();',
    '  }',
    '  ```',
    '````md',
    '```ts',
    'no',
    '```',
    '````',
  ];
  expect(readCodeBlocks(markdown.join('\n'))).toEqual([{ line: 3, code: 'if (a) {\n  b();\n}' }]);
});

test('counts code, not blank lines and comments', () => {
  expect(countCodeLines('// why\n\nconst a = 1; // one\n  // two\nb();')).toBe(2);
});

test('a block that is a file of its own is named, and is no block that stands alone', () => {
  const markdown = ['```ts src/wire.ts', 'a', '```', '```sh', 'ls', '```'].join('\n');
  expect(readCodeBlocks(markdown)).toEqual([]);
  expect(readFencedBlocks(markdown).map(({ info, code }) => [info, code])).toEqual([
    ['ts src/wire.ts', 'a'],
    ['sh', 'ls'],
  ]);
});
