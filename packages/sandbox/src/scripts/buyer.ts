import { KHR, money } from '@rielrails/core';
import type { Money, Reference, NextActionType } from '@rielrails/core';
import type { PaymentOutcome } from '@rielrails/provider-apay/telegram-emulator';
import type { ChatRef, OrderView, Silence, VerificationView } from '@rielrails/orders';
import { formatAmount } from '@rielrails/kit';
import type { RailId } from '../rails/rail-id.ts';
import { openPage } from './browser.ts';
import { payOn } from './hosted.ts';
import type { Play } from './play.ts';

/** A person with a phone: orders, verifies, and pays by scanning. */
export interface Buyer {
  /** How the engine knows this buyer. */
  readonly ref: ChatRef;
  readonly name: string;
  readonly address: string;
  /** The order, as this buyer sees it now. */
  view(): Promise<OrderView>;
  /** This order is the buyer's from now on. */
  follow(order: Reference): Promise<OrderView>;
  /** Asks what an amount buys: of riel, or of another currency. */
  ask(spend: bigint | Money): Promise<OrderView>;
  /** Takes another way of paying. */
  choose(rail: RailId | 'wing-no-proof', way?: NextActionType): Promise<OrderView>;
  /** Opens a verification; the desk does not know of it yet. Gives its reference. */
  startVerification(): Promise<string>;
  /** Opens a verification and lets the desk approve it. Whoever shows the same document is the same human. */
  verify(documentNumber?: string): Promise<void>;
  verification(): Promise<VerificationView>;
  giveAddress(): Promise<OrderView>;
  /** Looks at the price once more, reads the terms and agrees. */
  confirm(silence?: Silence): Promise<OrderView>;
  /** From nothing to a payment request. */
  order(spend: bigint | Money, silence?: Silence): Promise<OrderView>;
  /** The QR code that is shown now. */
  qr(): Promise<string>;
  /** Pays what is shown, however that is done on this rail. */
  pay(options?: PayOptions): Promise<Scan>;
  /** Hands in what the payer's side produced. */
  complete(token: string): Promise<OrderView>;
  answerPrice(answer: Silence): Promise<OrderView>;
  /** Waits for a state, however often the engine dies meanwhile. */
  until(state: OrderView['state'], withinMs?: number): Promise<OrderView>;
}

/** How somebody pays. */
export interface PayOptions {
  /** Another code than the one that is shown now. */
  readonly qr?: string;
  /** Another link than the one that is shown now. */
  readonly url?: string;
  /** Of riel, where the bank app lets that be changed. */
  readonly amount?: bigint;
  /** Whose account it comes from, in the bank app. */
  readonly name?: string;
  /** What is typed or pressed on a hosted page instead of the usual. */
  readonly typed?: Readonly<Record<string, string>>;
  /** The phone on which a Telegram invoice is paid. */
  readonly chat?: number;
}

/** What the bank app said, or the page. */
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

  async function scan(qr: string, { amount, name: payer = name }: PayOptions): Promise<Scan> {
    const changed = amount === undefined ? {} : { amount: amount.toString(), asset: 'KHR' };
    const { scans } = await play.act<{ readonly scans: readonly [Scan] }>('bank/pay', { qr, name: payer, ...changed });
    return scans[0];
  }

  async function open(url: string, { typed, chat = Number(ref.chat) }: PayOptions): Promise<Scan> {
    const slug = /^https:\/\/t\.me\/\$([\w-]+)$/.exec(url)?.[1];
    if (slug !== undefined) {
      const paid = await play.act<PaymentOutcome>('chat/pay-invoice', { chat, slug });
      return paid.outcome === 'paid' ? { outcome: 'paid', transaction: paid.charge.telegramId } : paid;
    }
    const page = await payOn(await openPage(play.sandbox, url), url, typed);
    const said = /<h1>([^<]*)<\/h1>/.exec(page.html)?.[1] ?? '';
    return page.status === 200 ? { outcome: 'paid', transaction: said } : { outcome: 'refused', message: said };
  }

  const buyer: Buyer = {
    ref,
    name,
    address,
    view: () => tell('view', own()),
    follow: async (order) => remember(await tell('view', order)),
    async ask(spend) {
      const amount = moneyOf(spend);
      return remember(await tell('quote', { want: { type: 'spend', amount }, payIn: amount.asset }));
    },
    choose: (rail, way) =>
      tell('chooseRail', own(), { rail, ...(way === undefined ? {} : { way }), silence: 'deliver' }),
    async startVerification() {
      const before = new Set((await play.applied()).cases);
      await tell('verify');
      const fresh = (await play.applied()).cases.find((reference) => !before.has(reference));
      if (fresh === undefined) throw new Error('the KYC desk has no case of this buyer');
      return fresh;
    },
    async verify(documentNumber) {
      const reference = await buyer.startVerification();
      const shown = documentNumber === undefined ? {} : { documentNumber };
      await play.act('kyc/approve', { reference, name, born: '1990-01-01', country: 'KH', ...shown });
      await play.until(`${name} is verified`, async () => (await buyer.verification()).status === 'approved');
    },
    verification: async () => (await tell<{ readonly verification: VerificationView }>('limits')).verification,
    giveAddress: () => tell('giveAddress', own(), address),
    async confirm(silence) {
      const now = await buyer.view();
      if (now.state !== 'quoted') return now;
      await tell('refresh', own());
      const { hash } = await tell<{ readonly hash: string }>('terms', own());
      return tell('confirm', own(), { termsHash: hash, silence: silence ?? now.silenceChoices[0] });
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
    async pay(options = {}) {
      if (options.qr !== undefined) return scan(options.qr, options);
      if (options.url !== undefined) return open(options.url, options);
      const { next, toPay } = await buyer.view();
      switch (next?.type) {
        case 'qr':
          return scan(next.payload, options);
        case 'redirect':
        case 'telegram-invoice':
          return open(next.url, options);
        case 'embedded-form':
          await buyer.complete(await play.sandbox.world.call<string>('card', 'success'));
          return { outcome: 'paid', transaction: 'by card' };
        case 'pay-to-account': {
          if (!toPay) throw new Error('no amount is shown');
          const { asset } = toPay;
          const input = { account: next.account, amount: formatAmount(toPay), asset: asset.code };
          const sent = await play.act<Scan>('bank/transfer', input);
          if (sent.outcome === 'paid') await buyer.complete(sent.transaction);
          return sent;
        }
        default:
          throw new Error('nothing is shown that can be paid');
      }
    },
    complete: (token) => tell('complete', own(), token),
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
