import { Secret } from '@rielrails/kit';
import { createVirtualRuntime } from '@rielrails/kit/virtual';
import type { Api } from 'grammy';
import type { Update } from 'grammy/types';
import { expect, test } from 'vitest';
import { poll } from '../src/poll.ts';
import { createHandOn } from '../src/telegram-payments.ts';
import { createBench } from './bench.ts';

const from = { id: 42, is_bot: false, first_name: 'Sok' } as const;
const price = { currency: 'INR', total_amount: 95_000, invoice_payload: '9223372036854775807' } as const;
const question = (id: number) =>
  ({ update_id: id, pre_checkout_query: { id: `q${id}`, from, ...price } }) as unknown as Update;
const chat = { id: 42, type: 'private', first_name: 'Sok' } as const;
const payment = (id: number) =>
  ({
    update_id: id,
    message: {
      message_id: id,
      date: 1,
      chat,
      from,
      successful_payment: { ...price, telegram_payment_charge_id: 'c1', provider_payment_charge_id: 'p1' },
    },
  }) as unknown as Update;
const text = (id: number) =>
  ({ update_id: id, message: { message_id: id, date: 1, chat, from, text: '/help' } }) as unknown as Update;

/** Polls batches until they are used up, and tells what happened in which order. */
async function play(batches: readonly (readonly Update[])[], statuses: readonly number[] = []) {
  const told: string[] = [];
  const seen: Request[] = [];
  const runtime = createVirtualRuntime();
  const end = new AbortController();
  const left = [...batches];
  const answers = [...statuses];
  const api = {
    async getUpdates({ offset, allowed_updates }: { offset: number; allowed_updates: readonly string[] }) {
      told.push(`confirmed below ${offset}`);
      if (told.length === 1) told.unshift(allowed_updates.join(' '));
      const batch = left[0]?.filter(({ update_id }) => update_id >= offset);
      if (batch?.length) return batch;
      left.shift();
      if (left.length === 0) end.abort();
      return left[0] ?? [];
    },
  } as unknown as Api;
  const orders = {
    async handle(request: Request) {
      seen.push(request.clone());
      told.push(`handed on ${((await request.json()) as Update).update_id}`);
      return new Response(null, { status: answers.shift() ?? 200 });
    },
  };
  const inbox = {
    async put(messages: readonly { readonly key: string }[]) {
      told.push(`stored ${messages.map(({ key }) => key).join(' ')}`);
      return messages.length;
    },
  };
  const handOn = createHandOn({ orders, rail: 'apay-telegram', secret: new Secret('s3cret_of_invoices') }, runtime);
  const polling = poll({ api, botId: '7', inbox, handOn, runtime }, end.signal);
  for (let turn = 0; turn < 20 && !end.signal.aborted; turn += 1) await runtime.clock.advance(1000);
  await polling;
  return { told, seen, entries: runtime.entries };
}

test('payments are handed on at once, past the inbox and its lanes, before the batch is confirmed', async () => {
  const { told, seen } = await play([[text(1), question(2), payment(3)]]);
  expect(told).toEqual([
    'message callback_query pre_checkout_query',
    'confirmed below 0',
    'handed on 2',
    'handed on 3',
    'stored 7-1',
    'confirmed below 4',
  ]);
  expect(seen.map(({ url, method }) => `${method} ${new URL(url).pathname}`)).toEqual([
    'POST /webhooks/apay-telegram',
    'POST /webhooks/apay-telegram',
  ]);
  expect(seen[0]?.headers.get('x-telegram-bot-api-secret-token')).toBe('s3cret_of_invoices');
});

test('what could not be stored comes again, and nothing of its batch is confirmed', async () => {
  const { told } = await play([[payment(1), text(2)]], [503]);
  expect(told.slice(1)).toEqual([
    'confirmed below 0',
    'handed on 1',
    'confirmed below 0',
    'handed on 1',
    'stored 7-2',
    'confirmed below 3',
  ]);
});

test('what the rail cannot read stops nobody, and is told to people', async () => {
  const { told, entries } = await play([[payment(1)]], [400]);
  expect(told.at(-1)).toBe('confirmed below 2');
  expect(entries).toContainEqual({
    level: 'error',
    event: 'payment-not-taken',
    fields: { provider: 'apay-telegram', code: 400 },
  });
});

test('a payment that reaches the chat is not taken for something that was typed', async () => {
  const bench = createBench();
  await bench.bot.handleUpdate(payment(1));
  expect(bench.messages()).toEqual([]);
  expect(bench.runtime.entries.at(-1)).toMatchObject({ level: 'error', event: 'payment-not-taken' });
});
