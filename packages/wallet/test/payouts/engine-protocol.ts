/** Where an engine can be killed: between which two things, in the order in which they happen. */
export const killPoints = [
  /** The transaction is built, and nothing is stored. */
  'built',
  /** The plan is stored, and nothing is signed. */
  'planned',
  /** The signer answered, and the signature is not stored. */
  'signed',
  /** The signature is stored, and nothing is broadcast. */
  'stored',
  /** The node has it, and nobody was told. */
  'broadcast',
  /** The wallet answered, and the payout is not recorded as sent. */
  'answered',
  /** It is recorded, and nobody was told. */
  'recorded',
] as const;

/** One of {@link killPoints}. */
export type KillPoint = (typeof killPoints)[number];

/** What an engine process is started with: as JSON in its one argument. */
export interface EngineAccess {
  readonly rpcUrl: string;
  readonly cookieFile: string;
  readonly port: number;
  readonly databaseUrl: string;
  readonly signerSocket: string;
  readonly descriptor: string;
  readonly bindingKey: string;
}

/** A payout to make: one line of JSON on standard input. */
export interface PayoutJob {
  readonly reference: string;
  readonly address: string;
  readonly sats: string;
  /** Where the engine kills itself; `null` for nowhere. */
  readonly killAt: KillPoint | null;
}

/** What an engine says, one line of JSON each: that it is ready, or that a payout is sent and recorded. */
export type EngineNews = { readonly type: 'ready' } | { readonly type: 'sent'; readonly reference: string };
