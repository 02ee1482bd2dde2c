import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Fetch } from '@rielrails/kit';

/** A request handler behind a port of this machine. */
export interface LoopbackServer {
  readonly port: number;
  stop(): Promise<void>;
}

const MAX_BODY_BYTES = 4 * 1024 * 1024;

/** Serves a handler on a free port of 127.0.0.1. */
export async function serveOnLoopback(handler: Fetch): Promise<LoopbackServer> {
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = [];
    let length = 0;
    incoming.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > MAX_BODY_BYTES) incoming.destroy();
      else chunks.push(chunk);
    });
    incoming.on('end', () => {
      const { method = 'GET', url = '/' } = incoming;
      const request = new Request(new URL(url, 'http://127.0.0.1'), {
        method,
        headers: Object.entries(incoming.headers).map(([name, value]) => [name, String(value)] as [string, string]),
        ...(method === 'GET' || method === 'HEAD' ? {} : { body: Buffer.concat(chunks) }),
      });
      handler(request, {}).then(
        async (response) => {
          outgoing.writeHead(response.status, Object.fromEntries(response.headers));
          outgoing.end(Buffer.from(await response.arrayBuffer()));
        },
        () => incoming.destroy(),
      );
    });
    incoming.on('error', () => {});
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
