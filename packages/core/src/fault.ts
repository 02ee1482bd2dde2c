/**
 * Every way in which a call can go wrong: whether it may be repeated, and whether it may have taken effect.
 *
 * Closed: an adapter maps each of its provider's answers to one of these. `retry` says under which reference a repeat
 * is allowed; `applied: 'maybe'` occurs once, and only for writes.
 */
export const faults = {
  /** Credentials, allow-list or option: the operator fixes it. */
  config: { retry: 'never', applied: 'no' },
  /** Our request breaks the provider's rules. */
  invalid: { retry: 'never', applied: 'no' },
  /** A business "no": balance, limit, policy. */
  declined: { retry: 'new-reference', applied: 'no' },
  /** The object of a write does not exist. A read answers `null` instead. */
  'not-found': { retry: 'never', applied: 'no' },
  /**
   * The object is in the wrong state. Never "this reference was used before": that is `unknown`, reason `duplicate`.
   */
  conflict: { retry: 'never', applied: 'no' },
  /** Too many calls; `retryAfterMs` where the provider tells it. */
  throttled: { retry: 'same-reference', applied: 'no' },
  /** A write that certainly never arrived, or a read without a usable answer. */
  unavailable: { retry: 'same-reference', applied: 'no' },
  /** A write that may have been applied. Only a lookup settles it. */
  unknown: { retry: 'after-lookup', applied: 'maybe' },
} as const;

/** The name of a row of {@link faults}. */
export type FaultKind = keyof typeof faults;

/** Why the outcome of a write is not known. `duplicate`: the provider says that this reference was used before. */
export type DoubtReason = 'timeout' | 'reset' | 'server-error' | 'unreadable' | 'echo-mismatch' | 'duplicate' | 'crash';

/** What particular faults carry beside kind and message. */
export interface FaultDetails {
  readonly throttled: { readonly retryAfterMs?: number };
  readonly declined: { readonly reason: string };
  readonly unknown: { readonly reason: DoubtReason };
}

/**
 * One thing that went wrong, as data: it is stored with the effect and survives a restart.
 *
 * `message` is ours and says what to do; it holds no secret and no personal datum. `providerCode` is the provider's own
 * word.
 */
export type Fault<K extends FaultKind = FaultKind> = {
  readonly [Kind in K]: {
    readonly kind: Kind;
    readonly provider: string;
    readonly message: string;
    readonly providerCode?: string;
  } & (Kind extends keyof FaultDetails ? FaultDetails[Kind] : unknown);
}[K];

/** The provider said no, and nothing was applied. */
export type Refusal = Fault<Exclude<FaultKind, 'unknown'>>;

/** The write may have been applied. */
export type Doubt = Fault<'unknown'>;

const providerErrorMark = Symbol.for('@rielrails/core/ProviderError');

/**
 * A fault on its way up: what reads throw, and what adapter authors throw from writes (the caller then sees an
 * `Attempt`).
 *
 * Recognise it with {@link isProviderError}, not with `instanceof`: two copies of this package may be installed.
 */
export class ProviderError<K extends FaultKind = FaultKind> extends Error {
  /** The fault itself. */
  readonly fault: Fault<K>;

  constructor(fault: Fault<K>, options?: ErrorOptions) {
    super(fault.message, options);
    this.name = 'ProviderError';
    this.fault = fault;
    Object.defineProperty(this, providerErrorMark, { value: true });
  }
}

/** Whether a thrown value is a {@link ProviderError}, whichever copy of this package made it. */
export function isProviderError(thrown: unknown): thrown is ProviderError {
  return typeof thrown === 'object' && thrown !== null && providerErrorMark in thrown;
}
