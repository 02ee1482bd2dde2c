import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

/**
 * The text of the one QR code in a picture, as a bank app sees it.
 *
 * @throws Error when there is none, or more than one.
 */
export async function readQr(picture: Uint8Array): Promise<string> {
  const { prepareZXingModule, readBarcodes } = await import('zxing-wasm/reader');
  // Left alone, the reader would fetch its program from a public server.
  const file = createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm');
  const program = await readFile(file);
  const wasmBinary = program.buffer.slice(program.byteOffset, program.byteOffset + program.byteLength);
  await prepareZXingModule({ overrides: { wasmBinary }, fireImmediately: true });
  const found = await readBarcodes(picture, { formats: ['QRCode'], tryHarder: true });
  const texts = [...new Set(found.filter(({ isValid }) => isValid).map(({ text }) => text))];
  const [text] = texts;
  if (text === undefined || texts.length > 1)
    throw new Error(`a picture shows ${texts.length} QR codes instead of one`);
  return text;
}
