import type { ExchangeEmulator } from '@rielrails/kit/emulator';
import { expect, test } from 'vitest';
import { createKrakenLab, createLab } from './lab.ts';
import type { Lab } from './lab.ts';

/** What was asked while `work` ran. */
async function requestsOf(lab: Lab<ExchangeEmulator>, work: () => Promise<unknown>): Promise<number> {
  const before = lab.venue.exchanges.length;
  await work();
  return lab.venue.exchanges.length - before;
}

async function refusesQuote(lab: Lab<ExchangeEmulator>, why: string): Promise<void> {
  await expect(lab.quote('100')).rejects.toMatchObject({
    fault: { kind: 'unavailable' },
    message: expect.stringContaining(why),
  });
}

/** How long after `since` a quote is given again. */
async function untilQuoted(lab: Lab<ExchangeEmulator>, since: number): Promise<number> {
  for (;;) {
    const quoted = await lab.quote('100').then(
      () => true,
      () => false,
    );
    if (quoted) return lab.runtime.clock.now() - since;
    await lab.runtime.clock.advance(1000);
  }
}

interface Case {
  readonly what: string;
  readonly why: string;
  readonly ms: number;
  readonly lookups: boolean;
  open(): { readonly lab: Lab<ExchangeEmulator>; readonly begin: () => void; readonly end: () => void };
}

const cases: readonly Case[] = [
  {
    what: 'a halt at Binance',
    why: 'its market is closed',
    ms: 30_000,
    lookups: true,
    open() {
      const lab = createLab();
      return { lab, begin: () => lab.venue.market.halt(true), end: () => lab.venue.market.halt(false) };
    },
  },
  {
    what: 'a revoked key at Binance',
    why: 'it refuses our key or our address',
    ms: 300_000,
    lookups: true,
    open() {
      const lab = createLab();
      return { lab, begin: () => lab.venue.venue.revokeKey(true), end: () => lab.venue.venue.revokeKey(false) };
    },
  },
  {
    what: 'a ban of two minutes at Binance',
    why: 'it was called too often',
    ms: 120_000,
    lookups: false,
    open() {
      const lab = createLab();
      return { lab, begin: () => lab.venue.venue.ban(120), end: () => {} };
    },
  },
  {
    what: 'a halt at Kraken',
    why: 'its market is closed',
    ms: 30_000,
    lookups: true,
    open() {
      const lab = createKrakenLab();
      return { lab, begin: () => lab.venue.market.halt(true), end: () => lab.venue.market.halt(false) };
    },
  },
  {
    what: 'maintenance at Kraken',
    why: 'it is under maintenance',
    ms: 60_000,
    lookups: true,
    open() {
      const lab = createKrakenLab();
      const { setSystem } = lab.venue.venue;
      return { lab, begin: () => setSystem('maintenance'), end: () => setSystem('online') };
    },
  },
  {
    what: 'a revoked key at Kraken',
    why: 'it refuses our key or our address',
    ms: 300_000,
    lookups: true,
    open() {
      const lab = createKrakenLab();
      return { lab, begin: () => lab.venue.venue.revokeKey(true), end: () => lab.venue.venue.revokeKey(false) };
    },
  },
  {
    what: 'a lockout of a quarter of an hour at Kraken',
    why: 'it was called too often',
    ms: 900_000,
    lookups: false,
    open() {
      const lab = createKrakenLab();
      return { lab, begin: () => lab.venue.venue.lockOut(900), end: () => {} };
    },
  },
];

test.each(cases)('after $what it is left alone for $ms ms, then tried again', async ({ open, why, ms, lookups }) => {
  const { lab, begin, end } = open();
  const earlier = lab.reference();
  expect(await lab.buy('100', { reference: earlier })).toMatchObject({ outcome: 'applied' });
  const quote = await lab.quote('100');
  const buy = () =>
    lab.runtime.clock.run(() => lab.exchange.buy({ quote, reference: lab.reference(), atLeast: quote.receive }));

  begin();
  const begunAt = lab.runtime.clock.now();
  expect(await buy()).toMatchObject({ outcome: 'refused' });
  const asked = await requestsOf(lab, async () => {
    await refusesQuote(lab, why);
    expect(await buy()).toMatchObject({ outcome: 'refused', fault: { kind: 'unavailable' } });
  });
  expect(asked).toBe(0);
  const lookedUp = await requestsOf(lab, () => lab.get(earlier).catch(() => null));
  expect(lookedUp > 0).toBe(lookups);

  end();
  const pausedMs = await untilQuoted(lab, begunAt);
  // What was still on its way, at the pace of the venue, may have met the fault a little later.
  expect(pausedMs).toBeGreaterThanOrEqual(ms);
  expect(pausedMs).toBeLessThan(ms + 20_000);
  expect(await lab.get(earlier)).toMatchObject({ status: 'filled' });
});

test('an order in doubt is looked up while the market is halted', async () => {
  const lab = createLab();
  const reference = lab.reference();
  lab.venue.faults.add('timeout-after-apply', { route: 'order' });
  expect(await lab.buy('100', { reference })).toMatchObject({ outcome: 'unknown' });
  lab.venue.market.halt(true);
  await expect(lab.quote('100')).rejects.toThrow('the market is closed');
  expect(await lab.get(reference)).toMatchObject({ status: 'filled' });
});

test('a market that stays halted is asked about once in a while, not once a quote', async () => {
  const lab = createLab();
  lab.venue.market.halt(true);
  for (let second = 0; second < 120; second += 1) {
    await lab.quote('100').catch(() => null);
    await lab.runtime.clock.advance(1000);
  }
  expect(lab.calls('exchange-info')).toBe(4);
});

test('what one caller does wrong is no reason to leave the venue alone', async () => {
  const lab = createLab();
  lab.venue.market.setBalance('USDT', '10');
  expect(await lab.buy('200')).toMatchObject({ outcome: 'refused', fault: { reason: 'insufficient-balance' } });
  expect(await requestsOf(lab, () => lab.quote('100'))).toBeGreaterThan(0);
});
