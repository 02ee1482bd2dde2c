import { BTC, InputError, KHR, money, parseReference } from '@rielrails/core';
import type { Instant, KycReason, Reference } from '@rielrails/core';
import { fromUtf8 } from '@rielrails/kit';
import type {
  BuyerAction,
  BuyerCommands,
  ChatRef,
  Language,
  MessageHandler,
  Orders,
  OrderView,
  QuoteRequest,
  RailView,
  PersonExport,
} from '@rielrails/orders';

/** An engine that remembers what it was asked, and whose one order is set by the test. */
export interface FakeOrders {
  readonly orders: Orders;
  /** Every command that reached the engine, as text. */
  readonly asked: string[];
  readonly languages: Map<string, Language>;
  order: OrderView | null;
  /** The ways of paying; with more than one, `choose-rail` is among what a quote allows. */
  rails: readonly RailView[];
  verified: boolean;
  /** Why a verification did not succeed. */
  reasons: readonly KycReason[];
  now: number;
  /** Thrown by the next command. */
  failure: Error | null;
  readonly stored: string[];
}

export const ORDER: Reference = parseReference('9223372036854775807');
export const ADDRESS = 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080';
export const TRANSACTION = 'f4184fc596403b9d638783cf57adfe4c75c605f6356fbc91338530e9831e9e16';
const HASH = 'ab'.repeat(32);

/** A view in some step, with what the test wants to be different. */
export function viewOf(changes: Partial<OrderView> = {}): OrderView {
  return {
    id: ORDER,
    number: 'R-4821-3907',
    version: 3,
    state: 'quoted',
    step: 'quote',
    language: 'en',
    lines: [
      { key: 'pay', amount: money(KHR, 41_000n) },
      { key: 'fee', amount: money(KHR, 615n) },
      { key: 'exchange-fee', amount: money(BTC, 10n) },
      { key: 'network-fee', amount: money(BTC, 282n) },
      { key: 'price', amount: money(KHR, 409_200_000n) },
      { key: 'arrives', amount: money(BTC, 10_021n) },
      { key: 'floor', amount: money(BTC, 9_920n) },
    ],
    quoteValidUntil: 1_795_229_700_000 as Instant,
    address: null,
    rail: 'payway',
    declined: false,
    next: null,
    toPay: null,
    payBy: null,
    received: null,
    question: null,
    delivery: null,
    refunds: [],
    refundWay: 'rail',
    refundWithinMs: 72 * 3_600_000,
    silenceChoices: ['refund', 'deliver'],
    may: ['give-address', 'refresh-quote', 'cancel'],
    timeline: [],
    createdAt: 1_795_229_400_000 as Instant,
    ...changes,
  };
}

/** The same order once it waits for its payment. */
export function payableView(changes: Partial<OrderView> = {}): OrderView {
  return viewOf({
    state: 'awaiting-payment',
    step: 'pay',
    version: 9,
    address: ADDRESS,
    next: { type: 'qr', standard: 'khqr', payload: '0002010102123051001', expiresAt: 1_795_230_600_000 as Instant },
    toPay: money(KHR, 41_000n),
    payBy: 1_795_230_600_000 as Instant,
    may: ['pay', 'cancel'],
    ...changes,
  });
}

const limits = { minimum: money(KHR, 4_000n), maximum: money(KHR, 400_000n) };

/** A way of paying, with what the test wants to be different. */
export function railOf(id: string, changes: Partial<RailView> = {}): RailView {
  return {
    id,
    way: 'qr',
    isFirst: true,
    assets: [KHR],
    limits,
    chosen: false,
    state: 'available',
    refundWay: 'by-hand',
    reversibleForMs: null,
    ...changes,
  };
}

/** Makes the engine. */
export function createFakeOrders(): FakeOrders {
  const handlers = new Map<string, MessageHandler>();
  const known = new Set<string>();
  const fake: FakeOrders = {
    asked: [],
    languages: new Map(),
    order: null,
    rails: [],
    verified: true,
    reasons: [],
    now: 1_795_229_400_000,
    failure: null,
    stored: [],
    orders: {} as Orders,
  };
  const ask = (what: string) => {
    fake.asked.push(what);
    const { failure } = fake;
    fake.failure = null;
    if (failure) throw failure;
  };
  const own = (chat: ChatRef, id: Reference): OrderView => {
    if (!fake.order || id !== fake.order.id) throw new InputError('order', 'unknown', 'there is no such order');
    if (chat.chat !== '42') throw new InputError('order', 'not-yours', 'this order belongs to another chat');
    return fake.order;
  };
  const change = (changes: Partial<OrderView>): OrderView => {
    if (!fake.order) throw new Error('the test set no order');
    fake.order = { ...fake.order, ...changes, version: fake.order.version + 1 };
    return fake.order;
  };
  const may = (address: string | null): readonly BuyerAction[] => [
    'give-address',
    'refresh-quote',
    'cancel',
    ...(fake.rails.length > 1 ? (['choose-rail'] as const) : []),
    ...(fake.verified ? (address === null ? [] : (['confirm'] as const)) : (['verify'] as const)),
  ];

  const buyer: BuyerCommands = {
    language: async ({ chat }) => fake.languages.get(chat) ?? null,
    async setLanguage({ chat }, language) {
      fake.languages.set(chat, language);
    },
    async quote({ chat }, { want, payIn }: QuoteRequest) {
      ask(`quote ${want.type} ${want.amount.minor} ${want.amount.asset.code} in ${payIn.code}`);
      const language = fake.languages.get(chat) ?? 'en';
      fake.order = viewOf({ language, may: may(null) });
      return fake.order;
    },
    async refresh(chat, id) {
      own(chat, id);
      ask('refresh');
      return change({ quoteValidUntil: (fake.now + 300_000) as Instant });
    },
    async giveAddress(chat, id, address) {
      own(chat, id);
      ask(`address ${address}`);
      return change({ address, may: may(address) });
    },
    async verify() {
      ask('verify');
      return fake.verified
        ? { status: 'approved', url: null, reasons: [] }
        : { status: 'pending', url: 'https://kyc.example/link', reasons: fake.reasons };
    },
    terms: async () => ({ text: 'Sold once. <No> disguise.', hash: HASH }),
    async confirm(chat, id, { termsHash, silence }) {
      own(chat, id);
      ask(`confirm ${termsHash === HASH} ${silence}`);
      fake.order = payableView({ language: own(chat, id).language });
      return fake.order;
    },
    async rails(chat, id) {
      const { rail } = own(chat, id);
      return fake.rails.map((one) => ({ ...one, chosen: one.id === rail }));
    },
    async chooseRail(chat, id, { rail, way, silence }) {
      const { step } = own(chat, id);
      const wanted = fake.rails.find((one) => one.id === rail);
      if (!wanted) throw new InputError('rail', 'unknown', 'there is no such way of paying');
      if (step !== 'quote' && wanted.refundWay === 'by-hand' && silence !== 'deliver')
        throw new InputError('silence', 'not-offered', 'internal words');
      ask(`rail ${rail}${way === undefined ? '' : ` ${way}`}${silence === undefined ? '' : ` ${silence}`}`);
      return change({ rail, refundWay: wanted.refundWay });
    },
    async complete(chat, id, token) {
      own(chat, id);
      ask(`complete ${token}`);
      return change({ step: 'confirming' });
    },
    async cancel(chat, id) {
      own(chat, id);
      ask('cancel');
      return change({ step: 'cancelled', state: 'CANCELLED', may: [], next: null });
    },
    async answerPrice(chat, id, answer) {
      own(chat, id);
      ask(`answer ${answer}`);
      return change({ question: null });
    },
    async look(chat, id) {
      ask('look');
      return own(chat, id);
    },
    view: async (chat, id) => own(chat, id),
    current: async () => fake.order,
    history: async () => (fake.order ? [fake.order] : []),
    limits: async () => ({
      perOrder: [money(KHR, 400_000n)],
      perDay: [money(KHR, 1_000_000n)],
      usedToday: [money(KHR, 41_000n)],
      verification: { status: fake.verified ? 'approved' : 'none', url: null, reasons: fake.reasons },
    }),
    exportPerson: async () => ({ orders: [], amount: 5n }) as unknown as PersonExport,
    async erasePerson() {
      ask('erase');
      return { outcome: 'erased' };
    },
  };

  const inbox: Orders['inbox'] = {
    async put(messages) {
      const fresh = messages.filter(({ source, key }) => !known.has(`${source}/${key}`));
      for (const { source, key, body } of fresh) {
        known.add(`${source}/${key}`);
        fake.stored.push(fromUtf8(body));
      }
      return fresh.length;
    },
    handle: (source, handler) => void handlers.set(source, handler),
    work: async () => {},
    sweep: async () => {},
    idle: async () => {},
  };
  Object.assign(fake.orders, { buyer, inbox, now: () => fake.now as Instant });
  return fake;
}
