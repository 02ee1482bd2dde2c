import type { ReceivedBytes } from '@rielrails/kit';

/** Shorter downloads need no telling. */
const EVERY_MS = 1000;
const MEGABYTE = 1_000_000;

/** Tells how far a long download is, about once a second. */
export function createProgress(say: (text: string) => void): (received: ReceivedBytes, now: number) => void {
  let [present, toldAt] = ['', 0];
  return ({ url, bytes, expected }, now) => {
    if (url !== present) [present, toldAt] = [url, now];
    if (now - toldAt < EVERY_MS) return;
    toldAt = now;
    const of = expected === null ? '' : ` of ${megabytes(expected)}`;
    say(`lists: ${nameOf(url)}: ${megabytes(bytes)}${of} MB\n`);
  };
}

/** The name of the file alone: an address may hold a token. */
function nameOf(url: string): string {
  return new URL(url).pathname.split('/').at(-1) ?? '';
}

function megabytes(bytes: number): string {
  return (bytes / MEGABYTE).toFixed(1);
}
