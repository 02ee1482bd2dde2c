import { AsyncLocalStorage } from 'node:async_hooks';
import { ProviderError } from '@rielrails/core';
import type { CallContext, Instant } from '@rielrails/core';
import { createWire, unavailable } from '@rielrails/kit';
import type { Runtime, WireCall } from '@rielrails/kit';
import type { binance } from 'ccxt';
import type { BinanceSettings } from './config.ts';
import { explain, PROVIDER } from './explain.ts';

/** A request as ccxt hands it to its transport: signed, with the venue's real address. */
interface CcxtRequest {
  readonly method: WireCall<unknown>['method'];
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** The few methods of the ccxt class that are used; their parameters and answers are the venue's own. */
type VenueMethod =
  | 'publicGetDepth'
  | 'publicGetExchangeInfo'
  | 'privateGetOrder'
  | 'privateGetMyTrades'
  | 'privatePostOrder';

interface CurrentCall {
  readonly method: VenueMethod;
  readonly context: CallContext;
  readonly sendBefore: Instant | undefined;
}

/** The way to the venue. */
export interface Connection {
  /**
   * Calls one method of the venue and gives its answer as it came. Once `sendBefore` or the deadline has passed, nothing
   * is sent.
   *
   * @throws ProviderError, as kit's wire does for reads (`GET`) and writes (`POST`).
   */
  call(
    method: VenueMethod,
    parameters: Readonly<Record<string, string | number>>,
    context: CallContext,
    sendBefore?: Instant,
  ): Promise<unknown>;
}

const VENUE = 'https://api.binance.com';
/** Beyond any limit of ours, so that only the runtime's clock ends a call. */
const NEVER_MS = 0x7fff_fffe;
/** A signed read may be repeated unchanged: the venue's largest window covers all tries. */
const READ_WINDOW_MS = 60_000;
/** How far requests may run ahead of their pace before they wait. */
const BURST_MS = 10_000;
/** Slower than ccxt's pace, so that a burst and a minute at full pace stay within what the venue allows in a minute. */
const CAUTION = 1.2;

/**
 * Opens a connection. ccxt, which costs half a second and 85 MB, is loaded by the first call.
 *
 * ccxt builds, signs and weighs requests; kit's wire sends them. So one table explains answers, one clock ends calls, a
 * write is never sent twice, and ccxt still believes that it speaks with the venue's real host.
 */
export function openConnection(settings: BinanceSettings, runtime: Runtime): Connection {
  const wire = createWire({
    provider: PROVIDER,
    baseUrl: settings.baseUrl,
    runtime,
    timeoutMs: settings.timeoutMs,
    explain,
  });
  // ccxt has no place for the context of a call, and calls may run side by side.
  const current = new AsyncLocalStorage<CurrentCall>();

  async function transport(url: string, request: CcxtRequest): Promise<Response> {
    const call = current.getStore();
    if (!call || !url.startsWith(`${VENUE}/`)) throw new Error('ccxt made a request that was not asked for');
    const latest = Math.min(call.sendBefore ?? Infinity, call.context.deadline ?? Infinity);
    if (latest <= runtime.clock.now()) throw unavailable(PROVIDER, 'binance: too late to send; nothing was sent');
    const { method, headers, body } = request;
    const send = method === 'GET' ? wire.read : wire.write;
    return send(
      {
        operation: hyphenated(call.method),
        method,
        path: url.slice(VENUE.length),
        headers,
        ...(body === undefined ? {} : { body }),
        parse(answer) {
          answer.json();
          return new Response(answer.text(), { status: answer.status, headers: answer.headers });
        },
      },
      call.context,
    );
  }

  let client: Promise<binance> | undefined;
  const load = async (): Promise<binance> => {
    const ccxt = await importCcxt();
    const made = new ccxt.binance({
      apiKey: settings.apiKey,
      secret: settings.secret.reveal(),
      fetchImplementation: transport,
      timeout: NEVER_MS,
      userAgent: '@rielrails/exchange',
      options: { recvWindow: settings.recvWindowMs, maxRetriesOnFailure: 0 },
    });
    made.milliseconds = () => runtime.clock.now();
    const pace = createPace(runtime, (made.rateLimit ?? 50) * CAUTION);
    made.throttle = (cost?: number) => pace(cost ?? 1, current.getStore()?.context.signal);
    return made;
  };

  return {
    async call(method, parameters, context, sendBefore) {
      client ??= load();
      const loading = client;
      loading.catch(() => {
        client = undefined;
      });
      const loaded = await loading;
      const signedRead = method.startsWith('privateGet') ? { recvWindow: READ_WINDOW_MS } : {};
      return current.run({ method, context, sendBefore }, () => loaded[method]({ ...parameters, ...signedRead }));
    },
  };
}

async function importCcxt(): Promise<typeof import('ccxt')> {
  try {
    return await import('ccxt');
  } catch (error) {
    throw new ProviderError(
      {
        kind: 'config',
        provider: PROVIDER,
        message: 'binance: the package ccxt is not installed; add it beside this one',
      },
      { cause: error },
    );
  }
}

/** ccxt's own pace, `msPerUnit` for each unit of weight, kept with the runtime's clock instead of machine timers. */
function createPace(runtime: Runtime, msPerUnit: number): (cost: number, signal?: AbortSignal) => Promise<void> {
  let busyUntil = 0;
  return async (cost, signal) => {
    const now = runtime.clock.now();
    busyUntil = Math.max(busyUntil, now) + cost * msPerUnit;
    const waitMs = busyUntil - BURST_MS - now;
    if (waitMs <= 0) return;
    await runtime.clock.sleep(waitMs, signal).catch((reason: unknown) => {
      throw unavailable(PROVIDER, 'binance: ended while it waited for its turn; nothing was sent', reason);
    });
  };
}

function hyphenated(method: string): string {
  return method.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
