import { KHR, money, parseReference, USD } from '@rielrails/core';
import type { Attempt, CreatedPayment, CreatePayment, Instant, Money, Payment, Target } from '@rielrails/core';
import { createVirtualRuntime } from '@rielrails/kit/virtual';
import type { VirtualRuntime } from '@rielrails/kit/virtual';
import { createBakongEmulator } from '../src/emulator/index.ts';
import type { BakongEmulator, BakongEmulatorOptions } from '../src/emulator/index.ts';
import { createBakong } from '../src/index.ts';
import type { Bakong, BakongConfig } from '../src/index.ts';

type Offers = 'qr' | 'deep-link';

/** An adapter and an emulator on one clock. */
export interface World {
  readonly runtime: VirtualRuntime;
  readonly emulator: BakongEmulator;
  readonly bakong: Bakong;
  request(change?: Partial<CreatePayment<Offers>>): CreatePayment<Offers>;
  create(change?: Partial<CreatePayment<Offers>>): Promise<Attempt<CreatedPayment<Offers>>>;
  /** A QR that is shown. */
  shown(change?: Partial<CreatePayment<Offers>>): Promise<Target & { readonly handle: string; readonly qr: string }>;
  /** Looks it up, leaping over every wait inside. */
  get(target: Target): Promise<Payment | null>;
  /** Another adapter process with the same configuration and nothing remembered. */
  restarted(): Bakong;
  /** Calls that left with the token. */
  calls(): number;
}

let references = 0;

/** Opens a world. */
export function openWorld(options: BakongEmulatorOptions = {}, change: Partial<BakongConfig> = {}): World {
  const runtime = createVirtualRuntime({ fetch: (request, how) => emulator.fetch(request, how) });
  const emulator: BakongEmulator = createBakongEmulator(runtime, options);
  const config: BakongConfig = { ...emulator.config, ...change };
  const bakong = createBakong(config, runtime);
  const request: World['request'] = (change) => {
    references += 1;
    return {
      reference: parseReference(String(7_000_000_000_000_000_000n + BigInt(references))),
      amount: riel(40_000n),
      accepts: ['qr'],
      purpose: 'Purchase of bitcoin',
      expiresAt: after(runtime, 15 * 60_000),
      ...change,
    };
  };
  const create: World['create'] = (change) => runtime.clock.run(() => bakong.create(request(change)));
  return {
    runtime,
    emulator,
    bakong,
    request,
    create,
    async shown(change) {
      const attempt = await create(change);
      if (attempt.outcome !== 'applied') throw new Error(attempt.fault.message);
      const { next, payment, handle = '' } = attempt.value;
      return { reference: payment.reference, handle, qr: next.type === 'qr' ? next.payload : next.url };
    },
    get: (target) => runtime.clock.run(() => bakong.get(target)),
    restarted: () => createBakong(config, runtime),
    calls: () => bakong.polling().used,
  };
}

/** A moment from now. */
export function after(runtime: VirtualRuntime, ms: number): Instant {
  return (runtime.clock.now() + ms) as Instant;
}

/** So many riel. */
export function riel(minor: bigint): Money<'KHR'> {
  return money(KHR, minor);
}

/** So many cents. */
export function cents(minor: bigint): Money<'USD'> {
  return money(USD, minor);
}
