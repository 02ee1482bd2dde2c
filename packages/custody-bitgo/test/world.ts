import { BTC, checkAddress, mintClearance, money, parseReference } from '@rielrails/core';
import type { Attempt, Clearance, Instant, Money, Reference, Withdraw, Withdrawal } from '@rielrails/core';
import { createVirtualRuntime } from '@rielrails/kit/virtual';
import type { VirtualRuntime } from '@rielrails/kit/virtual';
import { createBitgoEmulator } from '../src/emulator/index.ts';
import type { BitgoEmulator, BitgoEmulatorOptions } from '../src/emulator/index.ts';
import { createBitgo } from '../src/index.ts';
import type { Bitgo, BitgoConfig } from '../src/index.ts';

/** An adapter and an emulator on one clock, with one bitcoin in the wallet. */
export interface World {
  readonly runtime: VirtualRuntime;
  readonly emulator: BitgoEmulator;
  readonly custody: Bitgo;
  readonly config: BitgoConfig;
  /** A cleared withdrawal to a fresh customer. */
  withdrawal(change?: { readonly reference?: Reference; readonly amount?: Money; readonly address?: string }): Withdraw;
  /** A withdrawal that BitGo took. */
  withdrawn(): Promise<{ readonly input: Withdraw; readonly reference: Reference; readonly value: Withdrawal }>;
  /** Runs work, leaping over every wait. */
  run<T>(work: () => Promise<T>): Promise<T>;
  /** The same adapter, through an answer that somebody changes on its way. */
  through(change: (answer: Response, request: Request) => Response | Promise<Response>): Bitgo;
  /** The same adapter, where some requests never reach the emulator. */
  instead(answer: (request: Request) => Response | null): Bitgo;
}

let references = 0;

/** Opens a world. */
export async function openWorld(options: BitgoEmulatorOptions = {}, change: Partial<BitgoConfig> = {}): Promise<World> {
  const runtime = createVirtualRuntime({ fetch: (request, how) => emulator.fetch(request, how) });
  const emulator: BitgoEmulator = createBitgoEmulator(runtime, options);
  const config: BitgoConfig = { ...emulator.config, ...change };
  const custody = createBitgo(config, runtime);
  await emulator.network.fund(sats(100_000_000n));
  await emulator.network.confirm(6);
  const world: World = {
    runtime,
    emulator,
    custody,
    config,
    withdrawal({ reference = freshReference(), amount = sats(100_000n), address: text } = {}) {
      const reading = checkAddress(text ?? emulator.network.address(), custody.manifest.address);
      if (reading.outcome === 'refused') throw new Error(reading.problem);
      const { address } = reading;
      const clearance = clear({ reference, address, maximum: amount }, runtime);
      return { reference, amount, destination: { type: 'customer', address, clearance } };
    },
    async withdrawn() {
      const input = world.withdrawal();
      return { input, reference: input.reference, value: applied(await custody.withdraw(input)) };
    },
    run: (work) => runtime.clock.run(work),
    instead: (answer) =>
      createBitgo(config, {
        ...runtime,
        fetch: async (request, how) => answer(request) ?? emulator.fetch(request, how),
      }),
    through: (alter) =>
      createBitgo(config, {
        ...runtime,
        fetch: async (request, how) => alter(await emulator.fetch(request.clone(), how), request),
      }),
  };
  return world;
}

function clear(
  { reference, address, maximum }: Pick<Clearance, 'reference' | 'address' | 'maximum'>,
  { clock }: VirtualRuntime,
): Clearance {
  const validUntil = (clock.now() + 3_600_000) as Instant;
  const verdict = { id: 'v', outcome: 'clear', evidence: [], validUntil } as const;
  const name = 'SOK DARA';
  const kyc = { reference, status: 'approved', until: validUntil, identity: { name } } as const;
  const verdicts = { name: { ...verdict, of: { name } }, address: { ...verdict, of: address } };
  return mintClearance({ reference, maximum, kyc, ...verdicts }, clock.now());
}

/** A reference that no other test has. */
export function freshReference(): Reference {
  references += 1;
  return parseReference(String(7_000_000_000_000_000_000n + BigInt(references)));
}

/** So many satoshis. */
export function sats(minor: bigint): Money<'BTC'> {
  return money(BTC, minor);
}

/** The value of what must have been applied. */
export function applied<T>(attempt: Attempt<T>): T {
  if (attempt.outcome !== 'applied') throw new Error(attempt.fault.message);
  return attempt.value;
}

/** An answer in JSON. */
export function answerOf(body: unknown, status = 200): Response {
  return Response.json(body, { status });
}

/** Whether a request asks for a withdrawal. */
export function isSend({ url }: Request): boolean {
  return url.endsWith('/sendmany');
}
