import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BTC, money } from '@rielrails/core';
import type { Clearance, Withdraw } from '@rielrails/core';
import { newReference } from '@rielrails/kit';
import { expect, it } from 'vitest';
import { createSignerClient } from '../src/signer/index.ts';
import { clearanceFor, createWorld, customerAddress } from './world.ts';
import type { World } from './world.ts';

/** A withdrawal whose clearance is another one, in one thing. */
function cleared({ ask, runtime }: World, change: (clearance: Clearance) => Clearance): Withdraw {
  const order = ask(500_000n);
  const { address } = order.destination;
  const clearance = change(clearanceFor(order.reference, address, 500_000n, runtime.clock.now()));
  return { ...order, destination: { type: 'customer', address, clearance } };
}

// A node that is pruned, unreachable or on another chain: core-rpc.test.ts, and against the real one chain/refusals.chain.ts.
it.each<readonly [string, string, (world: World) => Withdraw]>([
  [
    'an address of another network',
    'wallet address: is of another network; ask for one of regtest',
    ({ ask }) => {
      const order = ask(500_000n);
      return {
        ...order,
        destination: { ...order.destination, address: { network: 'bitcoin', text: 'bc1q' } as never },
      };
    },
  ],
  [
    'an address with a wrong checksum, whatever its type says',
    'wallet address: its checksum is wrong: a character was mistyped or lost; ask for it again',
    ({ ask }) => {
      const address = customerAddress();
      const torn = { ...address, text: `${address.text.slice(0, -1)}${address.text.endsWith('q') ? 'p' : 'q'}` };
      return ask(500_000n, { address: torn });
    },
  ],
  ['dust', 'dust, which no node relays; send at least 294 satoshi to this address', ({ ask }) => ask(293n)],
  [
    'a fee above its cap',
    'the fee is above its cap; wait for lower fees, or raise fee.maximumFeeSats',
    ({ ask, chain }) => {
      chain.setFeeRate(90);
      return ask(1_000_000n);
    },
  ],
  [
    'a clearance that has expired',
    'wallet clearance: is no longer valid; screen again',
    (world) => cleared(world, (one) => ({ ...one, validUntil: world.runtime.clock.now() })),
  ],
  [
    'a clearance for another reference',
    'wallet clearance: is for another reference; mint one for this withdrawal',
    (world) => cleared(world, (one) => ({ ...one, reference: newReference(world.runtime.random) })),
  ],
  [
    'a clearance for another address',
    'wallet clearance: is for another address; screen the one that is paid',
    (world) => cleared(world, (one) => ({ ...one, address: customerAddress() })),
  ],
  [
    'a clearance for less',
    'wallet clearance: allows less than this amount; mint one that covers it',
    (world) => cleared(world, (one) => ({ ...one, maximum: money(BTC, 499_999n) })),
  ],
])('%s is refused with the reason and the remedy, and nothing was signed', async (_what, message, order) => {
  const world = createWorld({ coins: Array.from({ length: 90 }, () => 20_000n) });
  const asked = order(world);
  expect(await world.wallet.withdraw(asked)).toMatchObject({
    outcome: 'refused',
    fault: { message: expect.stringContaining(message) as string },
  });
  expect(await world.signer.find(asked.reference)).toEqual([]);
  expect(await world.store.leased()).toEqual(new Set());
  expect(world.chain.broadcasts).toEqual([]);
});

it('a signer that is not there: refused with the remedy, and the coins are free', async () => {
  const world = createWorld();
  const gone = createSignerClient({ socketPath: join(tmpdir(), 'rielrails-no-signer.sock') }, world.runtime);
  const wallet = world.open({ signer: { ...world.signer, sign: gone.sign, find: gone.find } });
  expect(await wallet.withdraw(world.ask(500_000n))).toMatchObject({
    outcome: 'refused',
    fault: { message: expect.stringContaining('could not be reached; start it, or correct its socket path') as string },
  });
  expect(await world.store.leased()).toEqual(new Set());
  expect(world.chain.broadcasts).toEqual([]);
});
