import { BTC, checkAddress, mintClearance, money } from '@rielrails/core';
import type { Attempt, Custody, Instant, OwnAddress, Reference, Withdraw, Withdrawal } from '@rielrails/core';
import { newReference } from '@rielrails/kit';
import type { Fetch, Runtime } from '@rielrails/kit';
import type { CustodyEmulator, EmulatorContext } from '@rielrails/kit/emulator';
import { createSeededRandom, createVirtualRuntime } from '@rielrails/kit/virtual';
import type { VirtualRuntime } from '@rielrails/kit/virtual';
import { createBinanceEmulator } from '../src/binance-emulator/index.ts';
import type { BinanceEmulator } from '../src/binance-emulator/index.ts';
import { createBinanceCustody, createKrakenCustody, createMemoryJournal } from '../src/custody/index.ts';
import type { BinanceCustodyConfig, KrakenCustodyConfig, WithdrawalJournal } from '../src/custody/index.ts';
import { createKrakenEmulator } from '../src/kraken-emulator/index.ts';
import type { KrakenEmulator } from '../src/kraken-emulator/index.ts';

/** An account with three bitcoin at an emulated venue, and the custody in front of it. */
export interface CustodyLab<Venue extends CustodyEmulator> {
  readonly venue: Venue;
  readonly custody: Custody<'balance' | 'estimateFee'>;
  readonly runtime: VirtualRuntime;
  reference(): Reference;
  /** A cleared withdrawal to a fresh customer, or this one; or to this address, as if it were our own. */
  input(
    change?: Partial<Pick<Withdraw, 'reference' | 'amount'>> & { readonly customer?: string; readonly own?: string },
  ): Withdraw;
  withdraw(input: Withdraw): Promise<Attempt<Withdrawal>>;
  get(reference: Reference): Promise<Withdrawal | null>;
  /** How often a route was called. */
  calls(route: string): number;
}

interface Options {
  /** Stands between adapter and venue. */
  readonly between?: (next: Fetch) => Fetch;
}

/** At Binance. */
export function createBinanceCustodyLab(
  options: Options & { readonly config?: Partial<BinanceCustodyConfig> } = {},
): CustodyLab<BinanceEmulator> {
  return openLab(
    (context) => createBinanceEmulator(context, { balances: { BTC: '3', USDT: '0' } }),
    (venue, runtime) => createBinanceCustody({ ...venue.config, ...options.config }, runtime),
    options,
  );
}

/** At Kraken. */
export function createKrakenCustodyLab(
  options: Options & { readonly config?: Partial<KrakenCustodyConfig>; readonly journal?: WithdrawalJournal } = {},
): CustodyLab<KrakenEmulator> {
  const { journal = createMemoryJournal() } = options;
  return openLab(
    (context) => createKrakenEmulator(context, { balances: { BTC: '3', USDT: '0' } }),
    (venue, runtime) =>
      createKrakenCustody(
        { ...venue.config, withdrawalKeys: venue.withdrawalKeys, ...options.config },
        { journal },
        runtime,
      ),
    options,
  );
}

function openLab<Venue extends CustodyEmulator>(
  openVenue: (context: EmulatorContext) => Venue,
  openCustody: (venue: Venue, runtime: Runtime) => Custody<'balance' | 'estimateFee'>,
  { between }: Options,
): CustodyLab<Venue> {
  let handler: Fetch = () => Promise.reject(new Error('not yet'));
  const runtime = createVirtualRuntime({ fetch: (request, init) => handler(request, init) });
  const venue = openVenue({ clock: runtime.clock, random: createSeededRandom(7) });
  handler = between ? between(venue.fetch) : venue.fetch;
  const custody = openCustody(venue, runtime);
  const references = createSeededRandom(11);
  const lab: CustodyLab<Venue> = {
    venue,
    custody,
    runtime,
    reference: () => newReference(references),
    input({ reference = lab.reference(), amount = money(BTC, 100_000n), customer, own } = {}) {
      const reading = checkAddress(own ?? customer ?? venue.network.address(), custody.manifest.address);
      if (reading.outcome === 'refused') throw new Error(reading.problem);
      const { address } = reading;
      if (own !== undefined) return { reference, amount, destination: { type: 'own', address: address as OwnAddress } };
      const validUntil = (runtime.clock.now() + 86_400_000) as Instant;
      const verdict = { id: 'verdict', outcome: 'clear', evidence: [], validUntil } as const;
      const clearance = mintClearance(
        {
          reference,
          maximum: amount,
          kyc: { reference, status: 'approved', until: validUntil, identity: { name: 'SOK DARA' } },
          name: { ...verdict, of: { name: 'SOK DARA' } },
          address: { ...verdict, of: address },
        },
        runtime.clock.now(),
      );
      return { reference, amount, destination: { type: 'customer', address, clearance } };
    },
    withdraw: (input) => runtime.clock.run(() => custody.withdraw(input)),
    get: (reference) => runtime.clock.run(() => custody.get({ reference })),
    calls: (wanted) => venue.exchanges.filter(({ route }) => route === wanted).length,
  };
  return lab;
}
