import { strict as assert } from 'node:assert';
import type { WebhookDelivery, WebhookOutcome } from '@rielrails/core';
import { utf8 } from '@rielrails/kit';

/** Reads a delivery; must never throw. */
export type ParseWebhook<Event> = (delivery: WebhookDelivery) => Promise<WebhookOutcome<Event>>;

/** An outcome that must be accepted. */
export function mustAccept<Event>(
  outcome: WebhookOutcome<Event>,
): Extract<WebhookOutcome<Event>, { readonly outcome: 'accepted' }> {
  if (outcome.outcome === 'accepted') return outcome;
  assert.fail(`expected an accepted delivery, got rejected: ${outcome.reason}`);
}

/** Every delivery with one bit of its body changed, at up to `most` places. */
export function* flippedBodies(delivery: WebhookDelivery, most = 400): Generator<WebhookDelivery> {
  const step = Math.max(1, Math.ceil(delivery.body.length / most));
  for (let index = 0; index < delivery.body.length; index += step) {
    const body = new Uint8Array(delivery.body);
    body[index] = (body[index] ?? 0) ^ 1;
    yield { ...delivery, body };
  }
}

/** Every delivery with one header altered, or with its query altered. */
export function* alteredProofs(delivery: WebhookDelivery): Generator<WebhookDelivery> {
  for (const [name, value] of delivery.headers) {
    const headers = new Headers(delivery.headers);
    headers.set(name, alter(value));
    yield { ...delivery, headers };
    const without = new Headers(delivery.headers);
    without.delete(name);
    yield { ...delivery, headers: without };
  }
  if (delivery.url.includes('?')) yield { ...delivery, url: alter(delivery.url) };
}

/**
 * Bodies that no provider sends: nothing, too much, broken, not UTF-8, too deep.
 *
 * They keep the genuine headers, so that a reader which trusts those alone is found out.
 */
export function hopelessBodies(delivery: WebhookDelivery): readonly WebhookDelivery[] {
  const { body } = delivery;
  const bodies = [
    new Uint8Array(),
    new Uint8Array(3 * 1024 * 1024).fill(0x20),
    new Uint8Array([0xff, 0xfe, 0xc3, 0x28, 0x80]),
    body.slice(0, -1),
    new Uint8Array([...body, 0xc3, 0x28]),
    utf8('{'),
    utf8('null'),
    utf8('[]'),
    utf8('{"__proto__":{"polluted":true}}'),
    utf8('['.repeat(100_000)),
    utf8('='.repeat(10_000)),
  ];
  // A delivery whose words are all in its address has no body to lose.
  return bodies.filter((one) => one.length > 0 || body.length > 0).map((one) => ({ ...delivery, body: one }));
}

/** What a delivery makes us believe, for comparing. */
export function meaningOf(outcome: WebhookOutcome<unknown>): string {
  if (outcome.outcome === 'rejected') return `rejected: ${outcome.reason}`;
  const { trust, dedupeKey, events } = outcome;
  return JSON.stringify({ trust, dedupeKey, events }, (_key, value: unknown) =>
    typeof value === 'bigint' ? `${value}n` : value,
  );
}

function alter(text: string): string {
  const last = text.at(-1) ?? '';
  return `${text.slice(0, -1)}${last === '0' ? '1' : '0'}`;
}
