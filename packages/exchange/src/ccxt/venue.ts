import type { Asset, Instant, ProviderError, Reference, Trade } from '@rielrails/core';
import type { Secret, WireAnswer } from '@rielrails/kit';
import type { z } from 'zod';
import type { CcxtSettings } from './config.ts';
import type { MarketRules } from './market-rules.ts';
import type { OrderBook } from './order-book.ts';
import type { Question } from './question.ts';
import type { Execution, VenueOrder } from './trade.ts';

/** What a connection needs to know of a venue. */
export interface VenueDoor {
  /** The name under which faults, spans and the ledger speak of it. */
  readonly id: string;
  /** The class of ccxt that builds and signs its requests. */
  readonly client: string;
  /** The host that this class speaks to. */
  readonly host: string;
  /** What keys and their secrets look like. */
  readonly credentials: { readonly apiKey: z.ZodType<string>; readonly secret: z.ZodType<Secret> };
  /** Whether a signed request says itself how old it may be: then `recvWindowMs` may be configured. */
  readonly windowed: boolean;
  /** Whether each signed request has to bear a higher number than the one before, so that they leave one by one. */
  readonly numbered: boolean;
  /** How far calls may run ahead of the pace that ccxt has for the venue. */
  readonly burstMs: number;
  /** Codes that say: everything is down for maintenance. */
  readonly maintenanceCodes: readonly string[];
  /** What an answer means. `null`: a success, or an answer that the documents do not explain. */
  explain(status: number, body: string, answer: WireAnswer): ProviderError | null;
}

/** One limit order to buy, immediate-or-cancel, in hundred-millionths. */
export interface PlaceOrder {
  readonly clientOrderId: string;
  readonly quantity: bigint;
  readonly price: bigint;
  /** The venue has to throw it away from then on. */
  readonly expiresAt: Instant;
  readonly now: Instant;
}

/** What a venue says at once of an order that it took. */
export interface Placed {
  readonly orderId: string;
  /** Some tell all of it at once; of the others it is asked for. */
  readonly order?: VenueOrder;
  readonly executions?: readonly Execution[];
}

/** A venue: everything that is particular about it. A new one is a row like this, and an emulator to try it on. */
export interface Venue extends VenueDoor {
  readonly market: {
    readonly base: Asset;
    readonly quote: Asset;
    /** The pair as the venue's orders call it. */
    readonly symbol: string;
    /** The least to spend, in hundred-millionths: safely above what the venue takes, whatever the price. */
    readonly minimum: bigint;
    /** The smallest difference between two quantities, in hundred-millionths. */
    readonly step: bigint;
  };
  readonly fees: {
    /** The asset in which a buyer is charged. */
    readonly takenFrom: 'base' | 'quote';
    /** In hundredths of a percent, where the operator says nothing. */
    readonly takerBasisPoints: number;
  };
  /** How long a quote may be taken for true. */
  readonly quoteValidForMs: { readonly least: number; readonly most: number };
  /** How our reference is written as a client order id. */
  clientOrderId(reference: Reference): string;
  /** How much earlier than its expiry an order has to leave. */
  readonly leadMs: number;
  /** How long after it left an order is surely found, or surely was not taken. */
  settledAfterMs(settings: CcxtSettings): number;
  /** Status words. An unfamiliar one means `open`. */
  readonly statusWords: Readonly<Record<string, Trade['status']>>;
  /** How far the costs of executions may differ from their order's, in hundred-millionths for each. */
  readonly costTolerance: bigint;

  /** Whether the venue as a whole is open, where it has a page for that. */
  readonly state?: Question<'open' | 'halted' | 'maintenance'>;
  readonly rules: Question<MarketRules>;
  readonly book: Question<OrderBook>;
  /** What lies in the account, holds included, in hundred-millionths, by the codes of the market's assets. Absent: nothing. */
  readonly balances: Question<Readonly<Record<string, bigint>>>;
  place(order: PlaceOrder): Question<Placed>;
  /** An order by the venue's own name. */
  order(orderId: string): Question<VenueOrder | null>;
  /**
   * Where to look for an order by its client order id, in this order; the first that knows it answers. Together they cover
   * open and closed ones, and an order that moves from one to the other in between is not missed.
   */
  find(clientOrderId: string): readonly Question<VenueOrder | null>[];
  /** Where the executions of an order are told. */
  executions(order: VenueOrder): readonly Question<readonly Execution[]>[];
}
