import type { Instant } from '@rielrails/core';
import type { Clock, Fetch, Random } from '../runtime.ts';
import { createFaultPlan } from './faults.ts';
import type { FaultName, FaultPlan } from './faults.ts';
import { createOutbox } from './outbox.ts';
import type { Outbox, Redelivery } from './outbox.ts';

/** How sure we are of what a route does. */
export type Provenance = 'documented' | 'seen' | 'assumed';

/** A request as a route sees it. The body is read already. */
export interface EmulatedRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Headers;
  readonly body: Uint8Array<ArrayBuffer>;
  /** The parts of the path that the pattern named. */
  readonly params: Readonly<Record<string, string>>;
  /** `wrong-amount` or `unknown-status-word`, where the plan wants one played here. */
  readonly fault: Extract<FaultName, 'wrong-amount' | 'unknown-status-word'> | null;
  /** Aborted when the caller gives up: what a route that waits (a long poll) must heed. */
  readonly signal: AbortSignal | undefined;
}

/** One operation of the provider. */
export interface Route {
  /** A hyphenated name, by which faults are planned. */
  readonly name: string;
  readonly method: string;
  /** A path; a segment `:name` matches anything up to the next slash. */
  readonly path: string;
  /** The document it was built from, by title. */
  readonly cites: string;
  readonly provenance: Provenance;
  handle(request: EmulatedRequest): Response | Promise<Response>;
}

/** A request that an emulator answered, for people and tests to read. */
export interface Exchange {
  readonly at: Instant;
  readonly route: string | null;
  readonly method: string;
  readonly path: string;
  readonly status: number | null;
  readonly fault: FaultName | null;
}

/** What every emulator has: the provider as a request handler, its faults, its outgoing webhooks, its log. */
export interface Emulator {
  readonly name: string;
  /** The provider. Fits `Runtime.fetch`. */
  readonly fetch: Fetch;
  readonly faults: FaultPlan;
  readonly webhooks: Outbox;
  readonly routes: readonly Route[];
  readonly exchanges: readonly Exchange[];
}

/** What an emulator is made of. */
export interface EmulatorOptions {
  readonly name: string;
  readonly clock: Clock;
  readonly routes: readonly Route[];
  /** Where webhooks go. Without it they wait in the outbox. */
  readonly deliver?: Fetch;
  /** What the provider does about a webhook that nobody took. Default: nothing. */
  readonly redelivery?: Redelivery;
  /** The provider's own answer to too many calls. Default: an empty 429. */
  throttled?(): Response;
  /** The provider's own answer to an unknown path. Default: an empty 404. */
  notFound?(): Response;
  /** The provider's own answer to a known path with another method. Default: an empty 405. */
  wrongMethod?(): Response;
}

/** What an emulator is given from outside. */
export interface EmulatorContext {
  readonly clock: Clock;
  readonly random: Random;
  readonly deliver?: Fetch;
}

const WIRE_FAULTS: readonly FaultName[] = [
  'refused-connection',
  'timeout-before',
  'timeout-after-apply',
  'reset-after-apply',
  'http-500-after-apply',
  'http-503',
  'throttled',
  'unreadable-200',
];
const ROUTE_FAULTS: readonly FaultName[] = ['wrong-amount', 'unknown-status-word'];
const MAX_EXCHANGES = 1000;

/** Makes a request handler with faults out of routes. */
export function createEmulator(options: EmulatorOptions): Emulator {
  const faults = createFaultPlan();
  const exchanges: Exchange[] = [];
  const webhooks = createOutbox({
    clock: options.clock,
    faults,
    ...(options.deliver ? { deliver: options.deliver } : {}),
    ...(options.redelivery ? { redelivery: options.redelivery } : {}),
  });
  const patterns = options.routes.map((route) => ({ route, pattern: compile(route.path) }));

  const fetch: Fetch = async (request, { signal }) => {
    const url = new URL(request.url);
    const matches = patterns.flatMap(({ route, pattern }) => {
      const match = pattern.exec(url.pathname);
      return match ? [{ route, params: decodeParams(match.groups ?? {}) }] : [];
    });
    const match = matches.find(({ route }) => route.method === request.method);
    const name = match?.route.name ?? '*';
    const fault = faults.take(name, WIRE_FAULTS);
    const record = (status: number | null) => {
      if (exchanges.length >= MAX_EXCHANGES) exchanges.shift();
      const { method } = request;
      exchanges.push({
        at: options.clock.now(),
        route: match?.route.name ?? null,
        method,
        path: url.pathname,
        status,
        fault,
      });
    };
    const answer = async (): Promise<Response> => {
      if (!match)
        return (
          (matches.length > 0 ? options.wrongMethod?.() : options.notFound?.()) ??
          new Response(null, { status: matches.length > 0 ? 405 : 404 })
        );
      const body = new Uint8Array(await request.arrayBuffer());
      const played = faults.take(match.route.name, ROUTE_FAULTS) as EmulatedRequest['fault'];
      const { method, headers } = request;
      return match.route.handle({ method, url, headers, body, params: match.params, fault: played, signal });
    };
    switch (fault) {
      case 'refused-connection':
        record(null);
        throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
      case 'timeout-before':
        record(null);
        return hang(signal);
      case 'timeout-after-apply':
        await answer();
        record(null);
        return hang(signal);
      case 'reset-after-apply':
        await answer();
        record(null);
        throw Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
      case 'http-500-after-apply':
        await answer();
        record(500);
        return new Response('Internal Server Error', { status: 500 });
      case 'http-503':
        record(503);
        return new Response('Service Unavailable', { status: 503 });
      case 'throttled': {
        const response = options.throttled?.() ?? new Response(null, { status: 429 });
        record(response.status);
        return response;
      }
      case 'unreadable-200':
        await answer();
        record(200);
        return new Response('<html><body>It works!</body></html>', { headers: { 'content-type': 'text/html' } });
      default: {
        const response = await answer();
        record(response.status);
        return response;
      }
    }
  };
  return { name: options.name, fetch, faults, webhooks, routes: options.routes, exchanges };
}

/** Never answers; ends only when the caller gives up. */
function hang(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason as Error);
    signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}

function compile(path: string): RegExp {
  const source = path
    .split('/')
    .map((segment) =>
      segment.startsWith(':')
        ? `(?<${segment.slice(1)}>[^/]+)`
        : segment.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`),
    )
    .join('/');
  return new RegExp(`^${source}$`);
}

function decodeParams(groups: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(groups).map(([name, text]) => {
      try {
        return [name, decodeURIComponent(text)];
      } catch {
        return [name, text];
      }
    }),
  );
}

/** A JSON answer. */
export function jsonResponse(body: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } });
}
