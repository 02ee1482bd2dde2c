import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseReference } from '@rielrails/core';
import { createBinanceEmulator } from '@rielrails/exchange/binance-emulator';
import { createKrakenEmulator } from '@rielrails/exchange/kraken-emulator';
import { silentLog, systemClock, systemRandom, systemRuntime } from '@rielrails/kit';
import type { Fetch } from '@rielrails/kit';
import { createSumsubEmulator } from '@rielrails/kyc-sumsub/emulator';
import { startDatabase } from '@rielrails/orders/keeper';
import { createBakongEmulator } from '@rielrails/provider-bakong/emulator';
import { createBongloyEmulator } from '@rielrails/provider-bongloy/emulator';
import { createPaywayEmulator } from '@rielrails/provider-payway/emulator';
import { createWorld, createSandboxClock } from '@rielrails/sandbox';
import type { MachineState } from '@rielrails/sandbox';
import { createTelegramEmulator } from '@rielrails/sandbox/telegram';
import { createListsEmulator } from '@rielrails/screening/emulator';
import { createRegtestMiner, startRegtest } from '@rielrails/wallet/regtest';
import { expect, onTestFinished, test } from 'vitest';
import { runAdmin } from '../src/admin-shell.ts';
import { readQr } from '../src/read-qr.ts';

const TOKEN = '123456:emulated-token';
const BUYER = 42;
const BUYER_ADDRESS = 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080';

/** Waits until something is there, at most half a minute. */
async function until<T>(what: string, look: () => T | null | undefined | Promise<T | null | undefined>): Promise<T> {
  for (let tries = 0; tries < 150; tries += 1) {
    const found = await look();
    if (found !== null && found !== undefined) return found;
    await systemClock.sleep(200);
  }
  throw new Error(`${what} did not come`);
}

async function start(program: string, args: readonly string[], env: Record<string, string> = {}): Promise<Started> {
  const child = spawn(process.execPath, [program, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const told: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => told.push(line));
  const lines = createInterface({ input: child.stdout });
  // Closed, and not only gone: by then everything that it said has come.
  const ended = once(child, 'close').then(() => {
    throw new Error(`${program} ended: ${told.slice(-3).join(' / ')}`);
  });
  ended.catch(() => {});
  const [line] = (await Promise.race([once(lines, 'line'), ended])) as [string];
  return { child, told, ready: JSON.parse(line) as Record<string, unknown> };
}

interface Started {
  readonly child: ChildProcess;
  readonly told: readonly string[];
  readonly ready: Record<string, unknown>;
}

const mainFile = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const signerFile = fileURLToPath(new URL('./signer/main.ts', import.meta.resolve('@rielrails/wallet')));

test('a purchase from /start to the receipt, with the real process between Telegram and every provider', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rielrails-bot-'));
  // As root the database runs as another user, who must be able to enter.
  await chmod(folder, 0o711);
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = async (name: string, content: string | object) => {
    const path = join(folder, name);
    await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content), { mode: 0o600 });
    return path;
  };
  const database = await startDatabase({ directory: join(folder, 'database') });
  onTestFinished(() => database.stop());
  const node = await startRegtest(
    { directory: join(folder, 'chain'), nodeDirectory: join(folder, 'none'), prefer: 'regtest-lite' },
    { ...systemRuntime(), log: silentLog },
  );
  onTestFinished(() => node.stop());

  const engine = { port: 0 };
  const deliver: Fetch = async (request, call) => {
    const url = new URL(request.url);
    const { method, headers } = request;
    const body = await request.arrayBuffer();
    const forwarded = new Request(`http://127.0.0.1:${engine.port}${url.pathname}`, { method, headers, body });
    return systemRuntime({ loopbackPorts: [engine.port] }).fetch(forwarded, call);
  };
  const clock = createSandboxClock(systemClock);
  const context = { clock, random: systemRandom, deliver };
  const telegram = createTelegramEmulator(context, { token: TOKEN, username: 'riel_bot' });
  const payway = createPaywayEmulator(context, { callbackUrl: 'https://shop.example/webhooks/payway' });
  const bakong = createBakongEmulator(context);
  const bongloy = createBongloyEmulator(context);
  const binance = createBinanceEmulator(context);
  const sumsub = createSumsubEmulator(context, {
    baseUrl: 'https://api.sumsub.com',
    webhookUrl: 'https://shop.example/webhooks/sumsub',
  });
  const lists = createListsEmulator(context, { baseUrl: 'https://lists.example' });
  const hosts = {
    'api.telegram.org': telegram,
    'checkout-sandbox.payway.com.kh': payway,
    'sit-api-bakong.nbc.gov.kh': bakong,
    'api.bongloy.com': bongloy,
    'api.binance.com': binance,
    'api.kraken.com': createKrakenEmulator(context),
    'api.sumsub.com': sumsub,
    'lists.example': lists,
  };
  const world = await createWorld({ clock, telegram, hosts, desks: {} }, { ...systemRuntime(), log: silentLog });
  onTestFinished(() => world.close());

  const bindingKey = await file('binding', 'a binding key that only this test uses');
  const seed = await file('seed', '07'.repeat(32));
  const signerConfig = await file('signer.json', {
    network: 'regtest',
    keys: { mode: 'regtest', seedFile: seed },
    bindingKeyFile: bindingKey,
    logFile: join(folder, 'signer.log'),
    socketPath: join(folder, 'signer.sock'),
    freezeFile: join(folder, 'freeze'),
    policy: {
      maximumFeeSats: '50000',
      maximumSatPerVbyte: 200,
      maximumSatsPerHour: '100000000',
      maximumSatsPerDay: '200000000',
      ownDescriptors: [],
    },
  });
  const { child: initialised } = await start(signerFile, ['init', signerConfig]);
  if (initialised.exitCode === null) await once(initialised, 'exit');
  const signer = await start(signerFile, ['run', signerConfig]);
  onTestFinished(() => void signer.child.kill('SIGTERM'));

  const secret = async (name: string, text: string) => ({ file: await file(name, text) });
  const textOf = (value: unknown) => (typeof value === 'string' ? value : (value as { reveal(): string }).reveal());
  const config = await file('bot.json', {
    mode: 'sandbox',
    shop: { name: 'Riel Bitcoin', support: '@riel_support', quickAmounts: ['40000 khr'] },
    database: { env: 'TEST_DATABASE' },
    dataKey: { env: 'TEST_DATA_KEY' },
    port: 0,
    admin: { port: 0, people: [{ name: 'sokha', token: { env: 'TEST_OPERATOR' } }] },
    telegram: { token: { env: 'TEST_TOKEN' }, username: 'riel_bot' },
    publicUrl: 'https://shop.example',
    rails: ['payway', 'bakong', 'bongloy'],
    payway: {
      merchantId: payway.config.merchantId,
      apiKey: await secret('payway', textOf(payway.config.apiKey)),
      environment: 'sandbox',
      currencies: ['KHR'],
      callbackUrl: 'https://shop.example/webhooks/payway',
    },
    bakong: { ...bakong.config, token: await secret('bakong', bakong.config.token), currencies: ['KHR'] },
    bongloy: { ...bongloy.config, secretKey: await secret('bongloy', bongloy.config.secretKey), currencies: ['USD'] },
    exchange: {
      venue: 'binance',
      secondPrice: { venue: 'kraken' },
      apiKey: await secret('binance', binance.config.apiKey),
      secret: await secret('binance-secret', textOf(binance.config.secret)),
    },
    kycSumsub: {
      appToken: await secret('sumsub', textOf(sumsub.config.appToken)),
      secretKey: await secret('sumsub-secret', textOf(sumsub.config.secretKey)),
      webhookSecrets: await Promise.all(
        sumsub.config.webhookSecrets.map((one, index) => secret(`sumsub-webhook-${index}`, textOf(one))),
      ),
      level: 'basic-kyc-level',
    },
    lists: { mirror: 'https://lists.example' },
    rates: {
      rielPerDollar: '4100',
      usdtPerDollar: '1',
      setAt: new Date(clock.now() - 1000).toISOString(),
      maximumAgeMs: 86_400_000,
    },
    wallet: {
      network: 'regtest',
      descriptor: signer.ready['descriptor'],
      bindingKey: { file: bindingKey },
      signerSocket: join(folder, 'signer.sock'),
      node: { url: node.rpcUrl, cookieFile: node.cookieFile },
      fee: {
        targetBlocks: 2,
        floorSatPerVbyte: 1,
        ceilingSatPerVbyte: 50,
        fallbackSatPerVbyte: 2,
        maximumFeeSats: '20000',
      },
    },
    policy: {
      feeBasisPoints: 150,
      reserveBasisPoints: 100,
      floorBasisPoints: 500,
      confirmations: 1,
      watchDepth: 3,
      unknownPayerCap: ['100000 khr', '25 usd'],
      reversibleCap: ['25 usd'],
      perOrder: ['4000000 khr', '1000 usd'],
      perDay: ['8000000 khr', '2000 usd'],
      openUnpaid: 3,
      twoPeopleFrom: ['1000000 khr', '250 usd'],
      lookEveryMs: 300,
    },
    terms: { en: 'Sold once, delivered once.', km: 'លក់តែម្តង ប្រគល់តែម្តង។' },
    float: [
      { place: 'exchange:binance', asset: 'USDT', minor: '5000000000000', evidence: 'first-usdt', by: 'owner' },
      { place: 'wallet:wallet', asset: 'BTC', minor: '100000000', evidence: 'first-btc', by: 'owner' },
    ],
    sandbox: { world: world.url, hosts: Object.keys(hosts) },
  });
  const env = {
    TEST_DATABASE: database.url.reveal(),
    TEST_DATA_KEY: 'a data key that only this test uses, long enough',
    TEST_TOKEN: TOKEN,
    TEST_OPERATOR: 'play-money-token-of-sokha',
  };
  const bot = await start(mainFile, [config], env);
  const port = Number(bot.ready['port']);
  engine.port = port;
  onTestFinished(() => void bot.child.kill('SIGKILL'));
  const runtime = systemRuntime({ loopbackPorts: [port, node.port], log: silentLog });
  const ask = async (path: string) => (await runtime.fetch(new Request(`http://127.0.0.1:${port}${path}`), {})).json();

  const { address } = (await ask('/deposit-address')) as { address: string };
  const miner = createRegtestMiner({ url: node.rpcUrl, credentials: { cookieFile: node.cookieFile } }, runtime);
  await miner.fund(address, 100_000_000n);

  const sok = telegram.openChat({ id: BUYER, firstName: 'Sok', languageCode: 'en', username: 'sok_test' });
  const messages = () => telegram.chat(BUYER)?.messages.filter(({ byBot, deleted }) => byBot && !deleted) ?? [];
  const withButton = (text: string) =>
    until(`the button ${text}`, () =>
      messages().findLast(({ message }) =>
        message.reply_markup?.inline_keyboard.flat().some((one) => one.text === text),
      ),
    );
  const tap = async (text: string) => sok.tap((await withButton(text)).message.message_id, text);
  const saying = (text: string) =>
    until(`“${text}”`, () => messages().find(({ message }) => (message.text ?? message.caption ?? '').includes(text)));

  sok.sendText('/start');
  await tap('English');
  await tap('40,000 KHR');
  await tap('Verify my identity');
  await withButton('Open the page');
  const { reference } = await until('the case', () => sumsub.applied.cases.at(-1));
  await sumsub.desk.approve(parseReference(reference), { name: 'SOK DARA', born: '1990-01-01', country: 'KHM' });
  await saying('You are verified');
  sok.sendText(BUYER_ADDRESS);
  await tap('Confirm & Pay');
  const { message: payable } = await withButton('I have paid');
  const shownCode = async () => {
    const shown = messages().find(({ message }) => message.message_id === payable.message_id);
    const file = telegram.file(shown?.message.photo?.at(-1)?.file_id ?? '');
    return readQr(file?.bytes ?? new Uint8Array()).catch(() => null);
  };
  const first = (await shownCode()) ?? '';
  // Another way of paying: the same message, and one code alone that somebody could pay.
  await tap('Pay another way');
  await saying('pay another way. The amount, 40,000 KHR');
  await tap('○ Bakong and every KHQR bank app');
  const code = await until('the other code', async () => {
    const now = await shownCode();
    return now === first ? null : now;
  });
  expect(messages().filter(({ message }) => message.photo)).toHaveLength(1);
  await until('the end of the first code', async () =>
    (await payway.payByQr(first, { name: 'SOK DARA' })).outcome === 'refused' ? true : null,
  );
  const { outcome } = await bakong.payByQr(code);
  expect(outcome).toBe('paid');
  await saying('0 of 1 confirmations');
  await miner.mine(1);
  await saying('Here is your receipt');
  const status = await until('the status', () =>
    messages().find(({ message }) => message.message_id === payable.message_id),
  );
  expect(status.message.caption).toContain('delivered');

  const machine = (await ask('/machine')) as MachineState;
  expect(machine.orders.map(({ state }) => state)).toEqual(['DELIVERED']);
  expect(machine.orders[0]?.effects.filter(({ kind }) => kind === 'buy' || kind === 'send')).toHaveLength(2);
  expect(binance.applied.orders).toHaveLength(1);
  expect(JSON.stringify(machine)).not.toMatch(/SOK|bcrt1/);
  const shell = { out: '', error: '' };
  const adminCode = await runAdmin(['orders', 'all', '--door', `http://127.0.0.1:${String(bot.ready['adminPort'])}`], {
    environment: { RIELRAILS_ADMIN_TOKEN: env.TEST_OPERATOR },
    out: (text) => void (shell.out += text),
    error: (text) => void (shell.error += text),
  });
  expect([adminCode, shell.error]).toEqual([0, '']);
  expect(shell.out).toContain('DELIVERED');

  // The same buyer with a card: first one that is declined, then one that pays.
  sok.sendText('10 usd');
  await saying('✕ ABA, ACLEDA, Wing and every KHQR bank app: takes KHR only');
  sok.sendText(BUYER_ADDRESS);
  await tap('Confirm & Pay');
  const { message: byCard } = await withButton('Open to pay');
  const [open] = byCard.reply_markup?.inline_keyboard.flat().filter(({ text }) => text === 'Open to pay') ?? [];
  const link = new URL(open && 'url' in open ? open.url : '');
  const page = async (token?: string) => {
    const body = token === undefined ? {} : { method: 'POST', body: new URLSearchParams({ token }) };
    const local = `http://127.0.0.1:${port}${link.pathname}${link.search}`;
    const answer = await runtime.fetch(new Request(local, body), {});
    return { status: answer.status, html: await answer.text() };
  };
  expect((await page()).html).toContain('$10.00');
  expect((await page(await bongloy.payer.payWith('card_declined'))).status).toBe(303);
  expect((await page()).html).toContain('The card was not accepted, and nothing was charged');
  await saying('The card was not accepted. Nothing was charged');
  expect((await page(await bongloy.payer.payWith('success'))).status).toBe(303);
  expect((await page()).html).toMatch(/has arrived|Do not pay again/);
  await saying('0 of 1 confirmations');
  await miner.mine(1);
  await until(
    'the second receipt',
    () => messages().filter(({ message }) => message.caption?.includes('Here is your receipt'))[1],
  );
  expect(((await ask('/machine')) as MachineState).orders.map(({ state }) => state)).toEqual([
    'DELIVERED',
    'DELIVERED',
  ]);

  const log = [...bot.told, ...signer.told].join('\n');
  for (const canary of [
    TOKEN,
    'emulated-token',
    env.TEST_DATA_KEY,
    env.TEST_OPERATOR,
    textOf(payway.config.apiKey),
    textOf(bongloy.config.secretKey),
    link.search,
    'SOK DARA',
    BUYER_ADDRESS,
  ])
    expect(log).not.toContain(canary);

  bot.child.kill('SIGTERM');
  const [exitCode] = (await once(bot.child, 'exit')) as [number | null];
  expect(exitCode).toBe(0);
}, 90_000);
