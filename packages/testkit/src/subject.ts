import type {
  AnyCustody,
  AnyKycProvider,
  AnyPaymentProvider,
  AnyScreening,
  CreatePayment,
  AnyExchange,
  StartKyc,
} from '@rielrails/core';
import type { Runtime } from '@rielrails/kit';
import type {
  CustodyEmulator,
  EmulatorContext,
  ExchangeEmulator,
  KycEmulator,
  PaymentEmulator,
  ScreeningEmulator,
} from '@rielrails/kit/emulator';

/** What is tested: an adapter and the emulator that it is tested against. */
export interface Subject<Config, Emulated, Adapter> {
  /** How reports call it, such as `payway`. Unique within the workspace. */
  readonly name: string;
  /** Makes the provider on this machine. Called anew for every clause. */
  emulator(context: EmulatorContext): Emulated | Promise<Emulated>;
  /** Makes the adapter from the emulator's `config`. */
  create(config: Config, runtime: Runtime): Adapter | Promise<Adapter>;
  /**
   * The fields of `config` that hold secrets, with dots for nested ones. Each is left out once, which has to fail; none
   * of their values may be told.
   */
  readonly secrets: readonly string[];
}

/** A payment provider under test. */
export interface PaymentSubject<Config = unknown> extends Subject<Config, PaymentEmulator<Config>, AnyPaymentProvider> {
  readonly contract: 'payment';
  /** What every request carries beside reference, amount, offers and expiry, where the provider insists. */
  readonly request?: Partial<Pick<CreatePayment, 'purpose' | 'returnUrl' | 'payer'>>;
  /** Where refunds go, for a provider whose manifest says `refund.needs: 'destination'`. */
  readonly refundDestination?: string;
}

/** An exchange under test. */
export interface ExchangeSubject<Config = unknown> extends Subject<Config, ExchangeEmulator<Config>, AnyExchange> {
  readonly contract: 'exchange';
}

/** A custody under test. */
export interface CustodySubject<Config = unknown> extends Subject<Config, CustodyEmulator<Config>, AnyCustody> {
  readonly contract: 'custody';
}

/** A KYC provider under test. */
export interface KycSubject<Config = unknown> extends Subject<Config, KycEmulator<Config>, AnyKycProvider> {
  readonly contract: 'kyc';
  /** The level and language of every case, where the provider insists. */
  readonly request?: Partial<Pick<StartKyc, 'level' | 'language'>>;
}

/** A screening service under test. */
export interface ScreeningSubject<Config = unknown> extends Subject<Config, ScreeningEmulator<Config>, AnyScreening> {
  readonly contract: 'screening';
  /** The network whose addresses it screens, where it screens addresses. */
  readonly network?: string;
}

/** Whatever can be tested. A package lists its own in `test/conformance.ts` as `subjects`. */
export type ConformanceSubject = PaymentSubject | ExchangeSubject | CustodySubject | KycSubject | ScreeningSubject;
