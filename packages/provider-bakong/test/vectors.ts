import { KHR, money, USD } from '@rielrails/core';
import type { Instant } from '@rielrails/core';
import type { KhqrDemand, KhqrInput } from '../src/khqr/index.ts';

/** 2026-01-01T00:00:00Z and five minutes later. */
export const createdAt = 1_767_225_600_000 as Instant;
export const expiresAt = 1_767_225_900_000 as Instant;

function dynamic(amount: Extract<KhqrDemand, { type: 'dynamic' }>['amount']): KhqrDemand {
  return { type: 'dynamic', amount, createdAt, expiresAt };
}

const inRiel: KhqrDemand = { type: 'static', currency: 'KHR' };

const person: KhqrInput = {
  account: { type: 'individual', bakongAccount: 'jonhsmith@nbcq' },
  merchantName: 'Jonh Smith',
  merchantCity: 'PHNOM PENH',
  demand: inRiel,
};

/** A KHQR made by the National Bank's JavaScript library 1.0.20 with its clock held at `createdAt`. */
export interface Vector {
  readonly input: KhqrInput;
  readonly text: string;
  readonly md5: string;
}

/** By what they show. The checksums and hashes were computed a second time, independently. */
export const vectors: Readonly<Record<string, Vector>> = {
  'individual, static, riel': {
    input: person,
    text: '00020101021129180014jonhsmith@nbcq5204599953031165802KH5910Jonh Smith6010PHNOM PENH6304069E',
    md5: '2663a268611c793a159384e658ae5f8d',
  },
  'individual, dynamic, riel': {
    input: { ...person, demand: dynamic(money(KHR, 500n)) },
    text: '00020101021229180014jonhsmith@nbcq52045999530311654035005802KH5910Jonh Smith6010PHNOM PENH9934001317672256000000113176722590000063044AA4',
    md5: 'f7ea0a2478af29d94b45342fd1f74a40',
  },
  'individual, dynamic, dollars, additional data': {
    input: {
      account: { type: 'individual', bakongAccount: 'btcshop@aclb' },
      merchantName: 'BTC Shop',
      demand: dynamic(money(USD, 1250n)),
      additional: {
        billNumber: 'INV-0001',
        mobileNumber: '85512345678',
        storeLabel: 'BTC Shop HQ',
        terminalLabel: 'BOT-01',
        purpose: 'order 42',
      },
    },
    text: '00020101021229160012btcshop@aclb520459995303840540512.505802KH5908BTC Shop6010Phnom Penh62640108INV-00010211855123456780311BTC Shop HQ0706BOT-010808order 429934001317672256000000113176722590000063049305',
    md5: '64d76bbd8770b723ff7aa4077d7b7da9',
  },
  'merchant, static, riel': {
    input: {
      account: { type: 'merchant', bakongAccount: 'jonhsmith@nbcq', merchantId: '123456', acquiringBank: 'Dev Bank' },
      merchantName: 'Jonh Smith',
      merchantCity: 'Siem Reap',
      demand: inRiel,
      additional: { mobileNumber: '85512345678' },
    },
    text: '00020101021130400014jonhsmith@nbcq01061234560208Dev Bank5204599953031165802KH5910Jonh Smith6009Siem Reap621502118551234567863048C75',
    md5: '3a1d545dfba97b39817bf43337e621ec',
  },
  'merchant, dynamic, riel, Khmer alternate': {
    input: {
      account: {
        type: 'merchant',
        bakongAccount: 'btcshop@aclb',
        merchantId: 'M000123',
        acquiringBank: 'ACLEDA Bank',
      },
      merchantName: 'BTC Shop',
      demand: dynamic(money(KHR, 100_000n)),
      alternate: { language: 'km', merchantName: 'ហាងប៊ីតខញ', merchantCity: 'ភ្នំពេញ' },
    },
    text: '00020101021230420012btcshop@aclb0107M0001230211ACLEDA Bank52045999530311654061000005802KH5908BTC Shop6010Phnom Penh64300002km0109ហាងប៊ីតខញ0207ភ្នំពេញ9934001317672256000000113176722590000063043558',
    md5: '619a60f8798c315780f896ca8fadfc34',
  },
};

/** The sample of ABA's "KHQR guideline" for PayWay: a sub-tag 62.68 that the National Bank's guideline does not have. */
export const paywaySample = {
  text: '00020101021230510016abaakhppxxx@abaa01151250212145328460208ABA Bank52045987530311654031005802KH5925OLD ME 25 CHAR WINNER IP26010Phnom Penh62570115MC-REF-KH-1500068340010PAYWAY@ABA0208104514230604A2279934001317598053453370113175980552533763049FBD',
  md5: 'a068d0cfe08953d34593809425214e89',
  createdAt: 1_759_805_345_337 as Instant,
  expiresAt: 1_759_805_525_337 as Instant,
} as const;

/** Closes a chain of tags with its checksum, bit by bit, so that only what stands before it is wrong. */
export function seal(tags: string): string {
  const body = `${tags}6304`;
  let crc = 0xffff;
  for (const byte of new TextEncoder().encode(body)) {
    for (let bit = 7; bit >= 0; bit -= 1) {
      const carry = ((crc >> 15) ^ (byte >> bit)) & 1;
      crc = ((crc << 1) & 0xffff) ^ (carry === 1 ? 0x1021 : 0);
    }
  }
  return body + crc.toString(16).toUpperCase().padStart(4, '0');
}

/** One tag with its length. */
export function tag(name: string, value: string): string {
  return name + String(value.length).padStart(2, '0') + value;
}
