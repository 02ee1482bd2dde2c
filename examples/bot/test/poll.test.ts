import { inspect } from 'node:util';
import { createVirtualRuntime } from '@rielrails/kit/virtual';
import { createTelegramEmulator } from '@rielrails/sandbox/telegram';
import type { TelegramEmulator } from '@rielrails/sandbox/telegram';
import type { VirtualRuntime } from '@rielrails/kit/virtual';
import { Bot } from 'grammy';
import { describe, expect, test } from 'vitest';
import { grammyFetch } from '../src/fetch.ts';
import { poll } from '../src/poll.ts';
import { createBench, TOKEN } from './bench.ts';
import { createFakeOrders, payableView } from './fake-orders.ts';
import type { FakeOrders } from './fake-orders.ts';

/** The head of a PNG: enough for Telegram to take it. */
const PNG = new Uint8Array(33);
PNG.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
new DataView(PNG.buffer).setUint32(16, 320);
new DataView(PNG.buffer).setUint32(20, 320);

interface Setup {
  readonly telegram: TelegramEmulator;
  readonly runtime: VirtualRuntime;
  readonly fake: FakeOrders;
  readonly api: Bot['api'];
  /** Polls until `enough` says so. */
  run(enough: () => boolean, inbox?: FakeOrders['orders']['inbox']): Promise<string>;
}

function setUp(token = TOKEN): Setup {
  const network: { telegram?: TelegramEmulator } = {};
  const runtime = createVirtualRuntime({
    fetch: (request, call) => {
      if (!network.telegram) throw new Error('not yet');
      return network.telegram.fetch(request, call);
    },
  });
  const telegram = createTelegramEmulator(runtime, { token: TOKEN, username: 'riel_bot' });
  network.telegram = telegram;
  const fake = createFakeOrders();
  const { api } = new Bot(token, { client: { fetch: grammyFetch(runtime.fetch) } });
  return {
    telegram,
    runtime,
    fake,
    api,
    async run(enough, inbox = fake.orders.inbox) {
      const end = new AbortController();
      const polling = poll({ api, botId: '123456', inbox, handOn: null, runtime }, end.signal);
      const done = polling.then(() => true);
      for (let turn = 0; turn < 200 && !enough(); turn += 1) {
        if (await Promise.race([done, runtime.clock.advance(1000).then(() => false)])) break;
      }
      end.abort();
      return polling;
    },
  };
}

test('a private key is taken out of an update before it is stored', async () => {
  const { telegram, fake, run } = setUp();
  const chat = telegram.openChat({ id: 42, firstName: 'Sok', languageCode: 'en' });
  // What only looks like one.
  const key = `xprv${'s21Z'.repeat(27)}`;
  chat.sendText(`mine: ${key}`);
  await run(() => fake.stored.length > 0);
  expect(fake.stored.join()).toContain('mine: ⟨private key⟩');
  expect(fake.stored.join()).not.toContain(key.slice(4));
});

test('updates are stored before they are confirmed', async () => {
  const { telegram, fake, run } = setUp();
  const sok = telegram.openChat({ id: 42, firstName: 'Sok', languageCode: 'km' });
  sok.sendText('/start');
  sok.sendText('41000');
  let failures = 2;
  const inbox: FakeOrders['orders']['inbox'] = {
    ...fake.orders.inbox,
    put: async (messages) => {
      failures -= 1;
      if (failures >= 0) throw new Error('the database is away');
      return fake.orders.inbox.put(messages);
    },
  };
  expect(await run(() => fake.stored.length === 2 && telegram.pendingUpdates.length === 0, inbox)).toBe('stopped');
  expect(fake.stored.map((body) => (JSON.parse(body) as { message: { text: string } }).message.text)).toEqual([
    '/start',
    '41000',
  ]);
});

test('a batch that comes twice is stored once', async () => {
  const { telegram, fake, run } = setUp();
  telegram.openChat({ id: 42, firstName: 'Sok', languageCode: 'km' }).sendText('/start');
  telegram.faults.add('reset-after-apply', { route: 'getUpdates' });
  await run(() => telegram.pendingUpdates.length === 0 && fake.stored.length > 0);
  expect(fake.stored).toHaveLength(1);
});

test('throttled: waits as long as it is told', async () => {
  const { telegram, runtime, fake, run } = setUp();
  telegram.openChat({ id: 42, firstName: 'Sok', languageCode: 'km' }).sendText('/start');
  telegram.faults.add('throttled', { route: 'getUpdates' });
  await run(() => fake.stored.length > 0);
  expect(runtime.entries).toContainEqual({
    level: 'warn',
    event: 'poll-failed',
    fields: { reason: 'throttled', delayMs: 1000 },
  });
});

test('a foreign poller ends it, with an alarm', async () => {
  const { telegram, runtime, run, api } = setUp();
  await api.setWebhook('https://elsewhere.example/hook');
  expect(await run(() => false)).toBe('foreign-poller');
  expect(runtime.entries.at(-1)).toMatchObject({ level: 'error', event: 'poll-ended' });
  expect(telegram.exchanges.filter(({ route }) => route === 'getUpdates')).toHaveLength(1);
});

test('a token that is not valid ends it', async () => {
  const { run } = setUp('123456:another-token');
  expect(await run(() => false)).toBe('unauthorized');
});

describe('the token is told to nobody', () => {
  test.each(['unreadable-200', 'refused-connection', 'reset-after-apply', 'http-503', 'throttled'] as const)(
    '%s',
    async (fault) => {
      const bench = createBench();
      await bench.type('/help');
      bench.telegram.faults.add(fault, { route: 'sendMessage' });
      bench.sok.sendText('/help');
      const thrown = await bench.handle().then(
        () => null,
        (error: unknown) => error,
      );
      expect(thrown).toMatchObject({ name: 'TelegramUnavailableError' });
      bench.telegram.faults.add(fault, { route: 'sendPhoto' });
      await bench.show(payableView());
      bench.telegram.faults.add(fault, { route: 'getFile' });
      bench.sok.sendPhoto(PNG);
      const second = await bench.handle().then(
        () => null,
        (error: unknown) => error,
      );
      expect(second).toMatchObject({ name: 'TelegramUnavailableError' });
      const everything = inspect([thrown, second, bench.runtime.entries, bench.bot], { depth: 12, showHidden: true });
      expect(everything).not.toContain('CANARY');
      expect(bench.messages().every(({ message }) => !JSON.stringify(message).includes('CANARY'))).toBe(true);
    },
  );
});

test('somebody who blocked the bot ends nothing', async () => {
  const bench = createBench();
  bench.sok.sendText('/help');
  bench.sok.block();
  await expect(bench.handle()).resolves.toBeUndefined();
});
