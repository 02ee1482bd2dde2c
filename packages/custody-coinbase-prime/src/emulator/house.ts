import { toBase64, toHex } from '@rielrails/kit';
import { bitcoinAddressRule } from '@rielrails/kit/bitcoin';
import type { EmulatedRequest, EmulatorContext, Provenance, Route } from '@rielrails/kit/emulator';
import { checkAccess } from './access.ts';
import { answerRefusal, noSuch, Refusal } from './answers.ts';
import { createBook } from './book.ts';
import type { Book } from './book.ts';
import type { CoinbasePrimeEmulatorConfig, CoinbasePrimeEmulatorOptions } from './options.ts';
import { createViews } from './views.ts';
import type { Views } from './views.ts';

/** An endpoint before access, ids and the shape of refusals are taken care of. `path` starts below the portfolio. */
export interface Endpoint {
  readonly name: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly cites: string;
  readonly provenance: Provenance;
  handle(request: EmulatedRequest): Response;
}

/** What all endpoints share: one portfolio with one bitcoin wallet. */
export interface House {
  readonly book: Book;
  readonly views: Views;
  readonly config: CoinbasePrimeEmulatorConfig;
  readonly options: CoinbasePrimeEmulatorOptions;
  /** Whether people have to approve, now. */
  readonly policy: { consensus: 'by-hand' | 'automatic' };
  /** Addresses that may be paid where there is an address book. */
  readonly trusted: Set<string>;
  /** Deposit addresses of this wallet. */
  readonly own: Set<string>;
  isAddress(text: string): boolean;
  route(endpoint: Endpoint): Route;
  refuse(refusal: Refusal): Response;
}

/** Furnishes the house. */
export function createHouse({ clock, random }: EmulatorContext, options: CoinbasePrimeEmulatorOptions): House {
  const book = createBook(clock, random);
  const config: CoinbasePrimeEmulatorConfig = {
    accessKey: toHex(random.bytes(16)),
    passphrase: toHex(random.bytes(8)),
    signingKey: toBase64(random.bytes(64)),
    portfolioId: book.uuid(),
    walletId: book.uuid(),
    walletType: options.walletType ?? 'trading',
    depthWhenDone: 3,
    network: options.network ?? 'bitcoin',
  };
  const rule = bitcoinAddressRule(config.network);
  const refuse = (refusal: Refusal) => answerRefusal(refusal, options.errors ?? 'status');

  function checkIds({ params }: EmulatedRequest): void {
    // "Prime REST API Authentication": an API key is scoped to one portfolio.
    if (params['portfolio'] !== config.portfolioId)
      throw new Refusal(403, 7, 'portfolio is not in the scope of this key');
    if ('wallet' in params && params['wallet'] !== config.walletId) throw noSuch('wallet');
  }

  return {
    book,
    views: createViews(config, options),
    config,
    options,
    policy: { consensus: options.consensus ?? 'by-hand' },
    trusted: new Set(),
    own: new Set(),
    isAddress: (text) => rule.read(text).outcome === 'valid',
    refuse,
    route: ({ path, handle, ...rest }) => ({
      ...rest,
      path: `/v1/portfolios/:portfolio${path}`,
      handle(request) {
        try {
          checkAccess(request, config, clock);
          checkIds(request);
          return handle(request);
        } catch (error) {
          if (error instanceof Refusal) return refuse(error);
          throw error;
        }
      },
    }),
  };
}
