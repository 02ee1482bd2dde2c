import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

/** Reads the one QR code of a picture, as a bank app would. */
export async function readCode(picture: Uint8Array): Promise<string> {
  const { prepareZXingModule, readBarcodes } = await import('zxing-wasm/reader');
  // Left alone it would fetch its program from a public server.
  const file = createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm');
  const bytes = await readFile(file);
  const wasmBinary = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  await prepareZXingModule({ overrides: { wasmBinary }, fireImmediately: true });
  const codes = await readBarcodes(picture, { formats: ['QRCode'], tryHarder: true });
  const texts = [...new Set(codes.filter(({ isValid }) => isValid).map(({ text }) => text))];
  const [text] = texts;
  if (text === undefined || texts.length > 1) throw new Error(`the picture holds ${texts.length} QR codes, not one`);
  return text;
}
