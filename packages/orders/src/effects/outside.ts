import type { CallContext, Instant, Reference, SomebodyElse } from '@rielrails/core';
import type { Runtime } from '@rielrails/kit';
import type { OrderEvent } from '../order/event.ts';
import type { Finding } from '../order/finding.ts';
import type { Effect, Order } from '../order/order.ts';
import type { Providers } from '../providers.ts';
import type { SealedEvidence } from '../store/name-finding.ts';
import type { KnownPerson } from '../store/people.ts';
import type { RailHealth } from './rail-health.ts';

/** By what a payer can be recognised again: their account at a rail, else a name that is not the buyer's own. */
export interface PayerMark {
  readonly rail: string;
  readonly account: string;
}

/** What a call to the outside may use. */
export interface Outside {
  readonly providers: Providers;
  readonly runtime: Runtime;
  readonly callTimeoutMs: number;
  /** How the rails answered lately. */
  readonly rails: RailHealth;
  /** Read afresh at each call: the person as verified now. */
  person(order: Order): Promise<KnownPerson>;
  /** Whom two people know somebody not to be. Read afresh at each call. */
  knownApart(person: Reference): Promise<readonly SomebodyElse[]>;
  /** Seals evidence about an order's buyer, for the case that it opens. */
  sealEvidence(order: Pick<Order, 'id' | 'person'>, evidence: SealedEvidence): Promise<string>;
  /** What monitoring makes of an account that pays for this order. */
  watchPayer(order: Order, payer: PayerMark): Promise<Finding | null>;
}

/** How one kind of write is called, and how it is looked up. */
export interface EffectDoor {
  /** Calls the provider, once. Never throws for what the provider did. */
  call(effect: Effect, order: Order, outside: Outside): Promise<OrderEvent>;
  /** Looks the write up. Throws when there is no usable answer. */
  lookUp(effect: Effect, order: Order, outside: Outside): Promise<OrderEvent>;
}

/** The hard end of one call, by our clock. */
export function limited({ runtime, callTimeoutMs }: Outside): CallContext {
  return { deadline: (runtime.clock.now() + callTimeoutMs) as Instant };
}
