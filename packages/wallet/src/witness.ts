import { createByteReader } from './byte-reader.ts';

/** More than any script that we know of can use. */
const MAX_ITEMS = 32;
const MAX_ITEM_BYTES = 10_000;

/** Reads a witness stack as it stands in a transaction; `null` when it has another form or is too large. */
export function readWitness(bytes: Uint8Array): readonly Uint8Array[] | null {
  try {
    const reader = createByteReader(bytes);
    const count = reader.compact();
    if (count > MAX_ITEMS) return null;
    const items: Uint8Array[] = [];
    for (let item = 0; item < count; item += 1) {
      const length = reader.compact();
      if (length > MAX_ITEM_BYTES) return null;
      items.push(reader.take(length));
    }
    return reader.atEnd() ? items : null;
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
