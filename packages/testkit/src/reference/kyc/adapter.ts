import { isProviderError, parseReference, ProviderError } from '@rielrails/core';
import type { Instant, KycCase, KycEvent, KycProvider, WebhookDelivery, WebhookOutcome } from '@rielrails/core';
import {
  createVocabulary,
  createWire,
  defineKyc,
  doubt,
  equalInConstantTime,
  fromUtf8,
  hmac,
  toHex,
} from '@rielrails/kit';
import type { Runtime, WireAnswer } from '@rielrails/kit';
import { takeSecret } from '../config.ts';
import type { ReferenceKycConfig, ReferenceKycDialect } from './emulator.ts';

const id = 'reference-kyc';
const MAX_WEBHOOK_BYTES = 64 * 1024;

interface CaseBody {
  readonly reference: string;
  readonly status: string;
  readonly identity?: { readonly name: string; readonly born?: string; readonly country?: string };
  readonly until?: number;
  readonly link: string;
  readonly linkExpiresAt: number;
}

/** The adapter of the reference KYC provider: the good one, which every KYC mutant breaks. */
export function createReferenceKyc(
  config: ReferenceKycConfig,
  runtime: Runtime,
  dialect: ReferenceKycDialect = {},
): KycProvider<'parseWebhook'> {
  const headers = { authorization: `Bearer ${takeSecret(id, config, 'apiKey').reveal()}` };
  const webhookSecret = takeSecret(id, config, 'webhookSecret');
  const wire = createWire({ provider: id, baseUrl: config.baseUrl, runtime, explain });
  const statuses = createVocabulary<KycCase['status']>({
    provider: id,
    words: { PENDING: 'pending', APPROVED: 'approved', AGAIN: 'retry', REJECTED: 'rejected', REVOKED: 'revoked' },
    otherwise: 'pending',
    log: runtime.log,
  });

  function readCase(answer: WireAnswer): KycCase {
    const body = JSON.parse(answer.text()) as CaseBody;
    const reference = parseReference(body.reference);
    const status = statuses.read(body.status);
    switch (status) {
      case 'approved': {
        if (!body.identity || body.until === undefined) throw new TypeError('an approval without an identity');
        const { name, born, country } = body.identity;
        const identity = { name, ...(born ? { born } : {}), ...(country ? { countries: [country] } : {}) };
        return { reference, status, identity, until: body.until as Instant };
      }
      case 'retry':
      case 'rejected':
        return { reference, status, reasons: ['other'] };
      case 'pending':
      case 'revoked':
        return { reference, status };
    }
  }

  return defineKyc<'parseWebhook'>(
    {
      id,
      manifest: {
        start: { repeat: dialect.replays ? 'replays' : 'rejects' },
        get: { by: 'reference', covers: 'all', notFoundIsFinalAfterMs: 60_000 },
      },
      start: (input, context) =>
        wire.write(
          {
            operation: 'start',
            method: 'POST',
            path: '/cases',
            headers,
            body: JSON.stringify(input),
            parse(answer) {
              const { link, linkExpiresAt } = JSON.parse(answer.text()) as CaseBody;
              return { case: readCase(answer), url: link, linkExpiresAt: linkExpiresAt as Instant };
            },
          },
          context,
        ),
      async get({ reference }, context) {
        const call = { operation: 'get', method: 'GET', path: `/cases/${reference}`, headers } as const;
        try {
          return await wire.read({ ...call, parse: readCase }, context);
        } catch (error) {
          if (isProviderError(error) && error.fault.kind === 'not-found') return null;
          throw error;
        }
      },
      parseWebhook: async (delivery) => readWebhook(delivery, webhookSecret.reveal()),
    },
    runtime,
  );
}

function readWebhook({ headers, body }: WebhookDelivery, secret: string): WebhookOutcome<KycEvent> {
  const reply = { status: 400 };
  if (body.length > MAX_WEBHOOK_BYTES) return { outcome: 'rejected', reason: 'malformed', reply };
  const expected = toHex(hmac('sha256', secret, body));
  if (!equalInConstantTime(headers.get('signature') ?? '', expected)) {
    return { outcome: 'rejected', reason: 'signature', reply };
  }
  const { event, reference } = JSON.parse(fromUtf8(body)) as { readonly event: string; readonly reference: string };
  return {
    outcome: 'accepted',
    trust: 'verified',
    dedupeKey: event,
    events: [{ type: 'changed', target: { reference: parseReference(reference) } }],
    reply: { status: 200 },
  };
}

function explain(status: number, body: string): ProviderError | null {
  if (status < 400 || status >= 500) return null;
  const { error: code } = JSON.parse(body) as { readonly error: string };
  const refused = (kind: 'throttled' | 'not-found' | 'config') =>
    new ProviderError({ kind, provider: id, message: `${id}: refused as ${code}` });
  switch (code) {
    case 'DUPLICATE':
      return doubt(id, 'duplicate', `${id}: this reference was used before`);
    case 'SLOW_DOWN':
      return refused('throttled');
    case 'ABSENT':
      return refused('not-found');
    case 'KEY':
      return refused('config');
    default:
      return null;
  }
}
