import { createBinanceEmulator } from '@rielrails/exchange/binance-emulator';
import type { BinanceEmulator } from '@rielrails/exchange/binance-emulator';
import { createKrakenEmulator } from '@rielrails/exchange/kraken-emulator';
import type { KrakenEmulator } from '@rielrails/exchange/kraken-emulator';
import type { EmulatorContext } from '@rielrails/kit/emulator';
import type { ExchangeDesk } from '../world/desks.ts';
import { otherVenue } from './venue-id.ts';
import type { VenueId } from './venue-id.ts';

/** The venues of a world. */
export interface Venues {
  /** Where the shop has its account. */
  readonly own: BinanceEmulator | KrakenEmulator;
  readonly hosts: Readonly<Record<string, BinanceEmulator | KrakenEmulator>>;
  readonly desk: ExchangeDesk;
}

const SHOWN_LEVELS = 5;
const SHOWN_ORDERS = 20;

/** Opens both. A price that moves, moves at both, for it is one market; the second one alone on demand. */
export function openVenues(
  context: EmulatorContext,
  { venue, exchangeUsdt }: { readonly venue: VenueId; readonly exchangeUsdt: string },
): Venues {
  const balances = { USDT: exchangeUsdt, BTC: '0', BNB: '0' };
  const venues = {
    binance: createBinanceEmulator(context, { balances }),
    kraken: createKrakenEmulator(context, { balances: { USDT: exchangeUsdt, BTC: '0' } }),
  };
  const own = venues[venue];
  const second = venues[otherVenue(venue)];
  return {
    own,
    hosts: { 'api.binance.com': venues.binance, 'api.kraken.com': venues.kraken },
    desk: {
      market: {
        ...own.market,
        move(basisPoints) {
          own.market.move(basisPoints);
          second.market.move(basisPoints);
        },
        jumpAtNextOrder: (basisPoints, spared) =>
          own.market.jumpAtNextOrder(basisPoints, spared, () => second.market.move(basisPoints)),
      },
      moveSecond: (basisPoints) => second.market.move(basisPoints),
      view() {
        const { asks, bids, trading } = own.market.view(SHOWN_LEVELS);
        const free = (asset: string) => own.market.balance(asset).free;
        return {
          symbol: 'BTC/USDT',
          asks,
          bids,
          balances: { USDT: free('USDT'), BTC: free('BTC') },
          halted: !trading,
          orders: own.applied.orders.slice(-SHOWN_ORDERS),
          second: { name: second.name, price: second.market.view(1).asks[0]?.[0] ?? '' },
        };
      },
    },
  };
}
