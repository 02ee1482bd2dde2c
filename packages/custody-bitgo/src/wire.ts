import { isProviderError, ProviderError } from '@rielrails/core';
import type { CallContext } from '@rielrails/core';
import { createWire } from '@rielrails/kit';
import type { Runtime, WireAnswer, WireCall } from '@rielrails/kit';
import type { z } from 'zod';
import { BITGO } from './config.ts';
import type { BitgoSettings } from './config.ts';
import { explain } from './explain.ts';

/** An exchange with Express, or through it with the platform. */
export interface BitgoCall<T> {
  readonly operation: string;
  readonly method: 'GET' | 'POST';
  /** From `/api/v2/` on. */
  readonly path: string;
  readonly body?: Readonly<Record<string, unknown>>;
  readonly schema: z.ZodType<T>;
}

/** The way to BitGo. */
export interface BitgoWire {
  /** Asks; safe to repeat, and repeated. */
  read<T>(call: BitgoCall<T>, context?: CallContext): Promise<T>;
  /** Asks for one object. `null`: there is none. */
  find<T>(call: BitgoCall<T>, context?: CallContext): Promise<T | null>;
  /** Changes something. Sent once. */
  write<T>(call: BitgoCall<T>, context?: CallContext): Promise<T>;
}

/** Express builds, signs and sends before it answers. */
const TIMEOUT_MS = 60_000;

/** Opens the way to BitGo. No I/O happens before the first call. */
export function createBitgoWire({ expressUrl, accessToken }: BitgoSettings, runtime: Runtime): BitgoWire {
  const baseUrl = `${expressUrl}/api/v2/`;
  const wire = createWire({ provider: BITGO, baseUrl, runtime, timeoutMs: TIMEOUT_MS, explain });

  const prepared = <T>({ operation, method, path, body, schema }: BitgoCall<T>): WireCall<T> => ({
    operation,
    method,
    path,
    headers: {
      accept: 'application/json',
      authorization: `Bearer ${accessToken.reveal()}`,
      ...(body ? { 'content-type': 'application/json' } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
    parse: (answer: WireAnswer) => schema.parse(answer.json()),
  });

  return {
    read: (call, context) => wire.read(prepared(call), context).catch(throwAbsent),
    write: (call, context) => wire.write(prepared(call), context).catch(throwAbsent),
    find: (call, context) =>
      wire.read(prepared(call), context).catch((error: unknown) => {
        if (isAbsent(error)) return null;
        throw error;
      }),
  };
}

function isAbsent(error: unknown): boolean {
  return isProviderError(error) && error.fault.kind === 'not-found';
}

/** Every path but that of one transfer is made of the configuration alone: what is not there is configured wrongly. */
function throwAbsent(error: unknown): never {
  if (!isAbsent(error)) throw error;
  const message = `${BITGO}: BitGo knows no such coin or walletId, or not with this access token`;
  throw new ProviderError({ kind: 'config', provider: BITGO, message }, { cause: error });
}
