import type { PaymentEvent, WebhookDelivery, WebhookOutcome } from '@rielrails/core';
import { digest, equalInConstantTime, fromUtf8, member, parseJson, stringifyJson, toHex } from '@rielrails/kit';
import { z } from 'zod';
import type { WebhookKeys } from './config.ts';
import { readAsked } from './deposit.ts';
import { orderIdForm } from './wire.ts';

const MAX_BODY_BYTES = 64 * 1024;

const transactionList = z
  .array(z.object({ order_id: z.string().regex(orderIdForm), custom_transaction_id: z.string().nullish() }))
  .min(1);

/**
 * The signature of a postback: `sha1(access key + private key + md5(JSON of the transactions))`, lower-case hexadecimal
 * ("Postback").
 */
export function postbackSignature(transactions: string, { accessKey, privateKey }: WebhookKeys): string {
  const inner = toHex(digest('md5', transactions));
  return toHex(digest('sha1', accessKey.reveal() + privateKey.reveal() + inner));
}

/**
 * Reads a postback, which may tell of several orders, deposits and withdrawals alike.
 *
 * What was signed is the list of transactions as PHP writes it, compact and unescaped, while the body around it may be
 * escaped: the list is parsed without loss and written again. Nothing else of the body is used. The scheme carries no
 * time, so an old postback verifies for ever: it only says which deposits to look up.
 */
export function readPostback(delivery: WebhookDelivery, keys: readonly WebhookKeys[]): WebhookOutcome<PaymentEvent> {
  if (delivery.method.toUpperCase() !== 'POST' || delivery.body.length > MAX_BODY_BYTES) return rejected('malformed');
  const body = parseJson(fromUtf8(delivery.body), { maxLength: MAX_BODY_BYTES, maxDepth: 8 });
  const [accessKey, signature] = [member(body, 'access_key'), member(body, 'signature')];
  if (typeof accessKey !== 'string' || typeof signature !== 'string') return rejected('signature');
  const text = stringifyJson(member(body, 'transactions') ?? null);
  const proofs = keys.map((one) => `${one.accessKey.reveal()} ${postbackSignature(text, one)}`);
  if (!proofs.map((proof) => equalInConstantTime(`${accessKey} ${signature}`, proof)).includes(true))
    return rejected('signature');
  const events = transactionList.parse(member(body, 'transactions')).flatMap((one): PaymentEvent[] => {
    const asked = readAsked(one.custom_transaction_id);
    return asked ? [{ type: 'changed', target: { reference: asked.reference, handle: one.order_id } }] : [];
  });
  if (events.length === 0) return rejected('not-ours');
  return { outcome: 'accepted', trust: 'verified', dedupeKey: toHex(digest('sha256', text)), events, reply: ok };
}

/** Anything but this is sent again. */
const ok = { status: 200, contentType: 'application/json', body: '{"status":"OK"}' } as const;

function rejected(reason: 'signature' | 'malformed' | 'not-ours'): WebhookOutcome<never> {
  // The numbers are those of "Postback": 502 means there that the signature is wrong.
  const reply = { signature: { status: 502 }, malformed: { status: 400 }, 'not-ours': ok }[reason];
  return { outcome: 'rejected', reason, reply };
}
