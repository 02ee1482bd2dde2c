import { KHR, money } from '@rielrails/core';
import type { Money, Reference } from '@rielrails/core';
import type { ChatRef, OrderView, Silence, VerificationView } from '@rielrails/orders';
import type { RailId } from '../rails/rail-id.ts';
import type { Play } from './play.ts';

/** A person with a phone: orders, verifies, and pays by scanning. */
export interface Buyer {
  readonly name: string;
  readonly address: string;
  /** The order, as this buyer sees it now. */
  view(): Promise<OrderView>;
  /** This order is the buyer's from now on. */
  follow(order: Reference): Promise<OrderView>;
  /** Asks what an amount buys: of riel, or of another currency. */
  ask(spend: bigint | Money): Promise<OrderView>;
  /** Takes another way of paying. */
  choose(rail: RailId): Promise<OrderView>;
  /** Opens a verification; the desk does not know of it yet. Gives its reference. */
  startVerification(): Promise<string>;
  /** Opens a verification and lets the desk approve it. */
  verify(): Promise<void>;
  verification(): Promise<VerificationView>;
  giveAddress(): Promise<OrderView>;
  /** Looks at the price once more, reads the terms and agrees. */
  confirm(silence?: Silence): Promise<OrderView>;
  /** From nothing to a payment request. */
  order(spend: bigint | Money, silence?: Silence): Promise<OrderView>;
  /** The QR code that is shown now. */
  qr(): Promise<string>;
  /** Scans it with the bank app and pays. */
  pay(options?: { readonly qr?: string; readonly amount?: bigint; readonly name?: string }): Promise<Scan>;
  answerPrice(answer: Silence): Promise<OrderView>;
  /** Waits for a state, however often the engine dies meanwhile. */
  until(state: OrderView['state'], withinMs?: number): Promise<OrderView>;
}

/** What the bank app said. */
export type Scan =
  | { readonly outcome: 'paid'; readonly transaction: string }
  | { readonly outcome: 'refused'; readonly message: string };

/** Who buys where no script says otherwise. */
export const NAME = 'SOK DARA';

/** A plain number counts riel. */
export function moneyOf(spend: bigint | Money): Money {
  return typeof spend === 'bigint' ? money(KHR, spend) : spend;
}

/**
 * Makes a buyer who speaks with the engine itself, as a front end does, with an address of their own.
 *
 * The engine knows no front end: a channel is only a name.
 */
export async function createBuyer(play: Play, ref: ChatRef, name: string = NAME): Promise<Buyer> {
  const tell = <T>(command: string, ...args: readonly unknown[]) =>
    play.engine<T>('buyer', { command, args: [ref, ...args] });
  const { address } = await play.act<{ readonly address: string }>('chain/address', {});
  let id: Reference | null = null;
  const own = () => {
    if (id === null) throw new Error('this buyer has ordered nothing yet');
    return id;
  };
  const remember = (view: OrderView) => {
    id = view.id;
    return view;
  };

  const buyer: Buyer = {
    name,
    address,
    view: () => tell('view', own()),
    follow: async (order) => remember(await tell('view', order)),
    async ask(spend) {
      const amount = moneyOf(spend);
      return remember(await tell('quote', { want: { type: 'spend', amount }, payIn: amount.asset }));
    },
    choose: (rail) => tell('chooseRail', own(), { rail, silence: 'deliver' }),
    async startVerification() {
      const before = new Set((await play.applied()).cases);
      await tell('verify');
      const fresh = (await play.applied()).cases.find((reference) => !before.has(reference));
      if (fresh === undefined) throw new Error('the KYC desk has no case of this buyer');
      return fresh;
    },
    async verify() {
      const reference = await buyer.startVerification();
      await play.act('kyc/approve', { reference, name, born: '1990-01-01', country: 'KH' });
      await play.until(`${name} is verified`, async () => (await buyer.verification()).status === 'approved');
    },
    verification: async () => (await tell<{ readonly verification: VerificationView }>('limits')).verification,
    giveAddress: () => tell('giveAddress', own(), address),
    async confirm(silence = 'refund') {
      const now = await buyer.view();
      if (now.state !== 'quoted') return now;
      await tell('refresh', own());
      const { hash } = await tell<{ readonly hash: string }>('terms', own());
      return tell('confirm', own(), { termsHash: hash, silence });
    },
    async order(spend, silence) {
      await buyer.ask(spend);
      await buyer.verify();
      await buyer.giveAddress();
      await buyer.confirm(silence);
      return buyer.until('awaiting-payment');
    },
    async qr() {
      const { next } = await buyer.view();
      if (next?.type !== 'qr') throw new Error('no QR code is shown');
      return next.payload;
    },
    async pay({ qr, amount, name: payer = name } = {}) {
      const input = {
        qr: qr ?? (await buyer.qr()),
        name: payer,
        ...(amount === undefined ? {} : { amount: amount.toString(), asset: 'KHR' }),
      };
      const { scans } = await play.act<{ readonly scans: readonly [Scan] }>('bank/pay', input);
      return scans[0];
    },
    answerPrice: (answer) => tell('answerPrice', own(), answer),
    async until(state, withinMs) {
      let view = await buyer.view();
      await play.until(
        `order ${view.number} is ${state}`,
        async () => {
          view = await buyer.view();
          return view.state === state;
        },
        withinMs,
      );
      return view;
    },
  };
  return buyer;
}
