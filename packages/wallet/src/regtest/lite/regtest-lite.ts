import { fromUtf8, parseJson, toBase64, utf8 } from '@rielrails/kit';
import type { Clock, Json } from '@rielrails/kit';
import { createEmulator, jsonResponse } from '@rielrails/kit/emulator';
import type { EmulatedRequest, Emulator, Route } from '@rielrails/kit/emulator';
import { createChain } from './chain.ts';
import { createMempool } from './mempool.ts';
import { methods } from './methods/index.ts';
import type { MethodContext } from './methods/method.ts';
import { createParameters, field } from './parameters.ts';
import { RpcError } from './rpc-error.ts';
import { createWatchWallet } from './watch-wallet.ts';
import type { WatchWallet } from './watch-wallet.ts';

/** Who may call. */
export interface RegtestLiteOptions {
  readonly clock: Clock;
  readonly user: string;
  readonly password: string;
}

/**
 * A stand-in for a bitcoin node on the regression test chain, inside this process. **It is not a node.**
 *
 * What is real: transactions, signatures, sums, coinbase maturity, double spends, replacement, blocks with proof of
 * work, reorganisations, and the codes and words of Bitcoin Core's RPC for the methods it has. What is missing: peers,
 * scripts other than P2PKH, P2WPKH, P2WSH multi-signature and P2TR by key path, block size, fee estimates, and all
 * relay policy beyond form, dust, minimum fee, chains of 25 and replacement. Nothing is stored. The same calls at the
 * same times give the same blocks.
 */
export function createRegtestLite(options: RegtestLiteOptions): Emulator {
  const chain = createChain();
  const mempool = createMempool(chain);
  const wallets = new Map<string, WatchWallet>();
  let mockSeconds = 0;
  const context: MethodContext = {
    chain,
    mempool,
    wallets,
    newWallet: () => createWatchWallet(chain, mempool),
    now: () => mockSeconds || Math.floor(options.clock.now() / 1000),
    setTime: (seconds) => {
      mockSeconds = seconds;
    },
  };
  const expected = `Basic ${toBase64(utf8(`${options.user}:${options.password}`))}`;

  function handle(request: EmulatedRequest): Response {
    if (request.headers.get('authorization') !== expected)
      return new Response(null, { status: 401, headers: { 'www-authenticate': 'Basic realm="jsonrpc"' } });
    return answer(request.body, request.params['name'] ?? null, context);
  }
  const cites = 'Bitcoin Core: JSON-RPC Interface (doc/JSON-RPC-interface.md)';
  const routes: readonly Route[] = [
    { name: 'rpc', method: 'POST', path: '/', cites, provenance: 'seen', handle },
    { name: 'rpc', method: 'POST', path: '/wallet/:name', cites, provenance: 'seen', handle },
  ];
  return createEmulator({
    name: 'regtest-lite',
    clock: options.clock,
    routes,
    wrongMethod: () => new Response('JSONRPC server handles only POST requests', { status: 405 }),
  });
}

function answer(body: Uint8Array, wallet: string | null, context: MethodContext): Response {
  let call: Json;
  try {
    call = parseJson(fromUtf8(body), { maxLength: 2 * 1024 * 1024 });
  } catch {
    return jsonResponse({ result: null, error: { code: -32700, message: 'Parse error' }, id: null }, 500);
  }
  const id = field(call, 'id') ?? null;
  const modern = field(call, 'jsonrpc') === '2.0';
  try {
    const name = field(call, 'method');
    if (typeof name !== 'string') throw new RpcError(-32600, 'Missing method');
    const method = Object.hasOwn(methods, name) ? methods[name] : undefined;
    if (!method) throw new RpcError(-32601, 'Method not found');
    const result = method(createParameters(name, field(call, 'params') ?? []), context, wallet);
    return jsonResponse(modern ? { jsonrpc: '2.0', result, id } : { result, error: null, id });
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
    const { code, message } = error;
    if (modern) return jsonResponse({ jsonrpc: '2.0', error: { code, message }, id });
    const status = code === -32_601 ? 404 : code === -32_600 ? 400 : 500;
    return jsonResponse({ result: null, error: { code, message }, id }, status);
  }
}
