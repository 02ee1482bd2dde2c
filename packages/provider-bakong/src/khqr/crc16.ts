import { utf8 } from '@rielrails/kit';

/** CRC-16/CCITT-FALSE of a text's UTF-8 bytes, as four upper-case hexadecimal digits: `123456789` gives `29B1`. */
export function crc16(text: string): string {
  let crc = 0xffff;
  for (const byte of utf8(text)) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1) & 0xffff;
  }
  return crc.toString(16).toUpperCase().padStart(4, '0');
}
