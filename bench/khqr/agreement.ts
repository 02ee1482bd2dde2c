import type { Instant } from '@rielrails/core';
import { decodeKhqr, encodeKhqr, verifyKhqr } from '@rielrails/provider-bakong/khqr';
import type { Khqr, KhqrInput } from '@rielrails/provider-bakong/khqr';
import { peers } from './peers.ts';
import type { Peer, Read } from './peers.ts';

/**
 * Where a peer may differ, and why it is the peer: the standard asks for tag 63 with the length 04, "four upper-case
 * hexadecimal digits". `ts-khqr` drops two of three leading zeros, writes three digits behind that length, and refuses
 * the right four.
 */
const shortChecksum = { name: 'ts-khqr', applies: (text: string) => /6304000[0-9A-F]$/.test(text) } as const;

/** How often the three said the same. */
export interface Agreement {
  readonly inputs: number;
  /** Differences that are explained above. */
  readonly explained: number;
  /** Sentences about all others. */
  readonly unexplained: readonly string[];
}

/** Whether all three write, read and verify every input alike. The peers' clock must stand at the inputs' creation. */
export function compareAll(inputs: readonly KhqrInput[], now: Instant): Agreement {
  const unexplained: string[] = [];
  let explained = 0;
  for (const [index, input] of inputs.entries()) {
    const ours = encodeKhqr(input);
    const read = decodeKhqr(ours.text);
    for (const peer of peers) {
      const differences = differencesOf(peer, input, ours, read, now);
      if (differences.length === 0) continue;
      if (peer.name === shortChecksum.name && shortChecksum.applies(ours.text)) explained += 1;
      else unexplained.push(`input ${index}, ${peer.name}: ${differences.join(', ')}`);
    }
  }
  return { inputs: inputs.length, explained, unexplained };
}

function differencesOf(
  peer: Peer,
  input: KhqrInput,
  ours: { readonly text: string; readonly md5: string },
  read: Khqr,
  now: Instant,
): readonly string[] {
  const theirs = peer.prepare(input)();
  const expected = asPeersSay(read, ours.text);
  const told: Read = peer.read(ours.text);
  const fields = Object.keys({ ...expected, ...told }).filter(
    (name) => (expected[name] ?? null) !== (told[name] ?? null),
  );
  return [
    ...(theirs.text === ours.text ? [] : ['text']),
    ...(theirs.md5 === ours.md5 ? [] : ['md5']),
    ...fields.map((name) => `read ${name}`),
    ...(peer.verify(ours.text) === (verifyKhqr(ours.text, { now }).outcome === 'valid') ? [] : ['verify']),
  ];
}

/** What we read, in the peers' words. */
function asPeersSay(khqr: Khqr, text: string): Read {
  const { account, additional, alternate, amount, createdAt, expiresAt } = khqr;
  const person = account.type === 'individual' ? account : undefined;
  return {
    merchantType: person ? '29' : '30',
    bakongAccountID: account.bakongAccount,
    accountInformation: person?.information ?? null,
    merchantID: account.type === 'merchant' ? account.merchantId : null,
    acquiringBank: account.acquiringBank ?? null,
    billNumber: additional.billNumber ?? null,
    mobileNumber: additional.mobileNumber ?? null,
    storeLabel: additional.storeLabel ?? null,
    terminalLabel: additional.terminalLabel ?? null,
    purposeOfTransaction: additional.purpose ?? null,
    languagePreference: alternate?.language ?? null,
    merchantNameAlternateLanguage: alternate?.merchantName ?? null,
    merchantCityAlternateLanguage: alternate?.merchantCity ?? null,
    creationTimestamp: createdAt === undefined ? null : String(createdAt),
    expirationTimestamp: expiresAt === undefined ? null : String(expiresAt),
    payloadFormatIndicator: '01',
    pointofInitiationMethod: khqr.initiation === 'static' ? '11' : '12',
    unionPayMerchant: khqr.unionPayAccount ?? null,
    merchantCategoryCode: khqr.merchantCategoryCode,
    transactionCurrency: khqr.currency === 'KHR' ? '116' : '840',
    transactionAmount: amount ? plain(amount.minor, amount.asset.scale) : null,
    countryCode: khqr.country,
    merchantName: khqr.merchantName,
    merchantCity: khqr.merchantCity,
    crc: text.slice(-4),
  };
}

function plain(minor: bigint, scale: number): string {
  if (scale === 0) return String(minor);
  const digits = String(minor).padStart(3, '0');
  return digits.endsWith('00') ? digits.slice(0, -2) : `${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
