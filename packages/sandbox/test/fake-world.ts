/** A world with stand-ins at every desk and something on every part of the page: for tests of the server and the page. */

import { readFile } from 'node:fs/promises';
import { KHR, parseReference } from '@rielrails/core';
import type { Money, Reference } from '@rielrails/core';
import { silentLog, systemRuntime } from '@rielrails/kit';
import type { Runtime } from '@rielrails/kit';
import { createEmulator, jsonResponse } from '@rielrails/kit/emulator';
import type { Emulator } from '@rielrails/kit/emulator';
import { createSeededRandom } from '@rielrails/kit/virtual';
import { createSandboxClock, createWorld } from '../src/index.ts';
import type { Desks, MachineState, SandboxClock, World } from '../src/index.ts';
import { createTelegramEmulator } from '../src/telegram/index.ts';
import type { TelegramEmulator } from '../src/telegram/index.ts';
import type { HostHandler } from '../src/world/index.ts';

export const TOKEN = '123456:emulated-token';
export const BANK_HOST = 'bank.example';
export const SHOP_HOST = 'shop.example';

/** The world, its parts, and what the stand-ins were told. */
export interface FakeWorld {
  readonly world: World;
  readonly runtime: Runtime;
  readonly clock: SandboxClock;
  readonly telegram: TelegramEmulator;
  readonly bank: Emulator;
  /** What the desks were told, oldest first. */
  readonly told: unknown[];
  /** What really reached the bank's route, by its body. */
  readonly applied: string[];
  /** Calls a method of the bot. */
  bot(method: string, parameters: object): Promise<{ readonly message_id: number }>;
}

/** The shop's own pages: one with a script of somebody else, and one that leads on. */
const shop: HostHandler = {
  async fetch(request) {
    if (new URL(request.url).pathname === '/back')
      return new Response(null, { status: 303, headers: { location: `https://${BANK_HOST}/page?a=1` } });
    const links = '<a href="https://t.me/riel_bot">chat</a><a href="https://elsewhere.example/x">other</a>';
    return new Response(`<body><script src="https://${BANK_HOST}/v3"></script>${links}</body>`, {
      headers: {
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': `default-src 'none'; script-src https://${BANK_HOST}/v3 'sha256-x'; connect-src https://${BANK_HOST} https://elsewhere.example`,
        'referrer-policy': 'no-referrer',
      },
    });
  },
};

export async function createFakeWorld(port?: number): Promise<FakeWorld> {
  const runtime = { ...systemRuntime(), log: silentLog };
  const clock = createSandboxClock(runtime.clock);
  const context = { clock, random: createSeededRandom(5) };
  const telegram = createTelegramEmulator(context, { token: TOKEN, username: 'riel_bot' });
  const applied: string[] = [];
  const bank = createEmulator({
    name: 'bank',
    clock,
    routes: [
      {
        name: 'echo',
        method: 'POST',
        path: '/pay/:id',
        cites: 'this file',
        provenance: 'assumed',
        handle({ body, url, headers, params }) {
          const text = new TextDecoder().decode(body);
          applied.push(text);
          return jsonResponse({ text, url: url.href, id: params['id'], signature: headers.get('x-signature') }, 201);
        },
      },
      {
        name: 'page',
        method: 'GET',
        path: '/page',
        cites: 'this file',
        provenance: 'assumed',
        handle: () =>
          new Response('<a href="/next">next</a>', { headers: { 'content-type': 'text/html', 'x-kept': 'yes' } }),
      },
    ],
  });
  const told: unknown[] = [];
  const world = await createWorld(
    {
      ...(port === undefined ? {} : { port }),
      clock,
      telegram,
      hosts: { 'api.telegram.org': telegram, [BANK_HOST]: bank, [SHOP_HOST]: shop },
      shopHost: SHOP_HOST,
      desks: createDesks(told, clock),
    },
    runtime,
  );
  const bot = async (method: string, parameters: object) => {
    const request = new Request(`https://api.telegram.org/bot${TOKEN}/${method}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(parameters),
    });
    const answer = (await (await telegram.fetch(request, {})).json()) as { ok: boolean; result: never };
    if (!answer.ok) throw new Error(JSON.stringify(answer));
    return answer.result;
  };
  return { world, runtime, clock, telegram, bank, told, applied, bot };
}

function createDesks(told: unknown[], clock: SandboxClock): Desks {
  const receipts: { transaction: string; reference: string; amount: Money }[] = [];
  const cases: { reference: Reference; status: string }[] = [
    { reference: parseReference('5102938475610293847'), status: 'pending' },
    { reference: parseReference('8830214477120934551'), status: 'approved' },
  ];
  const setStatus = (reference: Reference, status: string) => {
    const found = cases.find((one) => one.reference === reference);
    if (!found) throw new RangeError('reference: no such case');
    found.status = status;
  };
  let halted = false;
  let height = 214;
  let middle = 97_250;
  let running: 'yes' | 'no' | 'frozen' = 'yes';
  const hash = (number: number) => (0x4a1f_77c3 + number * 7_919_317).toString(16).padStart(64, '0');
  const side = (sign: 1 | -1) =>
    [1, 2, 3, 4].map((step) => [(middle + sign * step * 5).toFixed(2), (0.12 * step + 0.05).toFixed(5)] as const);
  return {
    bank: {
      async payByQr(qr, options = {}) {
        told.push({ qr, ...options });
        if (options.amount && options.amount.minor > 410_000n)
          return { outcome: 'refused', message: 'The amount is fixed by the code' };
        const transaction = `17322${String(60_114_400 + receipts.length)}`;
        receipts.push({
          transaction,
          reference: '7719203344518823001',
          amount: options.amount ?? { asset: KHR, minor: 410_000n },
        });
        return { outcome: 'paid', transaction };
      },
      transfer: async () => ({ outcome: 'refused', message: 'Account not found' }),
      receipts: () => receipts,
    },
    exchange: {
      market: {
        move: (basisPoints) => {
          told.push({ basisPoints });
          middle += (middle * basisPoints) / 10_000;
        },
        setBalance: (asset, amount) => told.push({ asset, amount }),
        fillPartly: (basisPoints) => told.push({ fillPartly: basisPoints }),
        jumpAtNextOrder: (jump, spared) => told.push({ jump, spared }),
        halt: (value) => {
          halted = value;
        },
      },
      moveSecond: (basisPoints) => told.push({ moveSecond: basisPoints }),
      view: () => ({
        symbol: 'BTC/USDT',
        asks: side(1),
        bids: side(-1),
        balances: { USDT: '24810.55', BTC: '0.31402' },
        halted,
        orders: [],
      }),
    },
    kyc: {
      desk: {
        approve: async (reference) => setStatus(reference, 'approved'),
        reject: async (reference, type) => setStatus(reference, type === 'retry' ? 'retry' : 'rejected'),
        revoke: async (reference) => setStatus(reference, 'revoked'),
      },
      cases: () => cases,
    },
    chain: {
      view: async () => ({
        backend: 'stand-in',
        height,
        hash: hash(height),
        mempool: [{ txid: hash(9_001), sats: 102_480n, satPerVbyte: 4 }],
        blocks: [0, 1, 2, 3, 4].map((back) => ({
          height: height - back,
          hash: hash(height - back),
          transactions: back === 1 ? 3 : 1,
        })),
      }),
      mine: async (blocks) => {
        height += blocks;
      },
      reorg: async (blocks) => {
        told.push({ reorg: blocks });
        height += 1;
      },
      lookup: async (address) => (address.startsWith('bcrt1') ? { confirmedSats: 0n, waitingSats: 102_480n } : null),
      address: async () => 'bcrt1q4h8f0kd2wz0m6u7y3l5n9s8t2v0x4c6e8g0j2d',
    },
    machine: {
      state: async () => {
        if (running === 'no') throw new Error('the engine is down');
        if (running === 'frozen') return new Promise<never>(() => {});
        return machineState(clock.now() - (clock.now() % 3_600_000));
      },
      actions: {
        kill: async () => {
          running = 'no';
        },
        freeze: async () => {
          running = 'frozen';
        },
        restart: async () => {
          running = 'yes';
        },
      },
      forwardClock: async (ms) => {
        told.push({ forwardClock: ms });
      },
    },
  };
}

function machineState(start: number): MachineState {
  const at = (seconds: number) => start + seconds * 1000;
  return {
    orders: [
      {
        number: 'R-20418',
        state: 'sending',
        hold: 'none',
        disposition: 'deliver',
        timeline: [
          { at: at(2), event: 'quoted', text: '410 000 ៛ for 0.00102480 BTC, held for ten minutes' },
          { at: at(31), event: 'confirmed', text: 'Terms accepted in Khmer' },
          { at: at(33), event: 'payment-requested', text: 'KHQR shown in the chat' },
          { at: at(74), event: 'paid', text: 'ABA reports 410 000 ៛' },
          { at: at(75), event: 'bought', text: 'Covered from inventory; the exchange is behind by one order' },
          { at: at(79), event: 'sending', text: 'Signed; the answer to the broadcast did not arrive' },
        ],
        effects: [
          { kind: 'request-payment', seq: 1, status: 'applied', reference: '7719203344518823001', reason: null },
          { kind: 'buy', seq: 1, status: 'applied', reference: '3320118847612093377', reason: null },
          { kind: 'send', seq: 1, status: 'unknown', reference: '6610293847561029384', reason: 'timeout' },
        ],
        receipts: [{ transaction: '1732260114400', asset: 'KHR', minor: '410000', end: 'funded' }],
      },
      {
        number: 'R-20417',
        state: 'delivered',
        hold: 'none',
        disposition: 'deliver',
        timeline: [{ at: at(0), event: 'delivered', text: 'Two confirmations' }],
        effects: [],
        receipts: [],
      },
      {
        number: 'R-20416',
        state: 'refund-due',
        hold: 'review',
        disposition: 'refund',
        timeline: [{ at: at(0), event: 'underpaid', text: 'Ten per cent are missing; the buyer chose a refund' }],
        effects: [{ kind: 'refund', seq: 1, status: 'planned', reference: '1180293847561029311', reason: null }],
        receipts: [{ transaction: '1732260114377', asset: 'KHR', minor: '369000', end: 'review' }],
      },
    ],
    balances: [
      { account: 'provider receivable', asset: 'KHR', scale: 0, minor: '1230000' },
      { account: 'customer payable', asset: 'KHR', scale: 0, minor: '-820000' },
      { account: 'refunds due', asset: 'KHR', scale: 0, minor: '-369000' },
      { account: 'exchange', asset: 'USDT', scale: 8, minor: '2481055000000' },
      { account: 'wallet inventory', asset: 'BTC', scale: 8, minor: '31402000' },
      { account: 'in flight', asset: 'BTC', scale: 8, minor: '102480' },
    ],
    queues: [
      { name: 'step', waiting: 1, active: 1, failed: 0 },
      { name: 'lookup', waiting: 2, active: 0, failed: 0 },
      { name: 'notify', waiting: 0, active: 0, failed: 1 },
    ],
    log: [
      { at: at(74), level: 'info', event: 'receipt-recorded', fields: 'order=R-20418 provider=payway' },
      { at: at(79), level: 'warn', event: 'effect-unknown', fields: 'order=R-20418 effect=send reason=timeout' },
      { at: at(84), level: 'error', event: 'notify-failed', fields: 'job=notify attempt=5 code=403' },
    ],
  };
}

/** A conversation with a picture to scan, buttons, an edit and a deleted message. */
export async function tellStory({ telegram, bot }: FakeWorld): Promise<void> {
  const sok = telegram.openChat({ id: 1001, firstName: 'សុខា', languageCode: 'km' });
  telegram.openChat({ id: 1002, firstName: 'Dara', languageCode: 'en' });
  await bot('setMyCommands', {
    commands: [
      { command: 'buy', description: 'Buy bitcoin' },
      { command: 'orders', description: 'My orders' },
      { command: 'support', description: 'Talk to a person' },
    ],
  });
  sok.sendText('/start');
  const hello = await bot('sendMessage', {
    chat_id: 1001,
    parse_mode: 'HTML',
    text: 'សួស្តី សុខា! ខ្ញុំលក់ <b>ប៊ីតខញ</b> ជាប្រាក់រៀល។\nតម្លៃឥឡូវ៖ <b>៣៩៨ ៧២៥ ០០០ ៛</b>',
    reply_markup: {
      inline_keyboard: [
        [
          { text: '១០០ ០០០ ៛', callback_data: 'buy:100000' },
          { text: '៤១០ ០០០ ៛', callback_data: 'buy:410000' },
        ],
        [{ text: 'តម្លៃ និងកម្រៃ', callback_data: 'fees' }],
      ],
    },
  });
  sok.tap(hello.message_id, 'buy:410000');
  sok.sendText('bcrt1q4h8f0kd2wz0m6u7y3l5n9s8t2v0x4c6e8g0j2d');
  const waiting = await bot('sendMessage', { chat_id: 1001, text: '…' });
  await bot('editMessageText', {
    chat_id: 1001,
    message_id: waiting.message_id,
    parse_mode: 'HTML',
    text: 'You pay <b>410 000 ៛</b>\nYou get <b>0.00102480 BTC</b>\nto <code>bcrt1q4h8f0…8g0j2d</code>',
    reply_markup: {
      inline_keyboard: [
        [
          { text: '✓ Confirm', callback_data: 'confirm' },
          { text: 'Cancel', callback_data: 'cancel' },
        ],
        [{ text: 'Terms', url: `https://${BANK_HOST}/page` }],
      ],
    },
  });
  const picture = await readFile(new URL('fixtures/payment-code.png', import.meta.url));
  const form = new FormData();
  form.set('chat_id', '1001');
  form.set('photo', new File([picture], 'qr.png', { type: 'image/png' }));
  form.set('caption', 'ស្កេនដើម្បីបង់ប្រាក់ · Scan to pay 410 000 ៛');
  const request = new Request(`https://api.telegram.org/bot${TOKEN}/sendPhoto`, { method: 'POST', body: form });
  await telegram.fetch(request, {});
}
