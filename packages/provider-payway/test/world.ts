import { KHR, money, parseReference, USD } from '@rielrails/core';
import type { CreatePayment, Instant, Money, NextActionType, Target } from '@rielrails/core';
import { createVirtualRuntime } from '@rielrails/kit/virtual';
import type { VirtualRuntime } from '@rielrails/kit/virtual';
import { createPaywayEmulator } from '../src/emulator/index.ts';
import type { PaywayEmulator, PaywayEmulatorOptions } from '../src/emulator/index.ts';
import { createPayway } from '../src/index.ts';
import type { PaywayConfig, PaywayRefundConfig, PaywayWithRefunds } from '../src/index.ts';

/** An adapter and an emulator on one clock. */
export interface World {
  readonly runtime: VirtualRuntime;
  readonly emulator: PaywayEmulator;
  readonly provider: PaywayWithRefunds;
  readonly config: PaywayRefundConfig;
  request<A extends 'qr' | 'deep-link' | 'redirect' = 'qr'>(change?: Partial<CreatePayment<A>>): CreatePayment<A>;
  created(
    change?: Partial<CreatePayment<'qr' | 'deep-link' | 'redirect'>>,
  ): Promise<Target & { readonly payload: string }>;
}

let references = 0;

/** Opens a world. */
export function openWorld(options: PaywayEmulatorOptions = {}, change: Partial<PaywayConfig> = {}): World {
  const runtime = createVirtualRuntime({ fetch: (request, how) => emulator.fetch(request, how) });
  const emulator: PaywayEmulator = createPaywayEmulator(runtime, options);
  const config: PaywayRefundConfig = { ...emulator.config, ...change };
  const provider = createPayway(config, runtime);
  const request: World['request'] = (change) => {
    references += 1;
    return {
      reference: parseReference(String(7_000_000_000_000_000_000n + BigInt(references))),
      amount: riel(40_000n),
      accepts: ['qr'] as never,
      purpose: 'Purchase of bitcoin for riel',
      expiresAt: (runtime.clock.now() + 15 * 60_000) as Instant,
      returnUrl: 'https://shop.example/back',
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
      const { next, handle } = attempt.value;
      return {
        reference: input.reference,
        ...(handle === undefined ? {} : { handle }),
        payload: next.type === 'qr' ? next.payload : next.url,
      };
    },
  };
}

/** So many riel. */
export function riel(minor: bigint): Money<'KHR'> {
  return money(KHR, minor);
}

/** So many cents. */
export function cents(minor: bigint): Money<'USD'> {
  return money(USD, minor);
}

/** Every way to pay that PayWay has. */
export const offers = ['qr', 'deep-link', 'redirect'] as const satisfies readonly NextActionType[];
