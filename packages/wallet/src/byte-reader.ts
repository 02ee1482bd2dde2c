/** Reads bytes from front to end. Every method throws a RangeError where the bytes end early. */
export interface ByteReader {
  take(length: number): Uint8Array;
  uint32(): number;
  /** A number in Bitcoin's compact form, at most 2^32 - 1, in its shortest spelling. */
  compact(): number;
  atEnd(): boolean;
}

/** Begins at the first byte. */
export function createByteReader(bytes: Uint8Array): ByteReader {
  let position = 0;
  const reader: ByteReader = {
    take(length) {
      if (length < 0 || position + length > bytes.length) throw new RangeError('bytes: end early');
      position += length;
      return bytes.subarray(position - length, position);
    },
    uint32: () => number(4),
    compact() {
      const first = number(1);
      if (first < 0xfd) return first;
      if (first === 0xff) throw new RangeError('bytes: a number is too large');
      const value = first === 0xfd ? number(2) : number(4);
      if (value < (first === 0xfd ? 0xfd : 0x1_0000))
        throw new RangeError('bytes: a number is not in its shortest form');
      return value;
    },
    atEnd: () => position === bytes.length,
  };
  const number = (length: number) => reader.take(length).reduceRight((sum, byte) => sum * 256 + byte, 0);
  return reader;
}
