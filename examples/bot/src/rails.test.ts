import { readFileSync } from 'node:fs';
import { isProviderError, KHR, USD } from '@rielrails/core';
import { Secret, silentLog, systemClock, systemRandom, systemRuntime } from '@rielrails/kit';
import { createAeonEmulator } from '@rielrails/provider-aeon/emulator';
import { createApayEmulator } from '@rielrails/provider-apay/emulator';
import { createBongloyEmulator } from '@rielrails/provider-bongloy/emulator';
import { createWingInquiryEmulator, createWingV1Emulator } from '@rielrails/provider-wing/emulator';
import { expect, test } from 'vitest';
import { readBotConfig } from './config.ts';
import { assetsOf, openRails, openWingForm } from './rails.ts';

const example = JSON.parse(readFileSync(new URL('../config.example.json', import.meta.url), 'utf8')) as Record<
  string,
  object
>;
const world = { clock: systemClock, random: systemRandom, deliver: async () => new Response(null) };
const secrets = new Map<string, string>();
const hush = (text: Secret | string) => {
  const name = `secret-${secrets.size}`;
  secrets.set(name, typeof text === 'string' ? text : text.reveal());
  return { credential: name };
};
const open = (changes: Record<string, unknown>) =>
  openRails(
    readBotConfig(JSON.stringify({ ...example, ...changes })),
    (source) =>
      new Secret(secrets.get('credential' in source ? source.credential : '') ?? 'a secret that is long enough'),
    { ...systemRuntime(), log: silentLog },
  );

test('they stand in the order of the list', () => {
  expect(open({ payway: withoutRefunds() }).map(({ id }) => id)).toEqual(['payway', 'bakong']);
  expect(open({ rails: ['bakong'] }).map(({ id }) => id)).toEqual(['bakong']);
});

test('a refund belongs to whoever has the key for it', () => {
  const [payway] = open({ payway: withoutRefunds(), rails: ['payway'] });
  expect(payway.refund).toBeUndefined();
});

test('what may be paid in is what one of them takes', () => {
  const bakong = { ...example['bakong'], currencies: ['USD', 'KHR'] };
  expect(assetsOf(open({ payway: withoutRefunds(), bakong })).map(({ code }) => code)).toEqual([KHR.code, USD.code]);
});

test('what only the adapter knows to be wrong is named by it', () => {
  const wrong = { ...example['bakong'], polling: { callsPerDay: 0 } };
  const error = (() => {
    try {
      return open({ rails: ['bakong'], bakong: wrong });
    } catch (thrown) {
      return thrown;
    }
  })();
  expect(isProviderError(error) && error.message).toMatch(/^bakong configuration: .*polling.callsPerDay/);
});

test('each opens with what its provider gives out', () => {
  const aeon = createAeonEmulator(world).config;
  const apay = createApayEmulator(world).config;
  const bongloy = createBongloyEmulator(world).config;
  const rails = open({
    mode: 'sandbox',
    rails: ['aeon', 'apay', 'apay-telegram', 'bongloy'],
    payway: undefined,
    bakong: undefined,
    wing: undefined,
    telegram: { token: hush('7000000001:AAbot-token-of-a-test'), username: 'riel_bot' },
    aeon: { ...aeon, feePaidBy: undefined, secret: hush(aeon.secret) },
    apay: {
      ...apay,
      apiKey: hush(apay.apiKey),
      accessKey: hush(apay.accessKey),
      privateKey: hush(apay.privateKey),
    },
    apayTelegram: {
      enabled: true,
      providerToken: hush('170:TEST:token'),
      environment: 'test',
      currencies: ['USD'],
      title: 'Shop',
    },
    bongloy: { ...bongloy, secretKey: hush(bongloy.secretKey) },
  });
  expect(rails.map(({ id, refund }) => [id, refund !== undefined])).toEqual([
    ['aeon', true],
    ['apay', false],
    ['apay-telegram', false],
    ['bongloy', true],
  ]);
  expect(assetsOf(rails).map(({ code }) => code)).toEqual(['USD', 'KHR']);
});

test('Wing in both versions: the second with a path or without proof, the first with a form at our door', async () => {
  const { inquiryPath, ...v2 } = createWingInquiryEmulator(world).config;
  const second = { ...v2, restApiKey: hush(v2.restApiKey), password: hush(v2.password) };
  const common = { mode: 'sandbox', rails: ['wing'], payway: undefined, bakong: undefined, ...none };
  expect(open({ ...common, wing: { ...second, inquiryPath } })[0].id).toBe('wing');
  expect(open({ ...common, wing: second })[0].id).toBe('wing-no-proof');
  const { formUrl: _formUrl, ...v1 } = createWingV1Emulator(world).config;
  const wing = { ...v1, restApiKey: hush(v1.restApiKey) };
  const [first] = open({ ...common, wing });
  expect(first.id).toBe('wing');
  const text = JSON.stringify({ ...example, ...common, wing });
  const form = openWingForm(
    readBotConfig(text),
    (source) => new Secret(secrets.get('credential' in source ? source.credential : '') ?? ''),
    { ...systemRuntime(), log: silentLog },
  );
  expect(form(new Request('https://shop.example/wing'))?.status).toBe(403);
  expect(form(new Request('https://shop.example/livez'))).toBeNull();
});

const none = { aeon: undefined, bongloy: undefined, apayTelegram: undefined };

function withoutRefunds(): object {
  return { ...example['payway'], refundPublicKey: undefined };
}
