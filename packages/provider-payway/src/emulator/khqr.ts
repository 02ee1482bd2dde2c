/** What stands in a KHQR that PayWay makes. */
export interface PaywayKhqr {
  readonly merchantNumber: string;
  readonly merchantName: string;
  readonly currency: 'KHR' | 'USD';
  /** A decimal. */
  readonly amount: string;
  /** Eight digits by which the bank finds the transaction. */
  readonly transactionCode: string;
  readonly createdAtMs: number;
}

/** A KHQR as a bank app reads it. */
export interface ScannedKhqr {
  /** `name@bank`, from tag 29 or 30. */
  readonly account: string;
  readonly currency: 'KHR' | 'USD';
  /** Absent in a static QR: the payer types it. */
  readonly amount?: string;
  readonly merchantName: string;
  /** Sub-tag 02 of tag 62.68 where that is PayWay's. */
  readonly paywayCode?: string;
}

const PAYWAY_SCHEME = 'PAYWAY@ABA';
const currencyNumbers = { KHR: '116', USD: '840' } as const;

/**
 * Writes the KHQR of a PayWay transaction: tags 00, 01, 30, 52, 53, 54, 58, 59, 60, 62 with sub-tag 68, 99, 63.
 *
 * Two decimals even for riel, and no expiry inside, as the gateway writes them.
 */
export function writeKhqr(qr: PaywayKhqr): string {
  const account = tag('00', 'abaakhppxxx@abaa') + tag('01', qr.merchantNumber) + tag('02', 'ABA Bank');
  const payway = tag('00', PAYWAY_SCHEME) + tag('02', qr.transactionCode) + tag('06', qr.merchantNumber.slice(-4));
  const body =
    tag('00', '01') +
    tag('01', '12') +
    tag('30', account) +
    tag('52', '5999') +
    tag('53', currencyNumbers[qr.currency]) +
    tag('54', qr.amount.includes('.') ? qr.amount : `${qr.amount}.00`) +
    tag('58', 'KH') +
    tag('59', qr.merchantName.slice(0, 25)) +
    tag('60', 'Phnom Penh') +
    tag('62', tag('68', payway)) +
    tag('99', tag('00', String(qr.createdAtMs))) +
    '6304';
  return body + checksum(body);
}

/**
 * Reads a KHQR as strictly as a bank app: checksum, lengths, mandatory tags, no tag twice.
 *
 * @throws RangeError naming what is wrong.
 */
export function scanKhqr(text: string): ScannedKhqr {
  if (text.length > 512) throw new RangeError('KHQR: too long');
  const body = text.slice(0, -4);
  if (!body.endsWith('6304')) throw new RangeError('KHQR: no checksum at the end');
  if (text.slice(-4).toUpperCase() !== checksum(body)) throw new RangeError('KHQR: wrong checksum');
  const tags = split(text);
  for (const [name, form] of mandatory) {
    if (!form.test(tags.get(name) ?? '')) throw new RangeError(`KHQR: tag ${name}`);
  }
  const accountTag = tags.get('30') ?? tags.get('29');
  if (accountTag === undefined) throw new RangeError('KHQR: neither tag 29 nor tag 30');
  const account = split(accountTag).get('00') ?? '';
  if (!/^[^@\s]+@[^@\s]+$/.test(account) || account.length > 32) throw new RangeError('KHQR: account');
  const amount = tags.get('54');
  if (amount !== undefined && !/^(0|[1-9][0-9]{0,12})(\.[0-9]{1,2})?$/.test(amount))
    throw new RangeError('KHQR: tag 54');
  if (tags.get('01') === '12' && amount === undefined) throw new RangeError('KHQR: dynamic without an amount');
  const additional = tags.get('62');
  const scheme = additional === undefined ? undefined : split(additional).get('68');
  const payway = scheme === undefined ? undefined : split(scheme);
  const paywayCode = payway?.get('00') === PAYWAY_SCHEME ? payway.get('02') : undefined;
  return {
    account,
    currency: tags.get('53') === currencyNumbers.KHR ? 'KHR' : 'USD',
    ...(amount === undefined ? {} : { amount }),
    merchantName: tags.get('59') ?? '',
    ...(paywayCode === undefined ? {} : { paywayCode }),
  };
}

const mandatory: readonly (readonly [string, RegExp])[] = [
  ['00', /^01$/],
  ['01', /^1[12]$/],
  ['52', /^[0-9]{4}$/],
  ['53', /^(116|840)$/],
  ['58', /^[A-Z]{2,3}$/],
  ['59', /^.{1,25}$/su],
  ['60', /^.{1,15}$/su],
  ['63', /^[0-9A-Fa-f]{4}$/],
];

/** Tag, two digits of length, value, to the end. Lengths count UTF-16 units, as the bank's own library does. */
function split(text: string): ReadonlyMap<string, string> {
  const tags = new Map<string, string>();
  let rest = text;
  while (rest !== '') {
    const name = rest.slice(0, 2);
    const digits = rest.slice(2, 4);
    if (!/^[0-9]{2}$/.test(name) || !/^[0-9]{2}$/.test(digits))
      throw new RangeError('KHQR: tag or length is no number');
    const end = 4 + Number(digits);
    if (rest.length < end) throw new RangeError('KHQR: shorter than it says');
    if (tags.has(name)) throw new RangeError(`KHQR: tag ${name} twice`);
    tags.set(name, rest.slice(4, end));
    rest = rest.slice(end);
  }
  return tags;
}

function tag(name: string, value: string): string {
  return name + String(value.length).padStart(2, '0') + value;
}

const table: readonly number[] = Array.from({ length: 256 }, (_one, byte) => {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit += 1) crc = (crc & 0x8000) === 0 ? crc << 1 : (crc << 1) ^ 0x1021;
  return crc & 0xffff;
});

/** CRC-16/CCITT-FALSE of the UTF-8 bytes. */
function checksum(text: string): string {
  const crc = new TextEncoder()
    .encode(text)
    .reduce((crc, byte) => ((crc << 8) & 0xffff) ^ (table[((crc >> 8) ^ byte) & 0xff] ?? 0), 0xffff);
  return crc.toString(16).toUpperCase().padStart(4, '0');
}
