import { hmac, toHex } from '@rielrails/kit';
import { addressOfScript, bitcoinAddressRule } from '@rielrails/kit/bitcoin';
import type { EmulatedRequest, EmulatorContext, OutgoingWebhook, Provenance, Route } from '@rielrails/kit/emulator';
import { expressError, malformed, noSuch, platformError, Refusal } from './answers.ts';
import { createBook } from './book.ts';
import type { Book, BookedTransfer } from './book.ts';
import type { BitgoEmulatorConfig, BitgoEmulatorOptions } from './options.ts';
import { createViews } from './views.ts';
import type { Views } from './views.ts';

/** An endpoint before access, ids and the shape of refusals are taken care of. `path` starts after `/api/v2/`. */
export interface Endpoint {
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  /** Express's own, or one of the platform's that Express passes on. */
  readonly of: 'express' | 'platform';
  readonly cites: string;
  readonly provenance: Provenance;
  handle(request: EmulatedRequest, user: User): Response | Promise<Response>;
}

/** Who may call. */
export type User = 'creator' | 'approver';

/** What all endpoints share: one wallet of one enterprise. */
export interface House {
  readonly book: Book;
  readonly views: Views;
  readonly config: BitgoEmulatorConfig;
  readonly options: BitgoEmulatorOptions;
  /** "Policies": a withdrawal of more satoshis waits for another user; with `null`, none does. */
  readonly policy: { approvalAboveSats: bigint | null };
  readonly approverToken: string;
  /** Addresses that nobody may pay. */
  readonly blocked: Set<string>;
  /** A new address of this network. */
  freshAddress(): string;
  isAddress(text: string): boolean;
  route(endpoint: Endpoint): Route;
  refuse(refusal: Refusal): Response;
  /** What is told about a change. */
  notices(transfer: BookedTransfer): readonly OutgoingWebhook[];
}

/** "Rate limits": for a user, whatever the endpoint. */
const CALLS = 360;
const WINDOW_MS = 60_000;

/** Furnishes the house. */
export function createHouse({ clock, random }: EmulatorContext, options: BitgoEmulatorOptions): House {
  const book = createBook(clock, random, options.payGoSats ?? 0n);
  const secret = toHex(random.bytes(32));
  const config: BitgoEmulatorConfig = {
    expressUrl: 'http://127.0.0.1:3080',
    accessToken: `v2x${toHex(random.bytes(32))}`,
    coin: options.coin ?? 'tbtc4',
    walletId: book.id(),
    walletPassphrase: toHex(random.bytes(12)),
    webhookSecrets: [secret],
  };
  const approverToken = `v2x${toHex(random.bytes(32))}`;
  const network = options.network ?? (config.coin === 'btc' ? 'bitcoin' : 'testnet');
  const rule = bitcoinAddressRule(network);
  const calls = new Map<User, number[]>();
  const dialect = options.errors ?? 'name';

  /** A wallet with three keys has P2WSH addresses. */
  function freshAddress(): string {
    return addressOfScript(Uint8Array.from([0x00, 0x20, ...random.bytes(32)]), network) ?? '';
  }

  const fixtures = {
    spent: freshAddress(),
    change: freshAddress(),
    payGo: freshAddress(),
    creator: book.id(),
    enterprise: book.id(),
  };
  const views = createViews(config, fixtures);

  function letIn({ headers, params }: EmulatedRequest): User {
    const told = headers.get('authorization');
    const user = told === `Bearer ${config.accessToken}` ? 'creator' : 'approver';
    if (user === 'approver' && told !== `Bearer ${approverToken}`)
      throw new Refusal(401, 'Unauthorized', 'unauthorized');
    const now = clock.now();
    const recent = (calls.get(user) ?? []).filter((at) => at > now - WINDOW_MS);
    if (recent.length >= CALLS) throw new Refusal(429, 'TooManyRequests', 'too many requests');
    calls.set(user, [...recent, now]);
    if ('coin' in params && params['coin'] !== config.coin) throw noSuch('coin');
    if ('wallet' in params && !/^[0-9a-f]{32}$/.test(params['wallet'] ?? ''))
      throw new Refusal(400, 'InvalidWalletId', 'invalid wallet id');
    if ('wallet' in params && params['wallet'] !== config.walletId) throw noSuch('wallet');
    return user;
  }

  function notice(told: object): OutgoingWebhook {
    const body = JSON.stringify(told);
    return {
      url: options.webhookUrl ?? 'http://rielrails.localhost/webhooks/bitgo',
      headers: {
        'content-type': 'application/json',
        'x-signature-sha256': toHex(hmac('sha256', secret, body)),
        'idempotency-key': toHex(random.bytes(16)),
      },
      body,
    };
  }

  /** Payloads as in recordings and guides: only those of transaction requests bring a `sequenceId`. */
  function notices({ id, txid, state, approval, origin, history }: BookedTransfer): readonly OutgoingWebhook[] {
    const { coin, walletId } = config;
    const change = state === 'signed' ? 'new' : state;
    const told: object[] = [];
    if (approval && (txid === null || state === 'signed'))
      told.push({
        type: 'pendingapproval',
        pendingApprovalType: 'transactionRequest',
        pendingApprovalId: approval.id,
        walletId,
        walletLabel: 'Treasury',
        state: approval.state,
        simulation: false,
      });
    if (txid !== null) told.push({ hash: txid, transfer: id, coin, type: 'transfer', state: change, wallet: walletId });
    if (options.tellsSequenceIds)
      told.push({
        enterpriseId: fixtures.enterprise,
        walletId,
        txRequestId: id,
        txRequestVersion: history.length,
        webhookType: 'txRequest',
        sequenceIds: origin === null ? [] : [origin],
        oldState: history[1]?.action ?? 'initialized',
        newState: state,
      });
    return told.map(notice);
  }

  const refuse = (refusal: Refusal) => platformError(refusal, toHex(random.bytes(8)));

  return {
    book,
    views,
    config,
    options,
    policy: { approvalAboveSats: options.approvalAboveSats ?? null },
    approverToken,
    blocked: new Set(),
    freshAddress,
    isAddress: (text) => rule.read(text).outcome === 'valid',
    refuse,
    notices,
    route: ({ path, handle, of, ...rest }) => ({
      ...rest,
      path: `/api/v2/${path}`,
      async handle(request) {
        try {
          const user = letIn(request);
          if (request.method === 'GET' && request.body.length > 0) throw malformed('body: expected none');
          return await handle(request, user);
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
          return of === 'express' ? expressError(error, toHex(random.bytes(8)), dialect) : refuse(error);
        }
      },
    }),
  };
}
