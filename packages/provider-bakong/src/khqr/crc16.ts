import { utf8 } from '@rielrails/kit';

/** `steps[zeros][byte]`: what a byte does to the sum when so many bytes follow it. */
const [step0, step1, step2, step3] = [0, 1, 2, 3].map((zeros) =>
  Uint16Array.from({ length: 256 }, (_one, byte) => {
    let crc = byte << 8;
    for (let bit = 0; bit < 8 * (zeros + 1); bit += 1) crc = (crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1) & 0xffff;
    return crc;
  }),
) as [Uint16Array, Uint16Array, Uint16Array, Uint16Array];

const encoder = new TextEncoder();
const scratch = new Uint8Array(2048);

/** CRC-16/CCITT-FALSE of a text's UTF-8 bytes: `123456789` gives 0x29B1. */
export function crc16(text: string): number {
  // A unit takes three bytes at most. What fits is written into the same place each time.
  const fits = text.length * 3 <= scratch.length;
  const bytes = fits ? scratch : utf8(text);
  const end = fits ? encoder.encodeInto(text, scratch).written : bytes.length;
  let crc = 0xffff;
  let at = 0;
  // Four bytes at once: one after the other, each would wait for the one before it.
  for (; at + 4 <= end; at += 4)
    crc =
      (step3[(crc >> 8) ^ (bytes[at] ?? 0)] ?? 0) ^
      (step2[(crc & 0xff) ^ (bytes[at + 1] ?? 0)] ?? 0) ^
      (step1[bytes[at + 2] ?? 0] ?? 0) ^
      (step0[bytes[at + 3] ?? 0] ?? 0);
  for (; at < end; at += 1) crc = ((crc << 8) & 0xffff) ^ (step0[(crc >> 8) ^ (bytes[at] ?? 0)] ?? 0);
  return crc;
}

/** A checksum as tag 63 holds it: four upper-case hexadecimal digits. */
export function checksumText(crc: number): string {
  return crc.toString(16).toUpperCase().padStart(4, '0');
}
