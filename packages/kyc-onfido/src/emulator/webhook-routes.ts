import { toHex } from '@rielrails/kit';
import type { Random } from '@rielrails/kit';
import { jsonResponse } from '@rielrails/kit/emulator';
import type { EmulatedRequest } from '@rielrails/kit/emulator';
import type { Account, Endpoint } from './account.ts';
import { notFound } from './answers.ts';
import { readFields } from './body.ts';
import type { BookedWebhook } from './book.ts';
import { webhookEvents } from './notices.ts';

const FIELDS = ['url', 'enabled', 'events', 'environments', 'payload_version'];

/** Where events are sent. */
export function webhookEndpoints({ book, views }: Account, random: Random): readonly Endpoint[] {
  const documented = { provenance: 'documented' } as const;

  function one({ params }: EmulatedRequest): BookedWebhook {
    const id = params['webhook'] ?? '';
    const found = book.webhooks.find((webhook) => webhook.id === id);
    if (!found) throw notFound('Webhook', id);
    return found;
  }

  return [
    {
      ...documented,
      name: 'create-webhook',
      method: 'POST',
      path: '/webhooks',
      cites: 'Register webhook',
      handle(request) {
        const made: BookedWebhook = {
          id: book.uuid(),
          token: toHex(random.bytes(16)),
          url: '',
          enabled: true,
          events: null,
          environments: ['sandbox', 'live'],
          ...readSettings(request, true),
        };
        book.webhooks.push(made);
        return jsonResponse(views.webhook(made), 201);
      },
    },
    {
      ...documented,
      name: 'list-webhooks',
      method: 'GET',
      path: '/webhooks',
      cites: 'List webhooks',
      handle: () => jsonResponse({ webhooks: book.webhooks.map((webhook) => views.webhook(webhook)) }),
    },
    {
      ...documented,
      name: 'get-webhook',
      method: 'GET',
      path: '/webhooks/:webhook',
      cites: 'Retrieve a Webhook',
      handle: (request) => jsonResponse(views.webhook(one(request))),
    },
    {
      ...documented,
      name: 'update-webhook',
      method: 'PUT',
      path: '/webhooks/:webhook',
      cites: 'Edit a webhook',
      handle(request) {
        const found = one(request);
        Object.assign(found, readSettings(request, false));
        return jsonResponse(views.webhook(found));
      },
    },
    {
      ...documented,
      name: 'delete-webhook',
      method: 'DELETE',
      path: '/webhooks/:webhook',
      cites: 'Delete a webhook',
      handle(request) {
        book.webhooks.splice(book.webhooks.indexOf(one(request)), 1);
        return new Response(null, { status: 204 });
      },
    },
  ];
}

function readSettings(request: EmulatedRequest, isNew: boolean): Partial<BookedWebhook> {
  const fields = readFields(request, FIELDS);
  const { body } = fields;
  const url = (isNew ? fields.need : fields.text)('url', /^https:\/\/\S+$/, 'must be https') ?? '';
  const known: readonly string[] = webhookEvents;
  const events = fields.list('events', (event) => known.includes(event), 'has an event that does not exist');
  const worlds = fields.list('environments', (one) => ['sandbox', 'live'].includes(one), 'is sandbox or live');
  const { enabled } = body;
  if (enabled !== undefined && typeof enabled !== 'boolean') fields.complain('enabled', 'is true or false');
  fields.finish();
  return {
    ...(url ? { url } : {}),
    ...(typeof enabled === 'boolean' ? { enabled } : {}),
    ...(body['events'] === undefined ? {} : { events }),
    ...(body['environments'] === undefined ? {} : { environments: worlds }),
  };
}
