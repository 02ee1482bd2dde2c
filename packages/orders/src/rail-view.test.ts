import { money, USD } from '@rielrails/core';
import type { AnyPaymentManifest, AnyPaymentProvider } from '@rielrails/core';
import { expect, test } from 'vitest';
import { openDesk } from '../test/order/desk.ts';
import { QUOTE, railWith, riel } from '../test/order/fixtures.ts';
import type { Providers } from './providers.ts';
import { railViews } from './rail-view.ts';
import type { RailView } from './rail-view.ts';

const view = (manifest: AnyPaymentManifest, isDown = false) => {
  const rail = { id: 'cash', manifest } as unknown as AnyPaymentProvider;
  const providers = { accepts: ['qr', 'redirect'] } as unknown as Providers;
  return railViews(rail, { ...openDesk().order, quote: QUOTE, rail: 'cash' }, { providers, isDown })[0] as RailView;
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

test('a rail with two ways is two of them; the first is the one when none was named', () => {
  const both = railWith({ offers: { redirect: { finality: { reversibleForMs: 1000 } }, qr: { finality: 'final' } } });
  const rail = { id: 'cash', manifest: both } as unknown as AnyPaymentProvider;
  const providers = { accepts: ['qr', 'redirect'] } as unknown as Providers;
  const ways = (way: 'redirect' | null) =>
    railViews(rail, { ...openDesk().order, way }, { providers, isDown: false }).map((one) => [
      one.way,
      one.isFirst,
      one.chosen,
      one.reversibleForMs,
    ]);
  expect(ways(null)).toEqual([
    ['qr', true, true, null],
    ['redirect', false, false, 1000],
  ]);
  expect(ways('redirect').map(([, , chosen]) => chosen)).toEqual([false, true]);
});
