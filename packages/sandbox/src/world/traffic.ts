import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { HttpBindings } from '@hono/node-server';
import type { Fetch } from '@rielrails/kit';
import { REFUSED_HEADER } from '../reroute.ts';

/** Whatever answers for a host. */
export interface HostHandler {
  readonly fetch: Fetch;
}

/** A provider's page shares our page's origin, so it may show and send forms and nothing more. */
const PROVIDER_PAGE_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const HOP_BY_HOP = ['host', 'connection', 'keep-alive', 'transfer-encoding', 'content-length', 'upgrade', 'te'];

/** Who answers for which host, and which of them is the shop itself. */
export interface Internet {
  readonly hosts: Readonly<Record<string, HostHandler>>;
  /** The shop's own host: what its pages may load is for them to say. */
  readonly shopHost?: string;
}

/**
 * Hands a rerouted request to the emulator of its host, as the request was meant, and plays connection faults on the
 * real socket.
 */
export async function answerTraffic(incoming: Request, bindings: HttpBindings, internet: Internet): Promise<Response> {
  const { hosts } = internet;
  const url = new URL(incoming.url);
  const [, , host = '', ...rest] = url.pathname.split('/');
  const handler = Object.hasOwn(hosts, host) ? hosts[host] : undefined;
  if (!handler) return new Response('No emulator plays this host.\n', { status: 404 });
  const body = incoming.body === null ? null : await incoming.arrayBuffer();
  const headers = endToEnd(incoming.headers);
  const caller = new AbortController();
  // The socket itself tells when the caller is gone; a Request that middleware has rebuilt may not.
  bindings.outgoing.once('close', () => {
    if (!bindings.outgoing.writableFinished) caller.abort(new Error('the caller is gone'));
  });
  const request = new Request(`https://${host}/${rest.join('/')}${url.search}`, {
    method: incoming.method,
    headers,
    body,
  });
  try {
    const response = await handler.fetch(request, { signal: caller.signal });
    if (incoming.headers.get('sec-fetch-dest') === 'document')
      return await forBrowser(response, { host, origin: url.origin, ...internet });
    return new Response(response.body, { status: response.status, headers: endToEnd(response.headers) });
  } catch (error) {
    if (caller.signal.aborted) return gone(bindings);
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ECONNREFUSED') return new Response(null, { status: 502, headers: { [REFUSED_HEADER]: '1' } });
    return gone(bindings);
  }
}

/** Headers without those that belong to one connection. */
function endToEnd(given: Headers): Headers {
  const headers = new Headers(given);
  for (const name of HOP_BY_HOP) headers.delete(name);
  return headers;
}

/** Ends the connection without an answer. */
function gone({ incoming }: HttpBindings): Response {
  incoming.socket.destroy();
  return RESPONSE_ALREADY_SENT;
}

/** What a page is shown from. */
interface Showing extends Internet {
  /** Of the page that is shown. */
  readonly host: string;
  /** Of this server. */
  readonly origin: string;
}

/**
 * A page of somebody else, opened from our page: its links keep leading to emulators or back to the chat. It runs no
 * script, unless it is the shop's own and says which.
 */
async function forBrowser(response: Response, showing: Showing): Promise<Response> {
  const { host, shopHost, origin, hosts } = showing;
  const headers = endToEnd(response.headers);
  const location = URL.parse(headers.get('location') ?? '', `https://${host}`);
  if (headers.has('location') && location) {
    const { pathname, search } = location;
    headers.set('location', leadOf(location.host, `${pathname}${search}`, hosts) ?? location.href);
  }
  // Without a referrer a browser would send its forms as those of nobody, and they would be refused.
  headers.set('referrer-policy', 'same-origin');
  if (!headers.get('content-type')?.startsWith('text/html'))
    return new Response(response.body, { status: response.status, headers });
  const own = host === shopHost ? headers.get('content-security-policy') : null;
  const here = (all: string, name: string, path = '/') =>
    Object.hasOwn(hosts, name) ? `${origin}/host/${name}${path}` : all;
  headers.set(
    'content-security-policy',
    own?.replaceAll(/https:\/\/([\w.-]+)(\/[^\s;,]*)?/g, here) ?? PROVIDER_PAGE_POLICY,
  );
  const page = (await response.text())
    .replaceAll(/\b(action|href|src)="\/(?!\/)/g, `$1="/host/${host}/`)
    .replaceAll(
      /\b(action|href|src)="https:\/\/([\w.-]+)([^"]*)"/g,
      (all, name: string, other: string, rest: string) => {
        const lead = leadOf(other, rest, hosts);
        return lead === null ? all : `${name}="${lead}"`;
      },
    )
    .replace('</body>', '<p><a href="/">Back to the sandbox</a></p>\n</body>');
  return new Response(page, { status: response.status, headers });
}

/** Where an address of the emulated internet is on this server; `null` where nobody plays its host. */
function leadOf(host: string, rest: string, hosts: Internet['hosts']): string | null {
  // Telegram's own links open the chat.
  if (host === 't.me') return '/';
  return Object.hasOwn(hosts, host) ? `/host/${host}${rest}` : null;
}
