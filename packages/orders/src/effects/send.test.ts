import { BTC, checkAddress } from '@rielrails/core';
import type { Custody, Instant, Reference } from '@rielrails/core';
import { createVirtualRuntime } from '@rielrails/kit/virtual';
import { expect, test } from 'vitest';
import { openDesk } from '../../test/order/desk.ts';
import type { Outside } from './outside.ts';
import { sendDoor } from './send.ts';

const identity = { name: 'SOK DARA' };

/** Everybody whom a delivery asks, where every verdict ends `forMs` from now. */
function outsideWith(forMs: number) {
  const runtime = createVirtualRuntime({ fetch: () => Promise.reject(new Error('nobody is asked by wire')) });
  const desk = openDesk();
  desk.until('sending');
  const validUntil = (runtime.clock.now() + forMs) as Instant;
  const verdict = { id: 'v', outcome: 'clear', evidence: [], validUntil } as const;
  const address = { network: 'regtest', read: valid };
  const checked = checkAddress(desk.order.address ?? '', address);
  const asked: string[] = [];
  const custody = {
    id: 'coins',
    manifest: { assets: [BTC], address },
    withdraw: async ({ reference, amount }: Parameters<Custody['withdraw']>[0]) => {
      asked.push(reference);
      return { outcome: 'applied', value: { reference, amount, status: 'signing' } };
    },
  };
  const outside = {
    runtime,
    callTimeoutMs: 1000,
    providers: {
      custodies: [custody],
      names: { screenName: async () => ({ ...verdict, of: identity }) },
      addresses: {
        screenAddress: async () => ({ ...verdict, of: checked.outcome === 'valid' ? checked.address : null }),
      },
    },
    person: async () => ({
      identity,
      kyc: { reference: '7' as Reference, status: 'approved', until: (runtime.clock.now() + 1000) as Instant },
    }),
    knownApart: async () => [],
  } as unknown as Outside;
  return { desk, outside, asked };
}

const valid = (canonical: string) => ({ outcome: 'valid', canonical }) as const;

test('a delivery that is cleared leaves under its reference', async () => {
  const { desk, outside, asked } = outsideWith(1000);
  const effect = desk.last('send');
  const event = await sendDoor.call(effect, desk.order, outside);
  expect(event).toMatchObject({ type: 'sent', attempt: { outcome: 'applied' } });
  expect(asked).toEqual([effect.reference]);
});

test('a leave that ended on the way sends nothing, and is no doubt: the delivery waits', async () => {
  const { desk, outside, asked } = outsideWith(0);
  const event = await sendDoor.call(desk.last('send'), desk.order, outside);
  expect(event).toMatchObject({ type: 'sent', attempt: { outcome: 'refused', fault: { kind: 'unavailable' } } });
  expect(asked).toEqual([]);
  desk.apply(event);
  expect(desk.last('send')).toMatchObject({ status: 'waiting', doubted: false });
});
