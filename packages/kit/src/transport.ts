import { lookup } from 'node:dns';
import type { LookupAddress } from 'node:dns';
import type { IncomingHttpHeaders } from 'node:http';
import { BlockList, isIP } from 'node:net';
import type { LookupFunction } from 'node:net';
import type { Agent, Dispatcher } from 'undici';
import type { RawAnswer, RawFetch, RawRequest } from './raw-fetch.ts';
import type { Fetch } from './runtime.ts';

/** What the transport may reach and how much it reads. */
export interface TransportOptions {
  /** Ports on 127.0.0.1 that may be reached although loopback is closed. */
  readonly loopbackPorts: readonly number[];
  /** The largest body that is read, in bytes. Default: 4 MiB. */
  readonly maxResponseBytes?: number;
  /** Is told as bytes of an answer come: for progress of long downloads. */
  readonly onBytes?: (received: ReceivedBytes) => void;
}

/** How much of an answer has come. */
export interface ReceivedBytes {
  readonly url: string;
  readonly bytes: number;
  /** What the sender says will come, as it is sent; `null` where it does not say. */
  readonly expected: number | null;
}

/** An address that must not be called: loopback, private, link-local, multicast or otherwise not public. */
export class ForbiddenAddressError extends Error {
  readonly code = 'ERR_FORBIDDEN_ADDRESS';

  constructor(host: string) {
    super(`${host} is not a public address; sandbox and tests list their loopback ports in the runtime`);
    this.name = 'ForbiddenAddressError';
  }
}

const closed = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const) {
  closed.addSubnet(network, prefix, 'ipv4');
}
for (const [network, prefix] of [
  ['::', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
] as const) {
  closed.addSubnet(network, prefix, 'ipv6');
}

/** Whether an address literal lies outside the public internet; IPv4 mapped into IPv6 counts as IPv4. */
export function isClosedAddress(address: string): boolean {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  const text = mapped ?? address;
  return closed.check(text, isIP(text) === 6 ? 'ipv6' : 'ipv4');
}

const guardedLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, found) => {
    if (error) return callback(error, []);
    const addresses: LookupAddress[] = found;
    if (addresses.some(({ address }) => isClosedAddress(address)))
      return callback(new ForbiddenAddressError(hostname), []);
    if (options.all) return callback(null, addresses);
    const [first] = addresses;
    if (!first) return callback(Object.assign(new Error('no address'), { code: 'ENOTFOUND' }), []);
    callback(null, first.address, first.family);
  });
};

/** Connections into the public internet, and to the listed ports of this machine. */
interface Agents {
  readonly open: Agent;
  readonly loopback: Agent;
}

/** `undici` comes with the first call: it is half of what importing an adapter would take. */
async function openAgents(maxResponseSize: number): Promise<Agents> {
  const { Agent } = await import('undici');
  return {
    open: new Agent({ maxResponseSize, connect: { lookup: guardedLookup } }),
    loopback: new Agent({ maxResponseSize }),
  };
}

/**
 * The default way out: an `undici` agent behind `Request → Response`, and directly as {@link RawFetch}.
 *
 * Address literals are checked before connecting and names in the connecting look-up, so that DNS cannot lead a call
 * into the own network. Redirects are not followed; bodies have a size limit.
 */
export function createTransport(options: TransportOptions): Fetch & { readonly raw: RawFetch } {
  const limit = options.maxResponseBytes ?? 4 * 1024 * 1024;
  let opening: Promise<Agents> | undefined;
  const ports = new Set(options.loopbackPorts.map(String));

  const raw: RawFetch = async (request, signal) => {
    const url = new URL(request.url);
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const listed = host === '127.0.0.1' && ports.has(url.port);
    if (!listed && isIP(host) !== 0 && isClosedAddress(host)) throw new ForbiddenAddressError(host);
    opening ??= openAgents(limit);
    const { loopback, open } = await opening;
    return send(listed ? loopback : open, url, request, signal, options.onBytes);
  };

  async function fetch(request: Request, { signal }: { readonly signal?: AbortSignal }): Promise<Response> {
    const { method, url } = request;
    const body = request.body === null ? null : new Uint8Array(await request.arrayBuffer());
    const sent = { method, url, headers: Object.fromEntries(request.headers), body };
    const { status, headers, bytes } = await raw(sent, signal);
    const empty = status === 204 || status === 304 || method === 'HEAD';
    return new Response(empty ? null : (bytes as Uint8Array<ArrayBuffer>), { status, headers });
  }
  return Object.assign(fetch, { raw });
}

/**
 * One request on a connection of the agent: bytes are gathered as they come, without a stream in between.
 *
 * A request that is called off while it waits for its connection is never written.
 */
function send(
  agent: Agent,
  url: URL,
  request: RawRequest,
  signal: AbortSignal | undefined,
  onBytes: TransportOptions['onBytes'],
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason as Error);
    let controller: Dispatcher.DispatchController | undefined;
    let status = 0;
    let headers: IncomingHttpHeaders = {};
    const chunks: Buffer[] = [];
    let bytes = 0;
    const stop = () => {
      reject(signal?.reason as Error);
      controller?.abort(signal?.reason as Error);
    };
    signal?.addEventListener('abort', stop, { once: true });
    const { method, body } = request;
    agent.dispatch(
      { origin: url.origin, path: url.pathname + url.search, method, headers: request.headers, body },
      {
        onRequestStart(started) {
          controller = started;
          if (signal?.aborted) stop();
        },
        onResponseStart(_controller, statusCode, incoming) {
          status = statusCode;
          headers = incoming;
        },
        onResponseData(_controller, chunk) {
          chunks.push(chunk);
          bytes += chunk.length;
          const expected = Number(headers['content-length'] ?? Number.NaN);
          onBytes?.({ url: request.url, bytes, expected: Number.isNaN(expected) ? null : expected });
        },
        onResponseEnd() {
          signal?.removeEventListener('abort', stop);
          resolve({
            status,
            get headers() {
              return readHeaders(headers);
            },
            bytes: Buffer.concat(chunks),
          });
        },
        onResponseError(_controller, error) {
          signal?.removeEventListener('abort', stop);
          reject(error);
        },
      },
    );
  });
}

function readHeaders(incoming: IncomingHttpHeaders): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming)) {
    for (const one of Array.isArray(value) ? value : [value]) if (one !== undefined) headers.append(name, one);
  }
  return headers;
}
