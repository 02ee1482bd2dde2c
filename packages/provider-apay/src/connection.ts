import { InputError } from '@rielrails/core';
import { Secret } from '@rielrails/kit';

/** What A-Pay hands out for a project: its key, and the webhook whose postbacks it signs. */
export interface ApayConnection {
  readonly apiKey: Secret | string;
  readonly projectId: string;
  readonly webhookId: string;
  /** Repeated in each postback. */
  readonly accessKey: Secret | string;
  /** Signs postbacks, and is never sent. */
  readonly privateKey: Secret | string;
}

const key = { form: /^[a-z0-9]{32}$/, rule: 'expected 32 lower-case letters and digits' };

/** The forms of the five values, in the order in which `@paykassma_bot` wants them. */
export const connectionForms: Readonly<Record<keyof ApayConnection, { readonly form: RegExp; readonly rule: string }>> =
  {
    apiKey: key,
    projectId: { form: /^[0-9]{1,7}$/, rule: 'expected 1 to 7 digits' },
    webhookId: { form: /^[0-9]{7}$/, rule: 'expected 7 digits' },
    accessKey: key,
    privateKey: key,
  };

/**
 * Reads the five lines that connect a project with Telegram Payments (A-Pay, "Telegram payments"): the message for
 * `@paykassma_bot`, to be checked before it is sent, and the account that `createApay` takes.
 *
 * Any line ends; one empty line may follow.
 *
 * @throws InputError naming the line and its rule, never the value.
 */
export function readApayConnection(text: string): ApayConnection {
  const lines = text.replace(/\r?\n$/, '').split(/\r?\n/, 6);
  const forms = Object.entries(connectionForms);
  if (lines.length !== forms.length) throw new InputError('connection', 'five-lines', 'expected five lines');
  forms.forEach(([name, { form, rule }], index) => {
    if (!form.test(lines[index] ?? '')) throw new InputError(`line ${index + 1}`, 'form', `${name}: ${rule}`);
  });
  const [apiKey = '', projectId = '', webhookId = '', accessKey = '', privateKey = ''] = lines;
  const secrets = { apiKey: new Secret(apiKey), accessKey: new Secret(accessKey), privateKey: new Secret(privateKey) };
  return { ...secrets, projectId, webhookId };
}
