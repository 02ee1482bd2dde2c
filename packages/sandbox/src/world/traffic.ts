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

/**
 * Hands a rerouted request to the emulator of its host, as the request was meant, and plays connection faults on the
 * real socket.
 */
export async function answerTraffic(
  incoming: Request,
  bindings: HttpBindings,
  hosts: Readonly<Record<string, HostHandler>>,
): Promise<Response> {
  const url = new URL(incoming.url);
  const [, , host = '', ...rest] = url.pathname.split('/');
  const handler = Object.hasOwn(hosts, host) ? hosts[host] : undefined;
  if (!handler) return new Response('No emulator plays this host.\n', { status: 404 });
  const body = incoming.body === null ? null : await incoming.arrayBuffer();
  const headers = new Headers(incoming.headers);
  for (const name of HOP_BY_HOP) headers.delete(name);
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
    return incoming.headers.get('sec-fetch-dest') === 'document' ? forBrowser(response, host, hosts) : response;
  } catch (error) {
    if (caller.signal.aborted) return gone(bindings);
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ECONNREFUSED') return new Response(null, { status: 502, headers: { [REFUSED_HEADER]: '1' } });
    return gone(bindings);
  }
}

/** Ends the connection without an answer. */
function gone({ incoming }: HttpBindings): Response {
  incoming.socket.destroy();
  return RESPONSE_ALREADY_SENT;
}

/** A provider's page opened from our page: its own links keep leading to the emulator, and it runs no script. */
async function forBrowser(
  response: Response,
  host: string,
  hosts: Readonly<Record<string, HostHandler>>,
): Promise<Response> {
  const headers = new Headers(response.headers);
  const target = URL.parse(headers.get('location') ?? '', `https://${host}`);
  if (headers.has('location') && target && Object.hasOwn(hosts, target.host))
    headers.set('location', `/host/${target.host}${target.pathname}${target.search}`);
  if (!headers.get('content-type')?.startsWith('text/html'))
    return new Response(response.body, { status: response.status, headers });
  headers.set('content-security-policy', PROVIDER_PAGE_POLICY);
  const page = (await response.text()).replaceAll(/\b(action|href|src)="\/(?!\/)/g, `$1="/host/${host}/`);
  return new Response(page, { status: response.status, headers });
}
