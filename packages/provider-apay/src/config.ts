import { formedSecretSchema, readConfig } from '@rielrails/kit';
import type { Secret } from '@rielrails/kit';
import { z } from 'zod';
import { connectionForms } from './connection.ts';
import type { ApayConnection } from './connection.ts';

/** The name under which this provider appears in faults, logs and spans. */
export const APAY = 'apay';

/** A project's account at A-Pay; `readApayConnection` gives most of it. */
export interface ApayConfig extends ApayConnection {
  /**
   * Scheme and host of the API. A-Pay's documents name none: `https://pay-crm.com` and `https://api.a-pay.one` were seen
   * in use. Ask support.
   */
  readonly baseUrl: string;
  /** The webhook's keys before their last change, for postbacks that are still on their way. */
  readonly previousWebhook?: Pick<ApayConnection, 'accessKey' | 'privateKey'>;
}

/** A webhook's keys, checked. */
export type WebhookKeys = Readonly<Record<'accessKey' | 'privateKey', Secret>>;

/** A configuration that was checked. */
export interface ApaySettings extends Readonly<Record<'baseUrl' | 'projectId' | 'webhookId', string>>, WebhookKeys {
  readonly apiKey: Secret;
  readonly previousWebhook?: WebhookKeys | undefined;
}

const formed = (name: keyof ApayConnection) => z.string().regex(connectionForms[name].form, connectionForms[name].rule);

const secret = (name: keyof ApayConnection) =>
  formedSecretSchema(connectionForms[name].form, connectionForms[name].rule);

const webhookKeys = { accessKey: secret('accessKey'), privateKey: secret('privateKey') };

const schema: z.ZodType<ApaySettings> = z.strictObject({
  baseUrl: z.string().regex(/^https:\/\/[a-z0-9.-]+(?::\d{1,5})?$/, 'expected https and a host, no slash at the end'),
  apiKey: secret('apiKey'),
  projectId: formed('projectId'),
  webhookId: formed('webhookId'),
  ...webhookKeys,
  previousWebhook: z.strictObject(webhookKeys).optional(),
});

/** Checks a configuration. @throws ProviderError of kind `config`. */
export function readApayConfig(config: ApayConfig): ApaySettings {
  return readConfig(APAY, schema, config);
}
