import { money, parseReference, USD } from '@rielrails/core';
import type { CreatePayment, Instant, Money, Payment, ProviderRef, Target } from '@rielrails/core';
import type { Fetch } from '@rielrails/kit';
import { createVirtualRuntime } from '@rielrails/kit/virtual';
import type { VirtualRuntime } from '@rielrails/kit/virtual';
import { createAeonEmulator } from '../src/emulator/index.ts';
import type { AeonEmulator, AeonEmulatorOptions } from '../src/emulator/index.ts';
import { createAeon } from '../src/index.ts';
import type { AeonConfig, AeonRefundConfig, AeonWithRefunds } from '../src/index.ts';

/** An adapter and an emulator on one clock. */
export interface World {
  readonly runtime: VirtualRuntime;
  readonly emulator: AeonEmulator;
  readonly provider: AeonWithRefunds;
  readonly config: AeonRefundConfig;
  request(change?: Partial<CreatePayment<'redirect'>>): CreatePayment<'redirect'>;
  created(change?: Partial<CreatePayment<'redirect'>>): Promise<Target & { readonly url: string }>;
  /** Looks it up, leaping over every wait inside. */
  get(target: Target): Promise<Payment | null>;
  /** The body of the last request that the adapter sent. */
  sent(): Readonly<Record<string, string>>;
}

let references = 0;

/** Opens a world. `deliver` hears the webhooks. */
export function openWorld(options: AeonEmulatorOptions = {}, change: Partial<AeonConfig> = {}, deliver?: Fetch): World {
  const bodies: string[] = [];
  const runtime = createVirtualRuntime({
    async fetch(request, how) {
      bodies.push(await request.clone().text());
      return emulator.fetch(request, how);
    },
  });
  const emulator: AeonEmulator = createAeonEmulator({ ...runtime, ...(deliver ? { deliver } : {}) }, options);
  const config: AeonRefundConfig = { ...emulator.config, ...change };
  const provider = createAeon(config, runtime);
  const request: World['request'] = (change) => {
    references += 1;
    return {
      reference: parseReference(String(7_000_000_000_000_000_000n + BigInt(references))),
      amount: cents(2550n),
      accepts: ['redirect'],
      purpose: 'Purchase of bitcoin',
      expiresAt: after(runtime, 15 * 60_000),
      returnUrl: 'https://shop.example/back',
      payer: { id: '42' },
      ...change,
    };
  };
  return {
    runtime,
    emulator,
    provider,
    config,
    request,
    async created(change) {
      const input = request(change);
      const attempt = await provider.create(input);
      if (attempt.outcome !== 'applied') throw new Error(attempt.fault.message);
      const { next, handle = '' } = attempt.value;
      return { reference: input.reference, handle, url: next.url };
    },
    get: (target) => runtime.clock.run(() => provider.get(target)),
    sent: () => JSON.parse(bodies.at(-1) ?? '{}') as Record<string, string>,
  };
}

/** A moment from now. */
export function after(runtime: VirtualRuntime, ms: number): Instant {
  return (runtime.clock.now() + ms) as Instant;
}

/** So many cents. */
export function cents(minor: bigint): Money<'USD'> {
  return money(USD, minor);
}

/** A name of AEON's. */
export function ref(text: string): ProviderRef {
  return text as ProviderRef;
}

/** Where refunds go in these tests. */
export const destination = 'USDT@TRX:TQn9Y2khEsLJW1ChVWFMSMeRDow5KcbLSE';
