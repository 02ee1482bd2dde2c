import { digest, fromUtf8, toHex } from '@rielrails/kit';
import type { EmulatedRequest, EmulatorContext, OutgoingWebhook, Provenance, Route } from '@rielrails/kit/emulator';
import { answerRefusal, Refusal } from './answers.ts';
import { createBook } from './book.ts';
import type { Book, BookedCharge } from './book.ts';
import type { BongloyEmulatorConfig, BongloyEmulatorOptions } from './options.ts';
import { createViews } from './views.ts';
import type { Views } from './views.ts';

/** An endpoint before its key, its shape of refusals and its idempotency are taken care of. */
export interface Endpoint {
  readonly name: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly cites: string;
  readonly provenance: Provenance;
  /** Whether a publishable key does. */
  readonly open?: boolean;
  handle(request: EmulatedRequest): Response | Promise<Response>;
}

/** What all endpoints share: one account. */
export interface House {
  readonly book: Book;
  readonly views: Views;
  readonly config: BongloyEmulatorConfig;
  readonly currencies: readonly string[];
  route(endpoint: Endpoint): Route;
  /** A "no" in the shape of this account. */
  refuse(refusal: Refusal): Response;
  /** A hook about a charge, or about its dispute. Unsigned: no scheme is public. */
  hook(type: string, charge: BookedCharge): OutgoingWebhook;
}

/** Furnishes the house. */
export function createHouse({ clock, random }: EmulatorContext, options: BongloyEmulatorOptions): House {
  const book = createBook(clock, random);
  const views = createViews(options);
  const config: BongloyEmulatorConfig = {
    secretKey: `sk_test_${toHex(random.bytes(32))}`,
    publishableKey: `pk_test_${toHex(random.bytes(32))}`,
    environment: 'test',
    currencies: options.currencies ?? ['USD'],
    khrExponent: options.khrExponent ?? 0,
  };
  const shape = options.errors ?? 'current';
  const answered = new Map<string, { readonly print: string; readonly status: number; readonly body: string }>();

  function checkKey({ headers }: EmulatedRequest, open: boolean): void {
    const [, key = ''] = /^Bearer (\S+)$/.exec(headers.get('authorization') ?? '') ?? [];
    if (key === config.secretKey || (open && key === config.publishableKey)) return;
    const publishable = key === config.publishableKey;
    throw new Refusal(401, publishable ? 'This needs a secret key' : 'Invalid API Key provided');
  }

  /** Stripe's rule, which nothing says that Bongloy keeps: an answer, a "no" included, is given again for a key. */
  async function once(request: EmulatedRequest, handle: Endpoint['handle']): Promise<Response> {
    const key = request.headers.get('idempotency-key');
    if (key === null || request.method !== 'POST') return handle(request);
    if (key.length > 255)
      throw new Refusal(400, 'Idempotency keys have at most 255 characters', { type: 'idempotency_error' });
    const print = toHex(digest('sha256', `${request.url.pathname}?${fromUtf8(request.body)}`));
    const before = answered.get(key);
    if (before && before.print !== print)
      throw new Refusal(400, 'This key was used with other parameters', { type: 'idempotency_error' });
    const headers = { 'content-type': 'application/json', 'idempotent-replayed': 'true' };
    if (before) return new Response(before.body, { status: before.status, headers });
    const response = await answer(request, handle);
    answered.set(key, { print, status: response.status, body: await response.clone().text() });
    return response;
  }

  async function answer(request: EmulatedRequest, handle: Endpoint['handle']): Promise<Response> {
    try {
      return await handle(request);
    } catch (error) {
      if (error instanceof Refusal) return answerRefusal(error, shape);
      throw error;
    }
  }

  return {
    book,
    views,
    config,
    currencies: config.currencies,
    refuse: (refusal) => answerRefusal(refusal, shape),
    route: ({ open = false, handle, ...rest }) => ({
      ...rest,
      handle: (request) =>
        answer(request, (own) => {
          checkKey(own, open);
          return once(own, handle);
        }),
    }),
    hook: (type, charge) => ({
      url: options.hookUrl ?? 'https://shop.example/bongloy/hook',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        id: book.uuid(),
        object: 'event',
        type,
        created: book.now(),
        livemode: false,
        data: { object: type.startsWith('charge.dispute.') ? views.dispute(charge) : views.charge(charge) },
      }),
    }),
  };
}
