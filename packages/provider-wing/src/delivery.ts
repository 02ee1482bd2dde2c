import { parseReference } from '@rielrails/core';
import type { PaymentEvent, WebhookDelivery, WebhookOutcome } from '@rielrails/core';
import { digest, fromUtf8, member, parseJson, toHex } from '@rielrails/kit';
import { open } from './cipher.ts';
import type { CipherKey } from './cipher.ts';

const MAX_BODY_BYTES = 16 * 1024;

/** What a payer reads who came back to the address of the webhooks. */
const THANKS = 'Thank you. Wing is being asked whether the payment arrived. You can close this page.';

/**
 * Reads what comes from Wing or from the payer's browser: an encrypted callback (`contents`), the form that a payer of
 * version 1 brings back, or the address that leads back. None is proof, so none tells more than which payment to look up.
 *
 * Every failure throws and is answered alike: a sender learns nothing about the padding of what it made up.
 */
export function readDelivery(
  { method, url, body }: WebhookDelivery,
  keys: readonly CipherKey[],
): WebhookOutcome<PaymentEvent> {
  if (body.length > MAX_BODY_BYTES) throw new RangeError('delivery: too long');
  if (method === 'GET' && body.length === 0) {
    const { search } = new URL(url);
    // Wing may add its own query after ours with a second question mark.
    return hint(/[?&]reference=(\d+)(?:[?&]|$)/.exec(search)?.[1], search, THANKS);
  }
  if (method !== 'POST') throw new RangeError('delivery: method');
  const form = new URLSearchParams(fromUtf8(body));
  const contents = form.get('contents');
  if (contents === null) return hint(form.get('remark')?.trim(), form.toString(), THANKS);
  // A plus sign that was not escaped arrives as a space.
  const text = openWithAny(keys, contents.replaceAll(' ', '+'));
  const fields = parseJson(text, { maxDepth: 4 });
  return hint(member(fields, 'remark') ?? member(fields, 'order_reference_no'), text, 'success');
}

function openWithAny(keys: readonly CipherKey[], contents: string): string {
  for (const key of keys) {
    try {
      const text = open(key, contents);
      parseJson(text);
      return text;
    } catch {
      // Another key may fit: a wrong one gives no JSON.
    }
  }
  throw new RangeError('delivery: no key fits');
}

function hint(name: unknown, text: string, body: string): WebhookOutcome<PaymentEvent> {
  const reference = parseReference(typeof name === 'string' ? name : '');
  return {
    outcome: 'accepted',
    trust: 'hint',
    // Over all of the text, so that a made-up hint does not stand in the way of the genuine one.
    dedupeKey: `${reference}:${toHex(digest('sha256', text))}`,
    events: [{ type: 'changed', target: { reference } }],
    reply: { status: 200, contentType: 'text/plain; charset=utf-8', body },
  };
}
