import { MAX_TEXT } from './limits.ts';

const encoder = new TextEncoder();

/** The UTF-8 bytes of the text at hand: one place for all, because making room for each took longer than filling it. */
export const bytes: Uint8Array<ArrayBuffer> = new Uint8Array(3 * MAX_TEXT);

/** Fills `bytes` with those of a text of at most 512 UTF-16 units, three bytes each at most. Gives how many they are. */
export function fillBytes(text: string): number {
  return encoder.encodeInto(text, bytes).written;
}
