import { expect, test } from 'vitest';
import { findViolations } from './boundaries.ts';

function violationsOf(files: Readonly<Record<string, string>>) {
  return findViolations(new Map(Object.entries(files))).map(({ path, line, rule }) => `${path}:${line} ${rule}`);
}

test.each([
  ['packages/core/src/a.ts', `import 'zod';`, 'core imports nothing'],
  ['packages/core/src/a.ts', `import { readFile } from 'node:fs';`, 'core imports nothing'],
  ['packages/kit/src/a.ts', `import { x } from '@rielrails/orders';`, 'no other package of ours'],
  ['packages/provider-acme/src/a.ts', `import { x } from '@rielrails/wallet';`, 'never another adapter'],
  ['packages/provider-acme/src/a.ts', `export { x } from '@rielrails/orders';`, 'never another adapter, orders'],
  ['packages/provider-acme/src/a.ts', `import { x } from '@rielrails/testkit';`, 'testkit is for tests only'],
  ['packages/provider-acme/src/a.ts', `import { x } from '../../wallet/src/b.ts';`, 'other packages by their name'],
  ['packages/provider-acme/src/a.ts', `const x = await import('@rielrails/wallet');`, 'never another adapter'],
  ['packages/provider-acme/src/emulator/a.ts', `import { x } from '../wire.ts';`, 'nothing of the adapter beside it'],
  ['packages/exchange/src/acme-emulator/a.ts', `import { x } from '../ccxt/a.ts';`, 'nothing of the adapter beside it'],
  ['packages/wallet/src/regtest/lite/a.ts', `import { x } from '../../wallet.ts';`, 'nothing of the adapter beside it'],
  ['packages/provider-acme/src/emulator/a.ts', `import { x } from '@rielrails/kit/virtual';`, 'kit/emulator'],
  ['packages/provider-acme/src/wire.ts', `import { x } from './emulator/a.ts';`, 'does not import its emulator'],
  ['packages/wallet/src/wallet.ts', `import { x } from './regtest/a.ts';`, 'does not import its emulator'],
  ['packages/orders/src/a.ts', `import { x } from '@rielrails/provider-acme';`, 'orders knows no provider'],
  ['packages/sandbox/src/a.ts', `import { x } from '@rielrails/provider-acme';`, 'sandbox imports emulators'],
  ['packages/testkit/src/a.ts', `import { x } from '@rielrails/provider-acme';`, 'testkit imports core and kit'],
  ['packages/sandbox/test/a.ts', `import { x } from '../../../examples/bot/src/a.ts';`, 'nothing imports examples'],
  ['tools/a.ts', `import { x } from '@rielrails/example-bot';`, 'nothing imports examples'],
  ['packages/orders/src/order/a.ts', `import { x } from '../store/b.ts';`, 'order/ is pure'],
  ['packages/orders/src/order/a.ts', `import { sql } from 'kysely';`, 'order/ is pure'],
  ['packages/orders/src/order/a.ts', `import { systemClock } from '@rielrails/kit';`, 'not systemClock'],
  ['packages/orders/src/order/a.ts', `import * as kit from '@rielrails/kit';`, 'order/ is pure: not *'],
  ['packages/orders/src/store/a.ts', `import { x } from '../money/b.ts';`, 'store/ lies below money/'],
  ['packages/orders/src/workers/a.ts', `import { x } from '../http/b.ts';`, 'workers/ lies below http/'],
  ['packages/orders/src/http/a.ts', `import { x } from '../admin/b.ts';`, 'or beside it'],
  ['packages/orders/src/workers/a.ts', `import type { x } from '../http/b.ts';`, 'workers/ lies below http/'],
])('%s: %s', (path, text, rule) => {
  const violations = violationsOf({ [path]: `\n${text}` });
  expect(violations.join('\n')).toContain(`${path}:2 `);
  expect(violations.join('\n')).toContain(rule);
});

test.each([
  ['packages/kit/src/a.ts', `import { x } from '@rielrails/core';\nimport { z } from 'zod';`],
  ['packages/provider-acme/src/a.ts', `import { x } from '@rielrails/kit';\nimport { y } from './b.ts';`],
  ['packages/provider-acme/src/a.test.ts', `import { x } from './emulator/a.ts';`],
  ['packages/provider-acme/test/a.ts', `import { x } from '@rielrails/testkit';`],
  ['packages/wallet/src/emulator/a.ts', `import { x } from '../regtest/b.ts';`],
  ['packages/orders/src/http/a.ts', `import { x } from '../workers/b.ts';\nimport { y } from '../order/b.ts';`],
  [
    'packages/orders/src/order/a.ts',
    `import { hmac } from '@rielrails/kit';\nimport type { Clock } from '@rielrails/kit';`,
  ],
  ['packages/orders/src/workers/a.ts', `import type { Orders } from '../orders.ts';`],
  ['packages/orders/test/a.ts', `import { x } from '@rielrails/provider-acme';`],
  ['packages/sandbox/src/a.ts', `import { x } from '@rielrails/provider-acme/emulator';`],
  ['examples/bot/src/a.ts', `import { x } from '@rielrails/orders';\nprocess.env['X'];`],
  ['packages/core/src/a.ts', `// import 'zod';\nconst text = "import 'zod'";`],
])('%s may: %s', (path, text) => {
  expect(violationsOf({ [path]: text })).toEqual([]);
});

test('rooms take values only from files above them that depend on nothing', () => {
  const uses = `import { byId } from '../providers.ts';`;
  const files = {
    'packages/orders/src/effects/a.ts': uses,
    'packages/orders/src/providers.ts': `export const byId = 1;`,
  };
  expect(violationsOf(files)).toEqual([]);
  const heavier = { ...files, 'packages/orders/src/providers.ts': `export { byId } from './engine.ts';` };
  expect(violationsOf(heavier).join()).toContain('takes only types from above the rooms');
});

test.each(['process.env', `process['env']`])('only programs read %s', (expression) => {
  const library = { 'packages/acme/src/a.ts': `export const x = ${expression};` };
  expect(violationsOf(library)).toEqual(['packages/acme/src/a.ts:1 only programs and examples read process.env']);
  const program = { ...library, 'packages/acme/package.json': '{"bin":{"acme":"./src/a.ts"}}' };
  expect(violationsOf(program)).toEqual([]);
  const script = { ...library, 'package.json': '{"scripts":{"acme":"node packages/acme/src/a.ts"}}' };
  expect(violationsOf(script)).toEqual([]);
});

test('taking env out of process is reading it', () => {
  expect(violationsOf({ 'packages/acme/src/a.ts': 'const { env } = process;' })).toHaveLength(1);
});
