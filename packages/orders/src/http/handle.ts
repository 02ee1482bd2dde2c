import { readLimited } from '@rielrails/kit';
import type { WebhookDelivery, WebhookOutcome, WebhookReply } from '@rielrails/core';
import type { Runtime } from '@rielrails/kit';
import type { Health } from '../orders.ts';
import type { Providers } from '../providers.ts';
import type { Inbox, Message } from '../workers/inbox.ts';

/** What the door works with. */
export interface DoorParts {
  readonly runtime: Runtime;
  readonly inbox: Inbox;
  readonly receivers: readonly Receiver[];
  health(): Promise<Health>;
}

/** Somebody who sends us webhooks. */
export interface Receiver {
  readonly id: string;
  parse(delivery: WebhookDelivery): Promise<Parsed>;
}

/** A verified delivery, as far as the door needs it. */
type Parsed = WebhookOutcome<{ readonly target?: { readonly reference: string } }>;

const MAX_BODY_BYTES = 256 * 1024;
const MAX_HEADERS = 64;

/** The receivers among our providers. */
export function receiversOf({
  rails,
  kyc,
  custodies,
}: Pick<Providers, 'rails' | 'kyc' | 'custodies'>): readonly Receiver[] {
  return [...rails, kyc, ...custodies].flatMap(({ id, parseWebhook }: Sender): Receiver[] =>
    parseWebhook ? [{ id, parse: parseWebhook }] : [],
  );
}

/** A provider that may send webhooks. */
interface Sender {
  readonly id: string;
  readonly parseWebhook?: (delivery: WebhookDelivery) => Promise<Parsed>;
}

/**
 * Makes the door for the outside: `POST /webhooks/ID`, `GET /livez`, `GET /readyz`.
 *
 * A webhook is verified and stored before it is acknowledged; the truth is read back from its provider later. What
 * cannot be stored is answered with 503, so that its sender comes again.
 */
export function createDoor(parts: DoorParts): (request: Request) => Promise<Response> {
  const { runtime, inbox } = parts;
  const receivers = new Map(parts.receivers.map((receiver) => [receiver.id, receiver]));

  async function webhook(request: Request, id: string): Promise<Response> {
    const receiver = receivers.get(id);
    if (!receiver) return text(404, 'not found');
    if (request.method !== 'POST' && request.method !== 'GET') return text(405, 'method not allowed');
    if ([...request.headers].length > MAX_HEADERS) return text(431, 'too many headers');
    const body = await readLimited(request, { maxBytes: MAX_BODY_BYTES, clock: runtime.clock });
    if (body instanceof Response) return body;
    const { method, url, headers } = request;
    const receivedAt = runtime.clock.now();
    const parsed = await receiver.parse({ method, url, headers, body, receivedAt });
    if (parsed.outcome === 'rejected') return reply(parsed.reply);
    const targets = [...new Set(parsed.events.flatMap(({ target }) => (target ? [target.reference] : [])))];
    const kept = Object.fromEntries([...headers].filter(([name]) => name !== 'authorization' && name !== 'cookie'));
    const message: Message = {
      source: id,
      key: parsed.dedupeKey,
      lane: targets[0] ?? id,
      trust: parsed.trust,
      headers: kept,
      method,
      url,
      receivedAt,
      body,
      targets,
    };
    try {
      await inbox.put([message]);
    } catch (error) {
      runtime.log.error('webhook-not-stored', {
        provider: id,
        error: error instanceof Error ? error.name : typeof error,
      });
      return text(503, 'try again');
    }
    return reply(parsed.reply);
  }

  return async (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === '/livez') return text(200, 'ok');
    if (pathname === '/readyz') {
      const health = await parts.health();
      return Response.json(health, { status: health.ready ? 200 : 503 });
    }
    const match = /^\/webhooks\/([a-z0-9-]{1,40})$/.exec(pathname);
    return match?.[1] ? webhook(request, match[1]) : text(404, 'not found');
  };
}

function reply({ status, contentType, body }: WebhookReply): Response {
  return new Response(body ?? null, { status, ...(contentType ? { headers: { 'content-type': contentType } } : {}) });
}

function text(status: number, body: string): Response {
  return new Response(body, { status, headers: { 'content-type': 'text/plain' } });
}
