/** One moment in the life of an order, as the timeline shows it. */
export interface MachineMoment {
  /** Unix milliseconds. */
  readonly at: number;
  /** The event's hyphenated name. */
  readonly event: string;
  /** What more there is to say, as one plain English line; may be empty. */
  readonly text: string;
}

/** One write to the outside that the engine owes or has made. */
export interface MachineEffect {
  readonly kind: string;
  readonly seq: number;
  /** The engine's word: `planned`, `calling`, `applied`, `refused`, `unknown`. */
  readonly status: string;
  readonly reference: string;
  /** Why it was refused or is unknown. */
  readonly reason: string | null;
}

/** Money that arrived for an order. */
export interface MachineReceipt {
  /** The provider's transaction id. */
  readonly transaction: string;
  readonly asset: string;
  /** Minor units, as digits. */
  readonly minor: string;
  /** `funded`, `refunded`, `review` or `blocked`. */
  readonly end: string;
}

/** One order, without anything about the person who made it. */
export interface MachineOrder {
  readonly number: string;
  readonly state: string;
  readonly hold: 'none' | 'review' | 'frozen';
  readonly disposition: 'undecided' | 'deliver' | 'refund';
  /** Oldest first. */
  readonly timeline: readonly MachineMoment[];
  readonly effects: readonly MachineEffect[];
  readonly receipts: readonly MachineReceipt[];
}

/** What one account of the ledger holds. */
export interface MachineBalance {
  readonly account: string;
  readonly asset: string;
  /** Decimal places of the minor unit. */
  readonly scale: number;
  /** Minor units, as digits; may be below zero. */
  readonly minor: string;
}

/** One queue of the engine. */
export interface MachineQueue {
  readonly name: string;
  readonly waiting: number;
  readonly active: number;
  readonly failed: number;
}

/** One line of the engine's log, after redaction. */
export interface MachineLogLine {
  readonly at: number;
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly event: string;
  /** The listed fields, written `name=value`. */
  readonly fields: string;
}

/**
 * What the engine shows of itself to the sandbox's page. Holds no personal data, no secret and no address.
 *
 * Orders newest first, log oldest first; the engine cuts both to what a page can show.
 */
export interface MachineState {
  readonly orders: readonly MachineOrder[];
  readonly balances: readonly MachineBalance[];
  readonly queues: readonly MachineQueue[];
  readonly log: readonly MachineLogLine[];
}
