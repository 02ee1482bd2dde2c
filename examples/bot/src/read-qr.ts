import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { InputError } from '@rielrails/core';
import type { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';

/** The largest picture that is opened, in bytes. Telegram's own photos are far smaller. */
export const MAX_PICTURE_BYTES: number = 5 * 1024 * 1024;
/** The longest side of a picture that is opened: pixels take memory, however small the file is. */
const MAX_SIDE = 4096;
const MAX_CODES = 4;

interface Reader {
  readonly prepareZXingModule: typeof prepareZXingModule;
  readonly readBarcodes: typeof readBarcodes;
}

let reader: Promise<Reader> | undefined;

/** Loads the reader from its package: left alone it would fetch its program from a public server. */
function loadReader(): Promise<Reader> {
  reader ??= (async () => {
    const loaded: Reader = await import('zxing-wasm/reader');
    const file = createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm');
    const bytes = await readFile(file);
    const wasmBinary = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
    await loaded.prepareZXingModule({ overrides: { wasmBinary }, fireImmediately: true });
    return loaded;
  })();
  return reader;
}

/**
 * The text of the one QR code in a photo (PNG or JPEG).
 *
 * @throws InputError on `picture`: `too-large`, `unreadable`, `no-qr`, `several-qr`.
 */
export async function readQr(picture: Uint8Array): Promise<string> {
  if (picture.length > MAX_PICTURE_BYTES) throw refused('too-large', 'has too many bytes');
  const size = sizeOf(picture);
  if (!size) throw refused('unreadable', 'is neither PNG nor JPEG');
  if (size.width > MAX_SIDE || size.height > MAX_SIDE) throw refused('too-large', 'has too many pixels');
  const { readBarcodes } = await loadReader();
  const found = await readBarcodes(picture, { formats: ['QRCode'], tryHarder: true, maxNumberOfSymbols: MAX_CODES });
  const texts = [...new Set(found.filter(({ isValid }) => isValid).map(({ text }) => text))];
  const [text] = texts;
  if (text === undefined) throw refused('no-qr', 'no QR code was found');
  if (texts.length > 1) throw refused('several-qr', 'more than one QR code was found');
  return text;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Reads the size from the head of a PNG or JPEG, without decoding it. */
function sizeOf(bytes: Uint8Array): Size | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length >= 24 && view.getUint32(0) === 0x8950_4e47)
    return { width: view.getUint32(16), height: view.getUint32(20) };
  if (bytes.length < 4 || view.getUint16(0) !== 0xffd8) return null;
  for (let at = 2; at + 9 < bytes.length;) {
    if (view.getUint8(at) !== 0xff) return null;
    const marker = view.getUint8(at + 1);
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    at += 2 + view.getUint16(at + 2);
  }
  return null;
}

function refused(rule: string, message: string): InputError {
  return new InputError('picture', rule, message);
}
