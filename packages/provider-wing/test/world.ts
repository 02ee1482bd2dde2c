import { KHR, money, parseReference, USD } from '@rielrails/core';
import type { CreatedPayment, CreatePayment, Instant, Money, Target } from '@rielrails/core';
import { createVirtualRuntime } from '@rielrails/kit/virtual';
import type { VirtualRuntime } from '@rielrails/kit/virtual';
import { createWingEmulator, createWingInquiryEmulator, createWingV1Emulator } from '../src/emulator/index.ts';
import type { WingEmulator, WingEmulatorOptions, WingV2InquiryEmulatorConfig } from '../src/emulator/index.ts';
import { createWing, createWingForm } from '../src/index.ts';
import type { Wing, WingV1Config, WingV2Config } from '../src/index.ts';

/** An adapter and an emulator on one clock. */
export interface World<Emulated, Provider> {
  readonly runtime: VirtualRuntime;
  readonly emulator: Emulated;
  readonly provider: Provider;
}

/** Every request is in riel, unless a world says otherwise. */
export function request(
  runtime: VirtualRuntime,
  change: Partial<CreatePayment<'redirect'>> = {},
): CreatePayment<'redirect'> {
  references += 1;
  return {
    reference: parseReference(String(7_000_000_000_000_000_000n + BigInt(references))),
    amount: riel(40_000n),
    accepts: ['redirect'],
    purpose: 'Purchase of bitcoin for riel',
    expiresAt: (runtime.clock.now() + 15 * 60_000) as Instant,
    ...change,
  };
}

let references = 0;

/** Version 2 with an inquiry. */
export function openV2(
  options: WingEmulatorOptions = {},
  change: Partial<WingV2Config> = {},
): World<WingEmulator<WingV2InquiryEmulatorConfig>, Wing> {
  const runtime = createVirtualRuntime({ fetch: (sent, how) => emulator.fetch(sent, how) });
  const emulator: WingEmulator<WingV2InquiryEmulatorConfig> = createWingInquiryEmulator(runtime, options);
  return { runtime, emulator, provider: createWing({ ...emulator.config, ...change }, runtime) };
}

/** Version 2 without an inquiry. */
export function openNoProof(options: WingEmulatorOptions = {}, change: Partial<WingV2Config> = {}) {
  const runtime = createVirtualRuntime({ fetch: (sent, how) => emulator.fetch(sent, how) });
  const emulator: WingEmulator = createWingEmulator(runtime, options);
  return { runtime, emulator, provider: createWing({ ...emulator.config, ...change }, runtime) };
}

/** Version 1, with its page of the form. */
export function openV1(options: WingEmulatorOptions = {}, change: Partial<WingV1Config> = {}) {
  const runtime = createVirtualRuntime({ fetch: (sent, how) => emulator.fetch(sent, how) });
  const emulator = createWingV1Emulator(runtime, options);
  const config = { ...emulator.config, ...change };
  return { runtime, emulator, provider: createWing(config, runtime), form: createWingForm(config, runtime) };
}

/** A create that must be applied. */
export async function created(
  { provider }: { readonly provider: Pick<Wing, 'create'> },
  input: CreatePayment<'redirect'>,
): Promise<CreatedPayment<'redirect'> & { readonly target: Target; readonly url: string }> {
  const attempt = await provider.create(input);
  if (attempt.outcome !== 'applied') throw new Error(attempt.fault.message);
  const { handle, next } = attempt.value;
  return {
    ...attempt.value,
    url: next.url,
    target: { reference: input.reference, ...(handle === undefined ? {} : { handle }) },
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
