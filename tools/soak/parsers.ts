import { BTC, isInputError, KHR, parseReference, USD } from '../../packages/core/src/index.ts';
import type { AddressRule, Instant, WebhookDelivery, WebhookOutcome } from '../../packages/core/src/index.ts';
import { formatAmount, hmac, parseAmount, parseJson, stringifyJson, toHex } from '../../packages/kit/src/index.ts';
import { createVirtualRuntime } from '../../packages/kit/src/virtual/index.ts';
import { createSumsub } from '../../packages/kyc-sumsub/src/index.ts';
import { createPaywayEmulator } from '../../packages/provider-payway/src/emulator/index.ts';
import { createPayway } from '../../packages/provider-payway/src/index.ts';
import { bitcoinAddressRule, readBitcoinUri } from '../../packages/wallet/src/index.ts';
import { loose, parserSoak } from './parser-soak.ts';
import type { Parser } from './parser-soak.ts';
import type { Soak } from './soak.ts';

/** Damaged inputs for everything that reads what comes from outside. */
export const parsers: Soak = parserSoak({
  name: 'parsers',
  about: 'webhooks, amounts, references, addresses, payment links and JSON: damaged inputs are refused, never a crash',
  count: 200_000,
  countInCi: 20_000,
  create: createParsers,
});

function createParsers(): Readonly<Record<string, Parser>> {
  const runtime = createVirtualRuntime();
  const callbackUrl = 'https://shop.example/webhooks/payway';
  const { config } = createPaywayEmulator(runtime, { callbackUrl });
  const strict = createPayway({ ...config, callbackUrl }, runtime);
  const lenient = createPayway({ ...config, callbackUrl, unsignedCallbacks: 'hint' }, runtime);
  const secret = 'a-webhook-secret-of-some-length';
  const sumsub = createSumsub(
    { appToken: 'sbx:abc.def', secretKey: 'a-secret-key-of-some-length', webhookSecrets: [secret] },
    runtime,
  );
  const rules = (['bitcoin', 'regtest'] as const).map((network) => bitcoinAddressRule(network));
  return {
    'payway unsigned': {
      samples: paywayBodies,
      check: async (body) => accepted(await lenient.parseWebhook(delivery(body, {})), 'hint'),
    },
    'payway badly signed': {
      samples: paywayBodies,
      check: async (body) => {
        const headers = { 'x-payway-hmac-sha512': toHex(hmac('sha512', 'another-key', body)) };
        const outcome = await strict.parseWebhook(delivery(body, headers));
        return outcome.outcome === 'accepted' ? 'accepted a wrong signature' : null;
      },
    },
    'sumsub signed': {
      samples: sumsubBodies,
      check: async (body) => {
        const digest = toHex(hmac('sha256', secret, body));
        const headers = { 'x-payload-digest': digest, 'x-payload-digest-alg': 'HMAC_SHA256_HEX' };
        return accepted(await sumsub.parseWebhook(delivery(body, headers)), 'verified');
      },
    },
    'sumsub badly signed': {
      samples: sumsubBodies,
      check: async (body) => {
        const headers = { 'x-payload-digest': toHex(hmac('sha256', 'another-key', body)) };
        const outcome = await sumsub.parseWebhook(delivery(body, headers));
        return outcome.outcome === 'accepted' ? 'accepted a wrong signature' : null;
      },
    },
    amount: {
      samples: ['41000', '12.50', '0.00010000', '999999999999999999.99', '0'],
      check: (input) => {
        for (const asset of [KHR, USD, BTC]) {
          const read = attemptRead(() => parseAmount(loose(input), asset));
          if (!read) continue;
          if (read.minor < 0n) return 'read an amount below zero';
          if (parseAmount(formatAmount(read), asset).minor !== read.minor) return 'does not come back as it was';
        }
        return null;
      },
    },
    reference: {
      samples: ['7421905561083', '1', '9223372036854775807'],
      check: (input) => {
        const text = loose(input);
        const wanted = /^[1-9][0-9]{0,18}$/.test(text) && BigInt(text) < 2n ** 63n;
        return isReference(text) === wanted ? null : wanted ? 'refused a reference' : 'took what is no reference';
      },
    },
    address: { samples: addresses, check: (input) => checkAddressRules(rules, loose(input)) },
    'payment link': {
      samples: addresses.map((address) => `bitcoin:${address}?amount=0.01&label=Shop&lightning=lnbc1`),
      check: (input) => {
        readBitcoinUri(loose(input));
        return null;
      },
    },
    json: {
      samples: [...paywayBodies, ...sumsubBodies, '[1.10,-0,1e400,{"a":[null,true,"\\ud83d\\ude00"]}]'],
      check: (input) => {
        const value = parseJson(loose(input), { maxLength: 64 * 1024, maxDepth: 16 });
        const again = stringifyJson(parseJson(stringifyJson(value)));
        return again === stringifyJson(value) ? null : 'does not come back as it was';
      },
    },
  };
}

const paywayBodies: readonly string[] = [
  '{"tran_id":"7421905561083","apv":"123456","status":"0","return_params":"7421905561083","merchant_ref":""}',
  '{"tran_id":7421905561083,"apv":12.50,"status":0,"items":["a/b",1.5,{"k":"ភ"}],"x":null,"y":true}',
  'response=%7B%22tran_id%22%3A%227421905561083%22%2C%22status%22%3A0%7D',
];

const sumsubBodies: readonly string[] = [
  JSON.stringify({
    applicantId: '65d34febc2b0cd19e02aa9ff',
    correlationId: '6a444c189bf5b6252e5dc486220f7b00',
    externalUserId: '7421905561083',
    type: 'applicantReviewed',
    reviewResult: { reviewAnswer: 'RED', rejectLabels: ['SCREENSHOTS'], reviewRejectType: 'RETRY' },
    createdAtMs: '2026-02-19 13:13:19.411',
  }),
];

/** The examples of BIP173 and BIP350, and older forms. */
const addresses: readonly string[] = [
  'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4',
  'bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0',
  'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080',
  '1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2',
  '3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy',
];

function checkAddressRules(rules: readonly AddressRule[], text: string): string | null {
  const read = rules.map((rule) => rule.read(text));
  if (read.every(({ outcome }) => outcome === 'valid')) return 'is valid on two networks';
  for (const [index, reading] of read.entries()) {
    if (reading.outcome === 'refused') continue;
    const again = rules[index]?.read(reading.canonical);
    if (again?.outcome !== 'valid' || again.canonical !== reading.canonical) return 'its canonical text is not stable';
  }
  return null;
}

/** What was accepted names a reference and nothing else. */
function accepted(
  outcome: WebhookOutcome<{ readonly target?: { readonly reference: string } }>,
  trust: 'hint' | 'verified',
): string | null {
  if (outcome.outcome === 'rejected') return null;
  if (outcome.trust !== trust) return `is trusted as ${outcome.trust}`;
  if (outcome.dedupeKey.length === 0) return 'has no key';
  const references = outcome.events.map(({ target }) => target?.reference ?? '');
  return references.every((text) => /^[1-9][0-9]{0,18}$/.test(text)) ? null : 'names no reference';
}

/** A reference refuses with a RangeError. */
function isReference(text: string): boolean {
  try {
    return parseReference(text) === text;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

function attemptRead<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (isInputError(error)) return null;
    throw error;
  }
}

function delivery(body: Uint8Array, headers: Readonly<Record<string, string>>): WebhookDelivery {
  const form = body[0] === 0x72 ? { 'content-type': 'application/x-www-form-urlencoded' } : {};
  return {
    method: 'POST',
    url: 'https://shop.example/webhooks',
    headers: new Headers({ ...form, ...headers }),
    body,
    receivedAt: 0 as Instant,
  };
}
