import { BTC, money, USDT } from '@rielrails/core';
import type { Quote, Trade } from '@rielrails/core';
import { expect, test } from 'vitest';
import { createVirtualRuntime } from '../virtual/index.ts';
import { defineExchange } from './define-exchange.ts';

const asked: unknown[] = [];
const exchange = defineExchange(
  {
    id: 'acme',
    manifest: {
      markets: [{ base: BTC, quote: USDT, minimum: money(USDT, 1n), step: money(BTC, 1n) }],
      buy: { repeat: 'none' },
      get: { by: 'reference', covers: 'all', notFoundIsFinalAfterMs: 1 },
    },
    async quote(input) {
      asked.push(input);
      return {} as Quote;
    },
    buy: async () => ({}) as Trade,
    get: async () => null,
  },
  createVirtualRuntime(),
);

test.each([
  ['spend', money({ code: 'USDT', scale: 6 }, 100n), BTC],
  ['buy', money(USDT, 100n), { code: 'BTC', scale: 11 }],
])('an asset of the right name and another scale is another asset: %s', async (_field, spend, buy) => {
  await expect(exchange.quote({ spend, buy })).rejects.toMatchObject({ fault: { kind: 'invalid' } });
  expect(asked).toEqual([]);
});
