import { BTC, isInputError, KHR, parseReference, USD } from '../../packages/core/src/index.ts';
import type { AddressRule, Instant, WebhookDelivery, WebhookOutcome } from '../../packages/core/src/index.ts';
import {
  formatAmount,
  fromUtf8,
  hmac,
  parseAmount,
  parseJson,
  stringifyJson,
  toHex,
  utf8,
} from '../../packages/kit/src/index.ts';
import { createVirtualRuntime } from '../../packages/kit/src/virtual/index.ts';
import { createSumsub } from '../../packages/kyc-sumsub/src/index.ts';
import { createPaywayEmulator } from '../../packages/provider-payway/src/emulator/index.ts';
import { createPayway } from '../../packages/provider-payway/src/index.ts';
import { bitcoinAddressRule, readBitcoinUri } from '../../packages/wallet/src/index.ts';
import { createDice } from './dice.ts';
import type { Dice } from './dice.ts';
import type { Soak, SoakFailure } from './soak.ts';

/** No input may take longer, on a machine that does other things too. */
const MOST_MS = 500;
const MOST_FAILURES = 20;

/** A reader of what strangers send: gives what it made of the input, or throws its own kind of refusal. */
interface Parser {
  /** Valid inputs, which are then damaged. */
  readonly samples: readonly string[];
  /** Throws an Error of any other kind, or gives a sentence, when something is wrong. */
  check(input: Uint8Array): Promise<string | null> | string | null;
}

/** Damaged inputs for everything that reads what comes from outside. */
export const parsers: Soak = {
  about: 'webhooks, amounts, references, addresses, payment links and JSON: damaged inputs are refused, never a crash',
  count: 200_000,
  countInCi: 20_000,
  async run({ seed, count, endAt, progress }) {
    const all = createParsers();
    const names = Object.keys(all);
    const dice = createDice(seed);
    const failures: SoakFailure[] = [];
    const figures: Record<string, number> = { slowestMs: 0 };
    let runs = 0;
    for (; runs < count && failures.length < MOST_FAILURES && performance.now() < endAt; runs += 1) {
      const name = names[runs % names.length] ?? '';
      const parser = all[name];
      if (!parser) continue;
      const input = damage(dice.pick(parser.samples), dice);
      const startedAt = performance.now();
      const broken = await verdict(parser, input);
      const took = performance.now() - startedAt;
      figures['slowestMs'] = Math.max(figures['slowestMs'] ?? 0, Math.round(took));
      figures[name] = (figures[name] ?? 0) + 1;
      if (broken === null && took <= MOST_MS) continue;
      const sentence = `${name}: ${broken ?? `took ${Math.round(took)} ms`} (input ${runs}: ${toHex(input.slice(0, 400))})`;
      // Inputs follow from the seed alone, so the same number of runs meets this one again.
      failures.push({ seed, broken: [sentence], replay: `pnpm soak parsers --seed ${seed} --count ${runs + 1}` });
      progress(sentence);
    }
    return { name: 'parsers', runs, figures, failures };
  },
};

async function verdict(parser: Parser, input: Uint8Array): Promise<string | null> {
  try {
    return await parser.check(input);
  } catch (error) {
    // A refusal names itself; a TypeError or anything else was not thought of.
    if (isInputError(error) || error instanceof SyntaxError) return null;
    return `threw ${error instanceof Error ? `${error.name}: ${error.message}` : typeof error}`;
  }
}

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

/** Text as a chat would hand it over: whatever the bytes are. */
function loose(input: Uint8Array): string {
  try {
    return fromUtf8(input);
  } catch {
    return String.fromCharCode(...input.slice(0, 4096));
  }
}

const pieces = [
  '"',
  '\\',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '0',
  '9',
  '-',
  '.',
  'e',
  '1e308',
  '\u0000',
  '\ufeff',
  '\u202e',
  'ភ',
  '១',
  'null',
  '__proto__',
  '{"a":'.repeat(40),
  '9'.repeat(40),
  '0.'.repeat(9),
  '%00',
  '&response=',
  'a'.repeat(2000),
] as const;

/** Damages a valid input a little, or a lot. */
function damage(sample: string, dice: Dice): Uint8Array {
  let bytes = utf8(sample);
  for (let cuts = dice.below(5); cuts > 0; cuts -= 1) {
    const at = dice.below(bytes.length + 1);
    const length = dice.below(8);
    const middle = dice.pick([
      () => new Uint8Array(),
      () => utf8(dice.pick(pieces)),
      () => Uint8Array.from({ length: 1 + dice.below(4) }, () => dice.below(256)),
      () => bytes.slice(dice.below(bytes.length + 1), dice.below(bytes.length + 1)),
    ])();
    bytes = joined(bytes.slice(0, at), middle, bytes.slice(at + length));
  }
  return bytes;
}

function joined(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
