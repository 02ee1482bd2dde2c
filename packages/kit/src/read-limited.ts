import type { Clock } from './runtime.ts';

/** How much of a body is read. */
export interface BodyLimits {
  readonly maxBytes: number;
  /** Default: 10 seconds. */
  readonly withinMs?: number;
  readonly clock: Clock;
}

const BODY_WITHIN_MS = 10_000;

/** The body, or the answer to a sender whose body is too long, too slow, or breaks off. */
export async function readLimited(
  { headers, body: stream }: Request,
  { maxBytes, withinMs = BODY_WITHIN_MS, clock }: BodyLimits,
): Promise<Uint8Array<ArrayBuffer> | Response> {
  if (Number(headers.get('content-length') ?? 0) > maxBytes) return text(413, 'too large');
  if (!stream) return new Uint8Array();
  const reader = stream.getReader();
  const read = new AbortController();
  const tooSlow = clock.sleep(withinMs, read.signal).then(
    () => 'too slow' as const,
    () => 'too slow' as const,
  );
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for (;;) {
      const piece = await Promise.race([reader.read(), tooSlow]);
      if (piece === 'too slow') return text(408, 'too slow');
      if (piece.done) return joined(chunks, length);
      length += piece.value.length;
      if (length > maxBytes) return text(413, 'too large');
      chunks.push(piece.value);
    }
  } catch {
    return text(400, 'broken off');
  } finally {
    read.abort();
    // Whoever still sends is told to stop; a stream that has ended does not mind.
    await reader.cancel().catch(() => {});
  }
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const body = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    body.set(chunk, offset);
    offset += chunk.length;
  }
  return body;
}

function text(status: number, body: string): Response {
  return new Response(body, { status, headers: { 'content-type': 'text/plain' } });
}
