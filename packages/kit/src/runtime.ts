import type { Reference } from '@rielrails/core';
import { parseReference } from '@rielrails/core';
import { randomBytes } from 'node:crypto';
import { systemClock } from './clock.ts';
import type { Clock } from './clock.ts';
import { jsonLog } from './log.ts';
import type { Log } from './log.ts';
import type { RawFetch } from './raw-fetch.ts';
import { createTransport } from './transport.ts';
import type { TransportOptions } from './transport.ts';

export { systemClock } from './clock.ts';
export type { Clock } from './clock.ts';

/**
 * Sends one HTTP request.
 *
 * The signal stands beside the Request because a Request's own signal does not reach in-process handlers. A 3xx answer
 * comes back as it is; nothing is followed.
 */
export interface Fetch {
  (request: Request, options: { readonly signal?: AbortSignal }): Promise<Response>;
  /**
   * The same way out without the web platform's objects, which cost more than the exchange itself. A wire takes it where
   * it is there; whoever wraps a fetch to see or change requests leaves it out.
   */
  readonly raw?: RawFetch;
}

/** The one source of randomness: cryptographically strong in the system runtime, seeded in the virtual one. */
export interface Random {
  bytes(length: number): Uint8Array;
}

/** Everything that reaches an adapter or the engine from outside: network, time, log, randomness. */
export interface Runtime {
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly log: Log;
  readonly random: Random;
}

/** The machine's own randomness. */
export const systemRandom: Random = { bytes: (length) => new Uint8Array(randomBytes(length)) };

/** What may be changed about the {@link systemRuntime}. */
export interface SystemRuntimeOptions {
  /** Loopback ports that may be reached; none by default. For sandboxes and tests. */
  readonly loopbackPorts?: readonly number[];
  /** The largest answer that is read, in bytes. Default: 4 MiB. */
  readonly maxResponseBytes?: number;
  /** Is told as bytes of an answer come. */
  readonly onBytes?: TransportOptions['onBytes'];
  readonly log?: Log;
}

/**
 * The runtime of a real process: network through an address-checked transport, the machine's clock and randomness, and
 * one JSON line per log entry on standard error.
 */
export function systemRuntime(options: SystemRuntimeOptions = {}): Runtime {
  const { loopbackPorts = [], maxResponseBytes, onBytes, log } = options;
  return {
    fetch: createTransport({
      loopbackPorts,
      ...(maxResponseBytes === undefined ? {} : { maxResponseBytes }),
      ...(onBytes === undefined ? {} : { onBytes }),
    }),
    clock: systemClock,
    log: log ?? jsonLog((line) => process.stderr.write(`${line}\n`), systemClock),
    random: systemRandom,
  };
}

/** A fresh random reference: 63 bits, never zero. */
export function newReference(random: Random): Reference {
  const bytes = random.bytes(8);
  const value = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0) & 0x7fff_ffff_ffff_ffffn;
  return value === 0n ? newReference(random) : parseReference(value.toString());
}
