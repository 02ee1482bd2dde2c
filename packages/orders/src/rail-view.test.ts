import { money, USD } from '@rielrails/core';
import type { AnyPaymentManifest, AnyPaymentProvider } from '@rielrails/core';
import { expect, test } from 'vitest';
import { openDesk } from '../test/order/desk.ts';
import { QUOTE, railWith, riel } from '../test/order/fixtures.ts';
import type { Providers } from './providers.ts';
import { railView } from './rail-view.ts';

const view = (manifest: AnyPaymentManifest, isDown = false) => {
  const rail = { id: 'cash', manifest } as unknown as AnyPaymentProvider;
  const providers = { accepts: ['qr', 'redirect'] } as unknown as Providers;
  return railView(rail, { ...openDesk().order, quote: QUOTE, rail: 'cash' }, { providers, isDown });
};
const limits = { minimum: riel(4_000n), maximum: riel(400_000n) };

test('what it takes of the currency of the order', () => {
  expect(view(railWith({ assets: [limits] }))).toMatchObject({ limits, state: 'available', chosen: true });
  expect(view(railWith({ assets: [limits] }), true).state).toBe('down');
  const small = { minimum: riel(1n), maximum: riel(40_999n) };
  expect(view(railWith({ assets: [small] }), true)).toMatchObject({ limits: small, state: 'too-much' });
});

test('another currency has limits that say nothing here', () => {
  const dollars = railWith({ assets: [{ minimum: money(USD, 1n), maximum: money(USD, 2n) }] });
  expect(view(dollars)).toMatchObject({ limits: null, assets: [USD], state: 'other-currency' });
});
