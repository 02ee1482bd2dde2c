import { money, parseReference, USD } from '@rielrails/core';
import type { Attempt, CreatePayment, Instant, Money, ProviderRef, Target } from '@rielrails/core';
import { createVirtualRuntime } from '@rielrails/kit/virtual';
import type { VirtualRuntime } from '@rielrails/kit/virtual';
import { createBongloyEmulator } from '../src/emulator/index.ts';
import type { BongloyEmulator, BongloyEmulatorOptions } from '../src/emulator/index.ts';
import { createBongloy } from '../src/index.ts';
import type { Bongloy, BongloyConfig } from '../src/index.ts';

/** An adapter and an emulator on one clock. */
export interface World {
  readonly runtime: VirtualRuntime;
  readonly emulator: BongloyEmulator;
  readonly provider: Bongloy;
  readonly config: BongloyConfig;
  request(change?: Partial<CreatePayment<'embedded-form'>>): CreatePayment<'embedded-form'>;
  created(change?: Partial<CreatePayment<'embedded-form'>>): Promise<Target>;
  /** Created and charged. */
  paid(
    change?: Partial<CreatePayment<'embedded-form'>>,
  ): Promise<{ readonly target: Target; readonly receipt: ProviderRef }>;
}

let references = 0;

/** Opens a world. */
export function openWorld(options: BongloyEmulatorOptions = {}, change: Partial<BongloyConfig> = {}): World {
  const runtime = createVirtualRuntime({ fetch: (request, how) => emulator.fetch(request, how) });
  const emulator: BongloyEmulator = createBongloyEmulator(runtime, options);
  const config: BongloyConfig = { ...emulator.config, ...change };
  const provider = createBongloy(config, runtime);
  const world: World = {
    runtime,
    emulator,
    provider,
    config,
    request: (own) => ({
      reference: freshReference(),
      amount: cents(1500n),
      accepts: ['embedded-form'],
      purpose: 'Purchase of bitcoin',
      expiresAt: (runtime.clock.now() + 15 * 60_000) as Instant,
      ...own,
    }),
    async created(own) {
      const input = world.request(own);
      const { handle } = applied(await provider.create(input));
      return { reference: input.reference, ...(handle === undefined ? {} : { handle }) };
    },
    async paid(own) {
      const target = await world.created(own);
      const token = await emulator.payer.payWith('success');
      const [receipt] = applied(await provider.complete({ target, token })).receipts;
      if (!receipt) throw new Error('nothing was charged');
      return { target, receipt: receipt.transaction };
    },
  };
  return world;
}

/** A reference that no other test has. */
export function freshReference(): CreatePayment['reference'] {
  references += 1;
  return parseReference(String(7_000_000_000_000_000_000n + BigInt(references)));
}

/** So many cents. */
export function cents(minor: bigint): Money<'USD'> {
  return money(USD, minor);
}

/** The value of what must have been applied. */
export function applied<T>(attempt: Attempt<T>): T {
  if (attempt.outcome !== 'applied') throw new Error(attempt.fault.message);
  return attempt.value;
}
