import type { CallContext, ProviderError } from '@rielrails/core';
import { createWire, faultOfCode, stringifyJson, tryJson } from '@rielrails/kit';
import type { CodeTable, Runtime } from '@rielrails/kit';
import { z } from 'zod';
import { APAY_TELEGRAM } from './config.ts';
import type { ApayTelegramSettings } from './config.ts';

/** Calls a method of the Bot API that changes something; gives its `result`. */
export type BotApi = <T>(method: string, result: z.ZodType<T>, body: object, context: CallContext) => Promise<T>;

/** "Telegram Bot API": parts of descriptions, then statuses. */
const descriptions: CodeTable = {
  CURRENCY_TOTAL_AMOUNT_INVALID: ['invalid', 'the amount is outside what Telegram takes in this currency'],
  CURRENCY_INVALID: ['invalid', 'Telegram or the provider does not take this currency'],
  PAYMENT_PROVIDER_INVALID: ['config', 'the provider token is not accepted'],
  'query is too old': ['conflict', 'the approval came too late; nothing was charged'],
  '400': ['invalid', 'Telegram does not take this request'],
  '401': ['config', 'the bot token is not accepted'],
  '404': ['config', 'the bot token is not accepted'],
  '429': ['throttled', 'too many calls'],
};

const refused = z.object({ ok: z.literal(false), description: z.string() });

/** Opens the way to the Bot API. The token stands in the path, where "Making requests" wants it, and nowhere else. */
export function createBotApi({ botToken }: ApayTelegramSettings, runtime: Runtime): BotApi {
  const wire = createWire({ provider: APAY_TELEGRAM, baseUrl: 'https://api.telegram.org', runtime, explain });
  return (method, result, body, context) =>
    wire.write(
      {
        operation: method,
        method: 'POST',
        path: `/bot${botToken.reveal()}/${method}`,
        headers: { 'content-type': 'application/json' },
        body: stringifyJson(body),
        parse: (answer) => z.object({ ok: z.literal(true), result }).parse(answer.json()).result,
      },
      context,
    );
}

/** A refusal has the status that it names. How long to wait after a 429 stands in its header `Retry-After`. */
function explain(status: number, body: string): ProviderError | null {
  const answer = refused.safeParse(tryJson(body));
  if (!answer.success || status >= 500) return null;
  const { description } = answer.data;
  const known = Object.keys(descriptions).find((one) => description.includes(one)) ?? String(status);
  return (
    faultOfCode(APAY_TELEGRAM, 'bot-api', known, descriptions) ??
    faultOfCode(APAY_TELEGRAM, 'bot-api', '400', descriptions)
  );
}
