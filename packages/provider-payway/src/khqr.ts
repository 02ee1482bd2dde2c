/** What a scanned KHQR asks for. */
export interface AskedAmount {
  /** ISO 4217 number: `116` is KHR, `840` is USD. */
  readonly currencyNumber: string;
  readonly amount: string;
}

/**
 * Reads currency and amount of a KHQR, so that what the payer's bank will show can be compared with what was asked for.
 *
 * @throws RangeError when the text is no chain of tags, lacks one of the two, or its checksum (tag 63) is wrong.
 */
export function readAskedAmount(khqr: string): AskedAmount {
  if (khqr.length > 512) throw new RangeError('khqr: too long');
  const tags = new Map<string, string>();
  for (let at = 0; at < khqr.length;) {
    const head = /^([0-9]{2})([0-9]{2})$/.exec(khqr.slice(at, at + 4));
    const [, tag = '', digits = '0'] = head ?? [];
    const value = khqr.slice(at + 4, at + 4 + Number(digits));
    if (!head || value.length !== Number(digits)) throw new RangeError('khqr: broken chain of tags');
    if (tags.has(tag)) throw new RangeError('khqr: repeated tag');
    tags.set(tag, value);
    at += 4 + value.length;
  }
  if (!khqr.slice(0, -4).endsWith('6304') || crc16(khqr.slice(0, -4)) !== khqr.slice(-4).toUpperCase()) {
    throw new RangeError('khqr: wrong checksum');
  }
  const currencyNumber = tags.get('53');
  const amount = tags.get('54');
  if (currencyNumber === undefined || amount === undefined) throw new RangeError('khqr: no currency or amount');
  return { currencyNumber, amount };
}

/** CRC-16/CCITT-FALSE over the UTF-8 bytes, as four upper-case hexadecimal digits. */
function crc16(text: string): string {
  let crc = 0xffff;
  for (const byte of new TextEncoder().encode(text)) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1) & 0xffff;
  }
  return crc.toString(16).toUpperCase().padStart(4, '0');
}
