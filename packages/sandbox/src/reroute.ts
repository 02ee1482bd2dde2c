import type { Fetch } from '@rielrails/kit';

/** The header by which the world says: behave as if nobody had listened. */
export const REFUSED_HEADER = 'x-sandbox-refused';

/** Where the emulated hosts really are. */
export interface RerouteOptions {
  /** The world server's address: `http://127.0.0.1:4100`. */
  readonly world: string;
  /** The hosts that it plays: `api.binance.com`. */
  readonly hosts: readonly string[];
}

/**
 * A way out on which providers keep their real addresses while every call ends at the world server.
 *
 * Calls to this machine pass. Every other host is refused with `ECONNREFUSED`: whoever holds this cannot reach the
 * internet by a forgotten entry.
 */
export function rerouteFetch(fetch: Fetch, { world, hosts }: RerouteOptions): Fetch {
  const known = new Set(hosts);
  return async (request, call) => {
    const url = new URL(request.url);
    if (!known.has(url.host)) {
      if (url.hostname === '127.0.0.1') return fetch(request, call);
      throw refused(url.host);
    }
    const response = await fetch(
      await readdressed(request, `${world}/host/${url.host}${url.pathname}${url.search}`),
      call,
    );
    if (response.headers.has(REFUSED_HEADER)) throw refused(url.host);
    return response;
  };
}

/** Sends what is meant for the public origin of the shop (webhooks) to the engine on this machine. */
export function rerouteOrigin(fetch: Fetch, { from, to }: { readonly from: string; readonly to: string }): Fetch {
  return async (request, call) => {
    const url = new URL(request.url);
    if (url.origin !== from) throw refused(url.host);
    return fetch(await readdressed(request, `${to}${url.pathname}${url.search}`), call);
  };
}

async function readdressed(request: Request, address: string): Promise<Request> {
  const { method, headers } = request;
  return new Request(address, { method, headers, body: request.body === null ? null : await request.arrayBuffer() });
}

function refused(host: string): Error {
  return Object.assign(new Error(`connect ECONNREFUSED ${host}`), { code: 'ECONNREFUSED' });
}
