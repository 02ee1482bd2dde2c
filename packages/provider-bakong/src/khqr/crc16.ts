/** How many bytes are taken at once: one after the other, each would wait for the one before it. */
const STRIDE = 8;

/** What a byte does to the sum when so many bytes follow it. */
function step(zeros: number): Uint16Array {
  return Uint16Array.from({ length: 256 }, (_one, byte) => {
    let crc = byte << 8;
    for (let bit = 0; bit < 8 * (zeros + 1); bit += 1) crc = (crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1) & 0xffff;
    return crc;
  });
}

const step0 = step(0);
const step1 = step(1);
const step2 = step(2);
const step3 = step(3);
const step4 = step(4);
const step5 = step(5);
const step6 = step(6);
const step7 = step(7);

/** CRC-16/CCITT-FALSE of the first `end` bytes: those of `123456789` give 0x29B1. */
export function crc16(bytes: Uint8Array, end: number): number {
  let crc = 0xffff;
  let at = 0;
  for (; at + STRIDE <= end; at += STRIDE)
    crc =
      (step7[(crc >> 8) ^ (bytes[at] ?? 0)] ?? 0) ^
      (step6[(crc & 0xff) ^ (bytes[at + 1] ?? 0)] ?? 0) ^
      (step5[bytes[at + 2] ?? 0] ?? 0) ^
      (step4[bytes[at + 3] ?? 0] ?? 0) ^
      (step3[bytes[at + 4] ?? 0] ?? 0) ^
      (step2[bytes[at + 5] ?? 0] ?? 0) ^
      (step1[bytes[at + 6] ?? 0] ?? 0) ^
      (step0[bytes[at + 7] ?? 0] ?? 0);
  for (; at < end; at += 1) crc = ((crc << 8) & 0xffff) ^ (step0[(crc >> 8) ^ (bytes[at] ?? 0)] ?? 0);
  return crc;
}
