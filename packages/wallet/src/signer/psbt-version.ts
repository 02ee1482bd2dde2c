import { fromBase64 } from '@rielrails/kit/offline';
import { createByteReader } from '../byte-reader.ts';

const MAGIC_BYTES = 5;
const VERSION_KEY = 0xfb;

/** The version that a PSBT names in its global part (BIP370); 0 where it names none, or is no PSBT at all. */
export function psbtVersion(text: string): number {
  try {
    const reader = createByteReader(fromBase64(text));
    reader.take(MAGIC_BYTES);
    for (let length = reader.compact(); length > 0; length = reader.compact()) {
      const [type] = reader.take(length);
      const value = reader.take(reader.compact());
      if (type === VERSION_KEY && length === 1) return createByteReader(value).uint32();
    }
    return 0;
  } catch (error) {
    if (error instanceof RangeError || error instanceof SyntaxError) return 0;
    throw error;
  }
}
