import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';

/** An open door on 127.0.0.1. */
export interface Door {
  readonly port: number;
  /** Lets what is being answered end, and closes. */
  close(): Promise<void>;
}

const HEADERS_WITHIN_MS = 10_000;
/** Whoever hands in documents sends pictures over a slow telephone. What else is read has limits of its own. */
const REQUEST_WITHIN_MS = 130_000;
const MOST_CONNECTIONS = 200;

/** Serves a handler over HTTP on 127.0.0.1. The handler limits what it reads. */
export async function openDoor(port: number, handle: (request: Request) => Promise<Response>): Promise<Door> {
  const server = createServer(
    { headersTimeout: HEADERS_WITHIN_MS, requestTimeout: REQUEST_WITHIN_MS },
    (incoming, outgoing) => {
      void answer(incoming, outgoing, handle).catch(() => outgoing.destroy());
    },
  );
  server.maxConnections = MOST_CONNECTIONS;
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeIdleConnections();
      await closed;
    },
  };
}

async function answer(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  handle: (request: Request) => Promise<Response>,
): Promise<void> {
  const { method = 'GET', url = '/', headers } = incoming;
  if (!URL.canParse(url, 'http://127.0.0.1')) return void outgoing.writeHead(400).end();
  const hasBody = method !== 'GET' && method !== 'HEAD';
  const request = new Request(new URL(url, 'http://127.0.0.1'), {
    method,
    headers: Object.entries(headers).flatMap(([name, value]): [string, string][] =>
      (Array.isArray(value) ? value : [value]).flatMap((one) => (one === undefined ? [] : [[name, one]])),
    ),
    ...(hasBody ? { body: Readable.toWeb(incoming) as ReadableStream<Uint8Array>, duplex: 'half' } : {}),
  });
  const response = await handle(request).catch(() => new Response('internal error', { status: 500 }));
  const body = new Uint8Array(await response.arrayBuffer());
  // Not `writeHead`: with it Node sends chunks, and a proxy that knows the length adds it to them.
  outgoing.statusCode = response.status;
  outgoing.setHeaders(response.headers);
  outgoing.end(body);
}
