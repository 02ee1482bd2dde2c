import { createHmac } from 'node:crypto';
import { BTC, checkAddress, mintClearance, money, parseReference } from '@rielrails/core';
import type { Attempt, Clearance, Instant, Money, Reference, Withdraw, Withdrawal } from '@rielrails/core';
import { createVirtualRuntime } from '@rielrails/kit/virtual';
import type { VirtualRuntime } from '@rielrails/kit/virtual';
import { createCoinbasePrimeEmulator } from '../src/emulator/index.ts';
import type { CoinbasePrimeEmulator, CoinbasePrimeEmulatorOptions } from '../src/emulator/index.ts';
import { createCoinbasePrime } from '../src/index.ts';
import type { CoinbasePrime, CoinbasePrimeConfig } from '../src/index.ts';

/** An adapter and an emulator on one clock, with one bitcoin in the wallet. */
export interface World {
  readonly runtime: VirtualRuntime;
  readonly emulator: CoinbasePrimeEmulator;
  readonly custody: CoinbasePrime;
  readonly config: CoinbasePrimeConfig;
  /** A cleared withdrawal to a fresh customer. */
  withdrawal(change?: { readonly reference?: Reference; readonly amount?: Money; readonly address?: string }): Withdraw;
  /** Runs work, leaping over every wait. */
  run<T>(work: () => Promise<T>): Promise<T>;
  /** A signed request of one's own to the wallet, past the adapter. `change` spoils it. */
  request(method: 'GET' | 'POST', path: string, body?: string, change?: AskChange): Request;
  /** Sends one. */
  ask(method: 'GET' | 'POST', path: string, body?: string, change?: AskChange): Promise<Response>;
  post(path: string, body: unknown, change?: AskChange): Promise<Response>;
  /** A withdrawal that Prime took, and its id there. */
  withdrawn(): Promise<{ readonly input: Withdraw; readonly id: string; readonly value: Withdrawal }>;
}

/** What may be wrong with a request. */
export interface AskChange {
  readonly headers?: Readonly<Record<string, string>>;
  /** Replaces the whole path. */
  readonly path?: string;
  /** How far its clock is off. */
  readonly offByS?: number;
}

let references = 0;

/** Opens a world. Without an address book and with consensus by hand, unless said otherwise. */
export async function openWorld(
  options: CoinbasePrimeEmulatorOptions = {},
  change: Partial<CoinbasePrimeConfig> = {},
): Promise<World> {
  const runtime = createVirtualRuntime({ fetch: (request, how) => emulator.fetch(request, how) });
  const emulator: CoinbasePrimeEmulator = createCoinbasePrimeEmulator(runtime, { addressBook: false, ...options });
  const config: CoinbasePrimeConfig = { ...emulator.config, ...change };
  const custody = createCoinbasePrime(config, runtime);
  await emulator.network.fund(sats(100_000_000n));
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
    run: (work) => runtime.clock.run(work),
    request(method, below, body = '', change = {}) {
      const { accessKey, passphrase, signingKey, portfolioId, walletId } = emulator.config;
      const path = change.path ?? `/v1/portfolios/${portfolioId}/wallets/${walletId}${below}`;
      const url = new URL(`https://api.prime.coinbase.com${path}`);
      const timestamp = String(Math.floor(runtime.clock.now() / 1000) + (change.offByS ?? 0));
      const headers = {
        'content-type': 'application/json',
        'x-cb-access-key': accessKey,
        'x-cb-access-passphrase': passphrase,
        'x-cb-access-timestamp': timestamp,
        'x-cb-access-signature': createHmac('sha256', signingKey)
          .update(`${timestamp}${method}${url.pathname}${body}`)
          .digest('base64'),
        ...change.headers,
      };
      return new Request(url, { method, headers, ...(body === '' ? {} : { body }) });
    },
    ask: (...told) => emulator.fetch(world.request(...told), {}),
    post: (below, body, change) => world.ask('POST', below, JSON.stringify(body), change),
    async withdrawn() {
      const input = world.withdrawal();
      const value = applied(await custody.withdraw(input));
      return { input, value, id: value.handle ?? '' };
    },
  };
  return world;
}

function clear(grounds: Pick<Clearance, 'reference' | 'address' | 'maximum'>, { clock }: VirtualRuntime): Clearance {
  const validUntil = (clock.now() + 3_600_000) as Instant;
  const verdict = { id: 'v', outcome: 'clear', evidence: [], validUntil } as const;
  const name = 'SOK DARA';
  const { reference, address, maximum } = grounds;
  const kyc = { reference, status: 'approved', until: validUntil, identity: { name } } as const;
  const verdicts = { name: { ...verdict, of: { name } }, address: { ...verdict, of: address } };
  return mintClearance({ reference, maximum, kyc, ...verdicts }, clock.now());
}

/** A reference that no other test has. */
export function freshReference(): Reference {
  references += 1;
  return parseReference(String(7_000_000_000_000_000_000n + BigInt(references)));
}

/** So many satoshi. */
export function sats(minor: bigint): Money<'BTC'> {
  return money(BTC, minor);
}

/** The value of what must have been applied. */
export function applied<T>(attempt: Attempt<T>): T {
  if (attempt.outcome !== 'applied') throw new Error(attempt.fault.message);
  return attempt.value;
}

/** The same, through an answer that somebody changes on its way. */
export function changing(
  world: World,
  change: (answer: Response, request: Request) => Response | Promise<Response>,
): CoinbasePrime {
  return createCoinbasePrime(world.config, {
    ...world.runtime,
    fetch: async (request, how) => change(await world.emulator.fetch(request.clone(), how), request),
  });
}
