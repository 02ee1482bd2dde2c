import { chmodSync, lstatSync, unlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import { fromUtf8 } from '@rielrails/kit/offline';
import type { Log } from '@rielrails/kit/offline';
import type { ReleaseAnswer, SignAnswer, Signer } from './protocol.ts';
import { assertSocketPath } from './socket-path.ts';
import { MAX_LINE_BYTES, readCall } from './wire.ts';
import type { SignerCall, SignerReply } from './wire.ts';

/** A signer that listens. */
export interface SignerServer {
  close(): Promise<void>;
}

const IDLE_MS = 30_000;
const MAX_CONNECTIONS = 16;

/**
 * Listens on a unix socket that only this user may open, one JSON object a line in each direction.
 *
 * A line that is too long or of another form ends the connection. Answers tell codes, never the text of an error.
 */
export async function serveSigner(
  options: { readonly signer: Signer; readonly socketPath: string },
  { log }: { readonly log: Log },
): Promise<SignerServer> {
  const { signer, socketPath } = options;
  assertSocketPath(socketPath);
  removeStaleSocket(socketPath);
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.setTimeout(IDLE_MS, () => socket.destroy());
    readLines(socket, async (line) => {
      const reply = await answer(signer, line, log);
      socket.write(`${JSON.stringify(reply)}\n`);
      if ('error' in reply) socket.end();
    });
  });
  server.maxConnections = MAX_CONNECTIONS;
  const previousMask = process.umask(0o177);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(socketPath, resolve);
    });
  } finally {
    process.umask(previousMask);
  }
  chmodSync(socketPath, 0o600);
  return {
    close: () =>
      new Promise((resolve) => {
        for (const socket of open) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

async function answer(signer: Signer, line: Uint8Array, log: Log): Promise<SignerReply> {
  const asked = parse(line);
  if (!asked) return { error: 'malformed' };
  try {
    switch (asked.operation) {
      case 'sign':
        return { answer: noted(asked.request.purpose, asked.request, await signer.sign(asked.request), log) };
      case 'complete':
        return { answer: noted(asked.operation, asked.request, await signer.complete(asked.request), log) };
      case 'release-anchor':
        return { answer: noted(asked.operation, asked.request, await signer.releaseAnchor(asked.request), log) };
      case 'describe':
        return { answer: await signer.describe() };
      case 'entries-after':
        return { answer: await signer.entriesAfter(asked.head) };
      case 'find':
        return { answer: await signer.find(asked.reference) };
    }
  } catch (error) {
    log.error('signer-failed', { operation: asked.operation, error: error instanceof Error ? error.name : 'unknown' });
    return { error: 'failed' };
  }
}

/** Logs how a request ended, and gives its answer on. */
function noted<Answer extends SignAnswer | ReleaseAnswer>(
  operation: string,
  { reference }: { readonly reference: string },
  answer: Answer,
  log: Log,
): Answer {
  const reason = answer.outcome === 'refused' ? answer.code : undefined;
  log.info('sign', { operation, reference, outcome: answer.outcome, reason });
  return answer;
}

function parse(line: Uint8Array): SignerCall | null {
  try {
    return readCall(JSON.parse(fromUtf8(line)));
  } catch {
    return null;
  }
}

/** Calls `take` with each line, one after the other; ends a connection that never ends its line. */
function readLines(socket: Socket, take: (line: Uint8Array) => Promise<void>): void {
  let parts: Uint8Array[] = [];
  let length = 0;
  let turn = Promise.resolve();
  socket.on('data', (bytes: Uint8Array) => {
    let rest = bytes;
    for (let end = rest.indexOf(0x0a); end >= 0; end = rest.indexOf(0x0a)) {
      const line = Buffer.concat([...parts, rest.subarray(0, end)]);
      turn = turn.then(() => take(line)).catch(() => void socket.destroy());
      parts = [];
      length = 0;
      rest = rest.subarray(end + 1);
    }
    length += rest.length;
    if (length > MAX_LINE_BYTES) socket.destroy();
    else if (rest.length > 0) parts.push(rest);
  });
}

function removeStaleSocket(path: string): void {
  try {
    if (lstatSync(path).isSocket()) unlinkSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}
