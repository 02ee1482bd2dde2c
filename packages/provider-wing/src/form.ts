import type { CreatePayment } from '@rielrails/core';
import { equalInConstantTime, hmac, systemRuntime, toHex, escapeHtml } from '@rielrails/kit';
import type { Runtime } from '@rielrails/kit';
import { amountText, returnUrlOf } from './asking.ts';
import { readWingConfig } from './config.ts';
import type { WingSettings, WingV1Config } from './config.ts';

type V1 = Extract<WingSettings, { readonly version: 'v1' }>;

/** The link to our page with the form. Signed, so that a stranger cannot have the page tell the API key. */
export function formLink(settings: V1, input: CreatePayment): string {
  const url = new URL(settings.formUrl);
  const query = [input.reference, amountText(input), String(input.expiresAt), returnUrlOf(settings, input)];
  ['remark', 'amount', 'until', 'back'].forEach((name, index) => url.searchParams.set(name, query[index] ?? ''));
  url.searchParams.set('signature', signatureOf(settings, query));
  return url.href;
}

/**
 * The page at `formUrl` of version 1: a form that the payer's browser posts to Wing, with the API key inside.
 *
 * Wing made it so: whoever can pay can read the key. Serve the result for any request to `formUrl`; it has no state and
 * answers 403 to a link that `create` did not make, 410 after the request's end.
 *
 * @throws ProviderError of kind `config` when the configuration breaks a rule.
 */
export function createWingForm(config: WingV1Config, runtime: Runtime = systemRuntime()): (url: string) => Response {
  const settings = readWingConfig(config) as V1;
  const action = `${settings.baseUrl}/`;
  return (url) => {
    const asked = new URL(url).searchParams;
    const query = ['remark', 'amount', 'until', 'back'].map((name) => asked.get(name) ?? '');
    if (!equalInConstantTime(asked.get('signature') ?? '', signatureOf(settings, query)))
      return page(403, action, '<h1>This link is not valid</h1>');
    const [remark = '', amount = '', until = '', back = ''] = query;
    if (runtime.clock.now() >= Number(until)) return page(410, action, '<h1>The time to pay is over</h1>');
    const fields = {
      sandbox: settings.sandbox,
      amount,
      username: settings.username,
      rest_api_key: settings.restApiKey.reveal(),
      return_url: back,
      bill_till_rbtn: settings.account.type === 'till' ? '1' : '0',
      bill_till_number: settings.account.number,
      remark,
      ask_remember: '0',
    };
    const inputs = Object.entries(fields).map(
      ([name, value]) => `<input type="hidden" name="${name}" value="${escapeHtml(value)}">`,
    );
    const button = `<button>Pay ${amount} ${settings.currency} with Wing</button>`;
    return page(
      200,
      action,
      `<form method="post" action="${escapeHtml(action)}">\n${inputs.join('\n')}\n${button}</form>`,
    );
  };
}

function signatureOf({ restApiKey }: V1, query: readonly string[]): string {
  return toHex(hmac('sha256', restApiKey, `rielrails-wing-form:${query.join('\n')}`));
}

function page(status: number, action: string, content: string): Response {
  // Wing may lead the posted form on to a host of its own.
  const policy = `default-src 'none'; form-action https: ${new URL(action).origin}; base-uri 'none'; frame-ancestors 'none'`;
  const html = `<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>Wing</title>\n${content}\n</html>`;
  const headers = { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy };
  return new Response(html, { status, headers: { ...headers, 'cache-control': 'no-store' } });
}
