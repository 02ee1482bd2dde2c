import { BTC, money, ProviderError, USDT } from '@rielrails/core';
import type { Exchange, FaultKind } from '@rielrails/core';
import { expect, test } from 'vitest';
import { watchPrices } from './price-watch.ts';

const input = { spend: money(USDT, 100n), buy: BTC };

/** A venue that fails as told, or gives a quote. */
function openVenue() {
  let fails: FaultKind | 'a bug' | null = null;
  const asked: bigint[] = [];
  const exchange = {
    id: 'venue',
    manifest: { markets: [{ base: BTC, quote: USDT, minimum: money(USDT, 5n), step: money(BTC, 1n) }] },
    async quote({ spend }: { spend: { minor: bigint } }) {
      asked.push(spend.minor);
      if (fails === 'a bug') throw new TypeError('no');
      if (fails !== null) throw new ProviderError({ kind: fails, provider: 'venue', message: 'no' } as never);
      return { spend };
    },
  } as unknown as Exchange;
  return { watch: watchPrices(exchange), asked, fail: (kind: typeof fails) => void (fails = kind) };
}

test('a venue is well until a quote fails, and again when one is given', async () => {
  const { watch, fail } = openVenue();
  expect(watch.state()).toBe('ok');
  fail('unavailable');
  await expect(watch.exchange.quote(input)).rejects.toThrow('no');
  expect(watch.state()).toBe('failing');
  fail(null);
  await watch.exchange.quote(input);
  expect(watch.state()).toBe('ok');
});

test('a size that is not traded says nothing about prices', async () => {
  const { watch, fail } = openVenue();
  fail('invalid');
  await expect(watch.exchange.quote(input)).rejects.toThrow('no');
  expect(watch.state()).toBe('ok');
});

test('it is asked again only while it fails, for a size that it trades; a bug is not swallowed', async () => {
  const { watch, asked, fail } = openVenue();
  await watch.look();
  expect(asked).toEqual([]);
  fail('throttled');
  await watch.exchange.quote(input).catch(() => null);
  await watch.look();
  expect(watch.state()).toBe('failing');
  fail('a bug');
  await expect(watch.look()).rejects.toThrow(TypeError);
  fail(null);
  await watch.look();
  expect(watch.state()).toBe('ok');
  expect(asked).toEqual([100n, 10n, 10n, 10n]);
});
