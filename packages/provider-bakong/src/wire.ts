import { ProviderError } from '@rielrails/core';
import type { CallContext } from '@rielrails/core';
import { createWire, digitsField, JsonNumber, stringifyJson, tryJson } from '@rielrails/kit';
import type { Json, Runtime, Secret, WireCall } from '@rielrails/kit';
import { z } from 'zod';
import { BAKONG, baseUrlOf } from './config.ts';
import type { BakongSettings } from './config.ts';

/** What every answer of the Open API looks like. */
export interface Envelope {
  readonly ok: boolean;
  readonly message: string;
  readonly errorCode: string | null;
  readonly data: Json | undefined;
}

/** One call of the Open API. */
interface BakongCall<T> {
  /** The last part of the path, such as `check_transaction_by_md5`. */
  readonly endpoint: string;
  readonly body: unknown;
  /** Without it, no token goes along. */
  readonly authorized: boolean;
  /** Reads an answer in the envelope, a "no" included. Whatever it throws means that there was no answer. */
  parse(envelope: Envelope): T;
}

/** The way to the Open API. */
export interface BakongWire {
  read<T>(call: BakongCall<T>, context?: CallContext): Promise<T>;
  /** Sent once. */
  write<T>(call: BakongCall<T>, context?: CallContext): Promise<T>;
}

/** What the wire asks of its owner. */
export interface BakongWireParts {
  readonly settings: BakongSettings;
  readonly runtime: Runtime;
  /** The token of this moment. */
  token(): Secret;
  /** A call with the token is about to leave: it counts. */
  spend(): void;
  /** The provider says that the day's calls are used up. Gives how long to leave it alone. */
  exhaust(): number;
}

/** Opens the way. No I/O happens before the first call. */
export function createBakongWire(parts: BakongWireParts): BakongWire {
  const { settings, runtime } = parts;
  const wire = createWire({
    provider: BAKONG,
    baseUrl: baseUrlOf(settings),
    runtime: {
      ...runtime,
      fetch(request, options) {
        if (request.headers.has('authorization')) parts.spend();
        return runtime.fetch(request, options);
      },
    },
    // Calls are rationed: one repeat, no more.
    readAttempts: 2,
    explain: (status, body) => explain(status, body, parts.exhaust),
  });

  function request<T>({ endpoint, body, authorized, parse }: BakongCall<T>): WireCall<T> {
    return {
      operation: endpoint.replaceAll('_', '-'),
      method: 'POST',
      path: `/v1/${endpoint}`,
      headers: {
        'content-type': 'application/json',
        ...(authorized ? { authorization: `Bearer ${parts.token().reveal()}` } : {}),
      },
      body: stringifyJson(body),
      // A "no" was also seen with these.
      successStatuses: [400, 404],
      parse: (answer) => parse(envelope.parse(answer.json())),
    };
  }

  return {
    read: (call, context) => wire.read(request(call), context),
    write: (call, context) => wire.write(request(call), context),
  };
}

const envelope: z.ZodType<Envelope> = z
  .object({
    responseCode: z.instanceof(JsonNumber),
    responseMessage: z.string().nullish(),
    errorCode: digitsField.nullish(),
    data: z.unknown(),
  })
  .transform(({ responseCode, responseMessage, errorCode, data }) => ({
    ok: responseCode.text === '0',
    message: responseMessage ?? '',
    errorCode: errorCode ?? null,
    data: data as Json | undefined,
  }));

/** Answers that are none: about the token, the ration, the place of the caller. They never mean "unpaid". */
function explain(status: number, body: string, exhaust: () => number): ProviderError | null {
  // A page of a gateway in front of the API has no envelope: only its status says something.
  const told = envelope.safeParse(tryJson(body)).data ?? null;
  const code = told?.errorCode ?? null;
  // Known from users of the API, not from its document.
  if (code === '17' || /daily request limit/i.test(told?.message ?? '')) {
    const retryAfterMs = exhaust();
    return fault({ kind: 'throttled', message: "the token's calls of the day are used up", retryAfterMs }, code);
  }
  if (status === 429) return fault({ kind: 'throttled', message: 'too many requests' }, code);
  if (status === 401 || code === '6')
    return fault({ kind: 'config', message: 'the token is not valid or ran out: renew it' }, code);
  if (status === 403)
    return fault({ kind: 'config', message: 'refused: calls must come from an address in Cambodia' }, '403');
  return null;
}

type Told =
  | { readonly kind: 'throttled'; readonly message: string; readonly retryAfterMs?: number }
  | { readonly kind: 'config'; readonly message: string };

function fault(told: Told, code: string | null): ProviderError {
  const message = `${BAKONG}: ${told.message}`;
  return new ProviderError({ ...told, provider: BAKONG, message, ...(code ? { providerCode: code } : {}) });
}
