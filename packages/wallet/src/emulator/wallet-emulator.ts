import { BTC, money } from '@rielrails/core';
import type { Money } from '@rielrails/core';
import { fromHex, fromUtf8, parseJson, Secret, silentLog, toHex } from '@rielrails/kit';
import type { Json, Runtime } from '@rielrails/kit';
import { createEmulator } from '@rielrails/kit/emulator';
import type { CustodyEmulator, EmulatedRequest, EmulatorContext } from '@rielrails/kit/emulator';
import { BIP32Factory } from 'bip32';
import type { BIP32Interface } from 'bip32';
import { address as addresses, networks, payments, Transaction } from 'bitcoinjs-lib';
import * as secp256k1 from 'tiny-secp256k1';
import { createRegtestMiner } from '../regtest/miner.ts';
import { createRegtestLite } from '../regtest/lite/regtest-lite.ts';

/** What a wallet and its signer need to live on the emulated network. */
export interface WalletEmulatorConfig {
  readonly network: 'regtest';
  readonly url: string;
  readonly user: string;
  readonly password: string;
  /** The signer's seed, in hexadecimal. */
  readonly seed: string;
  readonly bindingKey: string;
}

/** Change of the wallet is looked for on this many addresses. */
const CHANGE_ADDRESSES = 200;
const URL = 'http://127.0.0.1:18443';

/**
 * The network as a wallet sees it: the JSON-RPC of {@link createRegtestLite}, with `sendrawtransaction` as a route of
 * its own so that faults can be planned for the very call that pays.
 *
 * `applied.withdrawals` is read from the transactions that the node holds: every output that is not the wallet's own
 * change. A chain knows no references, so the transaction id stands in their place.
 */
export function createWalletEmulator({ clock, random }: EmulatorContext): CustodyEmulator<WalletEmulatorConfig> {
  const config: WalletEmulatorConfig = {
    network: 'regtest',
    url: URL,
    user: 'rielrails',
    password: toHex(random.bytes(16)),
    seed: toHex(random.bytes(32)),
    bindingKey: toHex(random.bytes(32)),
  };
  const credentials = { user: config.user, password: new Secret(config.password) };
  const node = createRegtestLite({ clock, user: config.user, password: config.password });
  const runtime: Runtime = { fetch: node.fetch, clock, random, log: silentLog };
  const miner = createRegtestMiner({ url: URL, credentials }, runtime);

  const bip32 = BIP32Factory(secp256k1);
  const account = bip32.fromSeed(fromHex(config.seed), networks.regtest).derivePath("m/84'/1'/0'");
  const changeBranch = account.derive(1);
  const change = new Set(Array.from({ length: CHANGE_ADDRESSES }, (_, index) => addressOf(changeBranch.derive(index))));
  const customers = bip32.fromSeed(random.bytes(32), networks.regtest);
  let customerCount = 0;

  const broadcast = new Map<string, Transaction>();
  let held: readonly Transaction[] = [];

  /** Hands a request to the node; afterwards reads which of the broadcast transactions it holds. */
  async function forward(request: EmulatedRequest): Promise<Response> {
    const { pathname } = request.url;
    const inner = new Request(URL + (pathname === '/sendrawtransaction' ? '/' : pathname), {
      method: request.method,
      headers: request.headers,
      body: request.body,
    });
    const call = readCall(request.body);
    const response = await node.fetch(inner, {});
    if (call.method === 'sendrawtransaction' && call.hex !== null) {
      const transaction = Transaction.fromHex(call.hex);
      broadcast.set(transaction.getId(), transaction);
      held = await readHeld();
    }
    return response;
  }

  async function readHeld(): Promise<readonly Transaction[]> {
    const found: Transaction[] = [];
    for (const [txid, transaction] of broadcast) if (await isHeld(txid)) found.push(transaction);
    return found;
  }

  async function isHeld(txid: string): Promise<boolean> {
    const request = new Request(`${URL}/`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${config.user}:${config.password}`)}` },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'getrawtransaction', params: [txid] }),
    });
    const answer = parseJson(await (await node.fetch(request, {})).text());
    return typeof field(answer, 'result') === 'string';
  }

  const cites = 'Bitcoin Core: JSON-RPC Interface (doc/JSON-RPC-interface.md)';
  const rpc = { method: 'POST', cites, provenance: 'seen', handle: forward } as const;
  const outer = createEmulator({
    name: 'wallet',
    clock,
    routes: [
      { ...rpc, name: 'sendrawtransaction', path: '/sendrawtransaction' },
      { ...rpc, name: 'rpc', path: '/' },
      { ...rpc, name: 'wallet-rpc', path: '/wallet/:name' },
    ],
    throttled: () => new Response('Work queue depth exceeded', { status: 503 }),
  });

  return {
    ...outer,
    fetch: async (request, options) => {
      const body = new Uint8Array(await request.arrayBuffer());
      const { method, headers } = request;
      const isBroadcast =
        new globalThis.URL(request.url).pathname === '/' && readCall(body).method === 'sendrawtransaction';
      const path = isBroadcast ? `${URL}/sendrawtransaction` : request.url;
      return outer.fetch(new Request(path, { method, headers, ...(body.length > 0 ? { body } : {}) }), options);
    },
    config,
    network: {
      address() {
        customerCount += 1;
        return addressOf(customers.derive(customerCount));
      },
      async confirm(blocks = 1) {
        await miner.mine(blocks);
        held = await readHeld();
      },
      async fund(amount: Money) {
        await miner.fund(addressOf(account.derive(0).derive(0)), amount.minor);
      },
    },
    applied: {
      get withdrawals() {
        return held.flatMap((transaction) =>
          transaction.outs
            .map(({ script, value }) => ({
              reference: transaction.getId(),
              address: addresses.fromOutputScript(script, networks.regtest),
              amount: money(BTC, value),
            }))
            .filter(({ address }) => !change.has(address)),
        );
      },
    },
  };
}

function addressOf({ publicKey }: BIP32Interface): string {
  return payments.p2wpkh({ pubkey: publicKey, network: networks.regtest }).address ?? '';
}

/** The method of a JSON-RPC call, and its first parameter where that is a transaction. */
function readCall(body: Uint8Array): { readonly method: string; readonly hex: string | null } {
  try {
    const call = parseJson(fromUtf8(body));
    const parameters = field(call, 'params');
    const hex = Array.isArray(parameters) ? (parameters as readonly Json[])[0] : undefined;
    const method = field(call, 'method');
    return { method: typeof method === 'string' ? method : '', hex: typeof hex === 'string' ? hex : null };
  } catch {
    return { method: '', hex: null };
  }
}

function field(value: Json, name: string): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && name in value
    ? (value as { readonly [key: string]: Json })[name]
    : undefined;
}
