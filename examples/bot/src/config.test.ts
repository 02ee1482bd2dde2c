import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isInputError, isProviderError, KHR, money, USD } from '@rielrails/core';
import { expect, onTestFinished, test } from 'vitest';
import { readBotConfig } from './config.ts';
import { secretReader } from './secrets.ts';

const example = (): Record<string, unknown> =>
  JSON.parse(readFileSync(new URL('../config.example.json', import.meta.url), 'utf8')) as Record<string, unknown>;
const read = (changes: Record<string, unknown>) => readBotConfig(JSON.stringify({ ...example(), ...changes }));
const wingV1 = { version: 'v1', password: undefined, domain: undefined, inquiryPath: undefined };
const kycManual = { documentKey: { credential: 'document-key' } };
const kycOnfido = {
  apiToken: { credential: 'onfido-token' },
  webhookTokens: [{ credential: 'onfido-webhook' }],
  workflows: { basic: '6d20b2a9-5a5b-4a39-8d5a-3a8e9a1f2b3c' },
  level: 'basic',
};
const oneReviewer = {
  port: 1,
  people: [{ name: 'sokha', token: { credential: 'operator-sokha' }, duties: ['compliance'] }],
};
const named = { credential: 'secret' };
const keys = { accessKey: named, passphrase: named, signingKey: named };
const prime = { ...keys, portfolioId: 'p', walletId: 'w', walletType: 'trading', depthWhenDone: 3 };
const bitgo = { accessToken: named, coin: 'btc', walletId: 'w', walletPassphrase: named, webhookSecrets: [named] };
const told = (work: () => unknown): string => {
  try {
    work();
    return 'accepted';
  } catch (error) {
    if (!isInputError(error) && !isProviderError(error)) throw error;
    return error.message;
  }
};

test('the example is a configuration', () => {
  const { policy, mode } = read({});
  expect(mode).toBe('live');
  expect(policy.perOrder).toEqual([money(KHR, 2_000_000n), money(USD, 500_00n)]);
  expect(policy.feeBasisPoints).toBe(150n);
});

test('a wallet may have a second opinion on fees, a pool and bounds', () => {
  const float = { minimumSats: '10000000', targetSats: '50000000', maximumSats: '60000000', cold: 'addr(bc1q)' };
  const more = { secondFees: { esplora: 'https://fees.example/api' }, pool: { coins: 8, sats: '400000' }, float };
  const { wallet } = read({ wallet: { ...(example()['wallet'] as object), ...more } });
  expect(wallet.secondFees).toEqual({ esplora: 'https://fees.example/api' });
  expect(wallet.pool).toEqual({ coins: 8, sats: 400_000n });
  expect(wallet.float).toMatchObject({ maximumSats: 60_000_000n });
  const bad = { ...(example()['wallet'] as object), pool: { coins: 0, sats: '400000' } };
  expect(told(() => read({ wallet: bad }))).toContain('wallet.pool.coins');
});

test.each([
  ['a field that nobody knows', { tokne: 1 }, 'unknown field "tokne"'],
  ['a secret written out', { dataKey: 'hush-hush' }, 'dataKey'],
  ['an amount that cannot be read', { policy: { perOrder: ['1e9'] } }, 'policy.perOrder.0'],
  ['a world in live mode', { sandbox: { world: 'http://127.0.0.1:1', hosts: ['x'] } }, 'live mode has no sandbox'],
  [
    'live mode with one source of the price',
    { exchange: { ...(example()['exchange'] as object), secondPrice: undefined } },
    'config.exchange.secondPrice: live mode compares',
  ],
  ['two custodians', { coinbasePrime: prime, bitgo }, 'config.bitgo: one custodian delivers'],
  [
    'a custodian that calls withdrawals done too early',
    { coinbasePrime: { ...prime, depthWhenDone: 1 } },
    'depthWhenDone',
  ],
  ['a custodian of play money in live mode', { bitgo: { ...bitgo, coin: 'tbtc4' } }, 'config.bitgo.coin: live mode'],
  ['a custodian of an emulated world', { bitgo: { ...bitgo, network: 'regtest' } }, 'config.bitgo.network'],
  [
    'an exchange that is its own second source',
    { exchange: { ...(example()['exchange'] as object), secondPrice: { venue: 'binance' } } },
    'config.exchange.secondPrice.venue: the exchange cannot be',
  ],
  [
    'a venue that nobody knows',
    { exchange: { ...(example()['exchange'] as object), venue: 'mtgox' } },
    'exchange.venue',
  ],
  ['live mode without a policy file', { policyFile: undefined }, 'live mode needs a policy file'],
  ['a policy file of nowhere', { policyFile: 'policy.json' }, 'expected an absolute path'],
  ['a live key in the sandbox', { mode: 'sandbox' }, 'never holds a live key'],
  ['a way of paying that nobody knows', { rails: ['payway', 'paypal'] }, 'rails.1'],
  ['one that is listed twice', { rails: ['payway', 'payway'] }, 'names a way of paying twice'],
  ['no way of paying at all', { rails: [] }, 'rails'],
  ['one that is listed without its section', { bakong: undefined }, 'config.bakong: "bakong" stands in rails'],
  ['invoices that nobody switched on', { rails: ['apay-telegram'] }, 'config.apayTelegram.enabled'],
  [
    'invoices in a currency without a rate',
    {
      rails: ['apay-telegram'],
      apayTelegram: { ...(example()['apayTelegram'] as object), enabled: true, currencies: ['BDT'] },
    },
    'config.rates.perDollar.BDT',
  ],
  ['a card page without an address', { rails: ['bongloy'], publicUrl: undefined }, 'config.publicUrl: "bongloy"'],
  [
    'a form of Wing’s without an address',
    { rails: ['wing'], publicUrl: undefined, wing: { ...(example()['wing'] as object), ...wingV1 } },
    'config.publicUrl: "wing"',
  ],
  ['nobody who verifies', { kycSumsub: undefined }, 'config.kycSumsub: one of kycSumsub, kycOnfido, kycManual'],
  ['two who verify', { kycManual }, 'config.kycManual: stands beside "kycSumsub"'],
  ['a section of the old name', { sumsub: {} }, 'unknown field "sumsub"'],
  [
    'a level without a workflow',
    { kycSumsub: undefined, kycOnfido: { ...kycOnfido, level: 'gold' } },
    'kycOnfido.level',
  ],
  [
    'an unknown field of Onfido’s',
    { kycSumsub: undefined, kycOnfido: { ...kycOnfido, tokne: 1 } },
    'unknown field "tokne"',
  ],
  [
    'Onfido’s token written out',
    { kycSumsub: undefined, kycOnfido: { ...kycOnfido, apiToken: 'hush-hush' } },
    'kycOnfido.apiToken',
  ],
  [
    'a document key written out',
    { kycSumsub: undefined, kycManual: { documentKey: 'hush-hush' } },
    'kycManual.documentKey',
  ],
  [
    'a decision that nobody knows',
    { kycSumsub: undefined, kycManual: { ...kycManual, twoPeople: ['maybe'] } },
    'kycManual.twoPeople.0',
  ],
  [
    'an upload page without an address',
    { kycSumsub: undefined, kycManual, publicUrl: undefined },
    'config.publicUrl: "kycManual"',
  ],
  [
    'own people, but only one of them',
    { kycSumsub: undefined, kycManual, admin: oneReviewer },
    'config.admin.people: "kycManual" needs two people',
  ],
  ['own people, but no door for them', { kycSumsub: undefined, kycManual, admin: undefined }, 'config.admin.people'],
  ['a bot’s name with an @', { telegram: { token: { env: 'T' }, username: '@riel_bot' } }, 'telegram.username'],
  ['a public address with a path', { publicUrl: 'https://shop.example/pay' }, 'publicUrl'],
  [
    'an operator’s token written out',
    { admin: { port: 1, people: [{ name: 'sokha', token: 'hush-hush' }] } },
    'admin.people.0.token',
  ],
  ['a door that nobody may use', { admin: { port: 1, people: [] } }, 'admin.people'],
  ['a node elsewhere', { wallet: { node: { url: 'http://10.0.0.1:8332' } } }, 'wallet.node.url'],
  ['terms that do not fit into a message', { terms: { en: 'x'.repeat(1801), km: 'x' } }, 'terms.en'],
])('%s is refused by name', (_what, changes, message) => {
  const text = told(() => read(changes));
  expect(text).toContain(message);
  expect(text).not.toContain('hush-hush');
});

test('Onfido or our own people verify instead of Sumsub', () => {
  expect(read({ kycSumsub: undefined, kycOnfido })).toMatchObject({ kycOnfido: { level: 'basic' } });
  expect(read({ kycSumsub: undefined, kycManual })).toMatchObject({ kycManual: { level: 'by-hand' } });
  const alone = { ...kycManual, twoPeople: [] };
  expect(read({ kycSumsub: undefined, kycManual: alone, admin: oneReviewer }).kycManual).toMatchObject({
    twoPeople: [],
  });
});

test('what is not JSON is refused', () => {
  expect(told(() => readBotConfig('{'))).toContain('is not JSON');
});

test('secrets come from private files and credentials; from the environment in the sandbox only', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rielrails-config-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'token');
  writeFileSync(file, 'hush-hush\n');
  const live = secretReader('live', { CREDENTIALS_DIRECTORY: folder, TOKEN: 'hush-hush' });
  chmodSync(file, 0o600);
  expect(live({ file }).reveal()).toBe('hush-hush');
  expect(live({ credential: 'token' }).reveal()).toBe('hush-hush');
  expect(secretReader('sandbox', { TOKEN: 'hush-hush' })({ env: 'TOKEN' }).reveal()).toBe('hush-hush');
  expect(told(() => live({ env: 'TOKEN' }))).toContain('files or credentials only');
  expect(told(() => live({ credential: 'none' }))).toContain('cannot be read');
  expect(told(() => secretReader('live', {})({ credential: 'token' }))).toContain('no credentials');
  chmodSync(file, 0o644);
  expect(told(() => live({ file }))).toContain('chmod 600');
  writeFileSync(file, ' \n');
  chmodSync(file, 0o600);
  expect(told(() => live({ file }))).toContain('is empty');
});

test.each([
  ['payway', 'environment', 'live'],
  ['payway', 'apiKey', 'hush-hush'],
  ['payway', 'currencies', []],
  ['bakong', 'token', 'hush-hush'],
  ['bakong', 'environment', 'sandbox'],
  ['bakong', 'currencies', ['EUR']],
  ['bakong', 'account', { type: 'person' }],
  ['aeon', 'secret', 'hush-hush'],
  ['aeon', 'currencies', ['KHR']],
  ['aeon', 'display', { type: 'mini-app' }],
  ['apay', 'privateKey', 'hush-hush'],
  ['apay', 'projectId', 7],
  ['apayTelegram', 'providerToken', 'hush-hush'],
  ['apayTelegram', 'currencies', ['KHR']],
  ['bongloy', 'secretKey', 'hush-hush'],
  ['bongloy', 'khrExponent', 1],
  ['wing', 'restApiKey', 'hush-hush'],
  ['wing', 'account', { type: 'shop', number: '1' }],
] as const)('%s: a wrong %s is named', (section, field, value) => {
  const text = told(() => read({ [section]: { ...(example()[section] as object), [field]: value } }));
  expect(text).toContain(`${section}.${field}`);
  expect(text).not.toContain('hush-hush');
});
