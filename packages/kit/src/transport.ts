import { lookup } from 'node:dns';
import type { LookupAddress } from 'node:dns';
import { BlockList, isIP } from 'node:net';
import type { LookupFunction } from 'node:net';
import { Agent, request as send } from 'undici';
import type { Fetch } from './runtime.ts';

/** What the transport may reach and how much it reads. */
export interface TransportOptions {
  /** Ports on 127.0.0.1 that may be reached although loopback is closed. */
  readonly loopbackPorts: readonly number[];
  /** The largest body that is read, in bytes. Default: 4 MiB. */
  readonly maxResponseBytes?: number;
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

/**
 * The default way out: `undici.request` behind `Request → Response`.
 *
 * Address literals are checked before connecting and names in the connecting look-up, so that DNS cannot lead a call
 * into the own network. Redirects are not followed; bodies have a size limit.
 */
export function createTransport(options: TransportOptions): Fetch {
  const limit = options.maxResponseBytes ?? 4 * 1024 * 1024;
  const open = new Agent({ maxResponseSize: limit, connect: { lookup: guardedLookup } });
  const loopback = new Agent({ maxResponseSize: limit });
  const ports = new Set(options.loopbackPorts.map(String));
  return async (request, { signal }) => {
    const url = new URL(request.url);
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const listed = host === '127.0.0.1' && ports.has(url.port);
    if (!listed && isIP(host) !== 0 && isClosedAddress(host)) throw new ForbiddenAddressError(host);
    const body = request.body === null ? null : new Uint8Array(await request.arrayBuffer());
    const answer = await send(url, {
      method: request.method as 'GET',
      headers: [...request.headers].flat(),
      body,
      dispatcher: listed ? loopback : open,
      ...(signal ? { signal } : {}),
    });
    const bytes = await answer.body.bytes();
    const headers = new Headers();
    for (const [name, value] of Object.entries(answer.headers)) {
      for (const one of Array.isArray(value) ? value : [value]) if (one !== undefined) headers.append(name, one);
    }
    const empty = answer.statusCode === 204 || answer.statusCode === 304 || request.method === 'HEAD';
    return new Response(empty ? null : bytes, { status: answer.statusCode, headers });
  };
}
