import { can, checkAddress, InputError, isInputError } from '@rielrails/core';
import type { AnyPaymentProvider, Instant, Money, Reference } from '@rielrails/core';
import { newReference, toHex } from '@rielrails/kit';
import { sql } from 'kysely';
import { DatabaseError } from 'pg';
import { screen } from './effects/screen.ts';
import type { Outside } from './effects/outside.ts';
import { mayChoose } from './order/choosing.ts';
import { mayComplete } from './order/completing.ts';
import type { OrderEvent } from './order/event.ts';
import type { Finding } from './order/finding.ts';
import { findingsAt, lookBackMs } from './order/monitoring.ts';
import type { Language, Order, Silence } from './order/order.ts';
import { DAY_MS, limitProblem, MONTH_MS, tierOf, tighter, totalWithin, weigh as worthFor } from './order/limits.ts';
import type { DueDiligence, Tier } from './order/due-diligence.ts';
import type { Policy } from './order/policy.ts';
import { effectReference, orderNumber } from './order/references.ts';
import { railProblem } from './order/rail.ts';
import type { RailProblem } from './order/rail.ts';
import { beginTurn, happen, moveTo } from './order/turn.ts';
import type { World } from './order/turn.ts';
import type { PastOrder } from './order/limits.ts';
import type { BuyerCommands, ChatRef, TierView } from './orders.ts';
import type { Privacy } from './privacy.ts';
import { byId } from './providers.ts';
import { quoteWish } from './quoting.ts';
import { railViews } from './rail-view.ts';
import { findChat, loadPerson, openChat } from './store/people.ts';
import type { Chat } from './store/people.ts';
import { insertOrder, loadShown } from './store/purchases.ts';
import type { ShownOrder } from './store/purchases.ts';
import type { Store } from './store/store.ts';
import type { Tx } from './store/transaction.ts';
import { noteAddress, pastOrders, weighPerson } from './store/weighing.ts';
import { assertFloatCovers, floatShort } from './treasury/float.ts';
import type { FreeFloat } from './treasury/float.ts';
import { termsHash } from './terms.ts';
import type { Terms } from './terms.ts';
import type { Verification } from './verification.ts';
import { viewOf } from './view.ts';
import type { OrderView } from './view.ts';
import type { Driver, Guard } from './workers/driver.ts';

/** What the commands work with. */
export interface BuyerParts {
  readonly store: Store;
  readonly outside: Outside;
  readonly driver: Driver;
  readonly verification: Verification;
  readonly privacy: Privacy;
  readonly policy: Policy;
  readonly dueDiligence: DueDiligence | null;
  readonly terms: Terms;
  world(): World;
  /** Throws when no new order may be taken. Gives what it could be served from. */
  assertOpen(): Promise<FreeFloat>;
  /** Throws while nothing may be written to the outside. */
  assertRecovered(): void;
}

const LOOK_PAUSE_MS = 10_000;
const MOST_HISTORY = 20;

/** Makes the commands, and the projection that they give back. */
export function createBuyer(parts: BuyerParts): BuyerCommands & { project(order: ShownOrder): OrderView } {
  const { store, outside, driver, privacy, policy, dueDiligence, terms } = parts;
  const { providers, runtime } = outside;
  const now = () => runtime.clock.now();
  const lastLooks = new Map<Reference, number>();

  async function chatOf(ref: ChatRef): Promise<Chat> {
    const known = await findChat(store.db, ref.channel, ref.chat);
    if (known) return known;
    const fresh = newReference(runtime.random);
    return store.transaction((tx) => openChat(tx, { ...ref, language: 'en' }, fresh, now()));
  }

  async function own(ref: ChatRef, id: Reference): Promise<ShownOrder> {
    const shown = isReference(id) ? await loadShown(store.db, id) : null;
    if (!shown) throw new InputError('order', 'unknown', 'there is no such order');
    const { order } = shown;
    if (order.channel !== ref.channel || order.chat !== ref.chat)
      throw new InputError('order', 'not-yours', 'this order belongs to another chat');
    return shown;
  }

  function project({ order, timeline, verifiedUntil }: ShownOrder): OrderView {
    const rail = providers.rails.find(({ id }) => id === order.rail);
    return viewOf(order, {
      now: now(),
      mayChoose: providers.rails.length > 1 && mayChoose(order, parts.world()),
      verified: isVerified({ verifiedUntil }),
      canRefund: rail !== undefined && can(rail, 'refund'),
      refundWithinMs: policy.refundWithinMs,
      confirmations: policy.confirmations,
      timeline,
    });
  }

  /** Carries an order of this chat on. */
  async function carry(ref: ChatRef, id: Reference, event: OrderEvent, guard?: Guard): Promise<Order> {
    return (await driver.drive(id, event, guard)) ?? (await own(ref, id)).order;
  }

  function isVerified({ verifiedUntil }: Pick<ShownOrder, 'verifiedUntil'>): boolean {
    return verifiedUntil !== null && verifiedUntil > now();
  }

  /** The order as its buyer sees it after a command. */
  async function view(ref: ChatRef, id: Reference): Promise<OrderView> {
    return project(await own(ref, id));
  }

  function currentOrder({ channel, chat }: ChatRef): Promise<ShownOrder | null> {
    return loadShown(
      store.db,
      sql`select id from purchase where channel = ${channel} and chat = ${chat}
        order by (state in ('DELIVERED', 'REFUNDED', 'EXPIRED', 'CANCELLED', 'REJECTED')), created_at desc, id limit 1`,
    );
  }

  /**
   * Checks every limit of a human, whose chats are locked until the order is confirmed or not, and gives what monitoring
   * finds.
   */
  async function weigh(tx: Tx, { id, person, quote, address }: Order): Promise<readonly Finding[]> {
    if (!quote || address === null) throw new InputError('order', 'no-quote', 'ask for a price first');
    const at = now();
    const weighed = await weighPerson(tx, { person, order: id, address, now: at, ...window(at) });
    if (weighed.barred) throw new InputError('order', 'not-served', 'it cannot be taken; please write to support');
    const tier = dueDiligence && tierOf(dueDiligence, weighed.enhancedUntil, at);
    const problem = limitProblem(quote.pay, weighed, { policy, dueDiligence, tier, now: at });
    if (problem) throw new InputError(problem.field, problem.rule, problem.message);
    return dueDiligence ? findingsAt({ pay: quote.pay, ...weighed, now: at }, dueDiligence) : [];
  }

  /** How far back a human's orders are counted. */
  function window(at: Instant): { readonly since: number; readonly honouredForMs: number } {
    return { since: at - lookBackMs(dueDiligence), honouredForMs: policy.honourLateForMs };
  }

  const commands: BuyerCommands & { project(order: ShownOrder): OrderView } = {
    project,
    async language(ref) {
      return (await findChat(store.db, ref.channel, ref.chat))?.language ?? null;
    },
    async setLanguage(ref, language) {
      assertOneOf('language', language, languages);
      await chatOf(ref);
      await sql`update chat set language = ${language} where channel = ${ref.channel} and chat = ${ref.chat}`.execute(
        store.db,
      );
    },
    async quote(ref, { want, payIn }) {
      const float = await parts.assertOpen();
      const chat = await chatOf(ref);
      const quote = await quoteWish(want, payIn, policy, providers, runtime);
      assertForAnybody(quote.pay);
      assertFloatCovers(float, quote);
      const current = (await currentOrder(ref))?.order;
      if (
        current &&
        (current.state === 'quoted' || current.state === 'draft') &&
        current.hold === 'none' &&
        current.language === chat.language
      ) {
        await carry(ref, current.id, { type: 'quoted', quote, want });
        // The way of paying that was chosen may not take another currency, or so much.
        if (railProblem(byId(providers.rails, current.rail).manifest, quote.pay))
          await carry(ref, current.id, {
            type: 'rail-chosen',
            rail: firstRail(quote.pay).id,
            way: null,
            silence: null,
          });
        return view(ref, current.id);
      }
      const id = newReference(runtime.random);
      const blank: Order = {
        id,
        number: orderNumber(id),
        version: 1,
        seed: toHex(runtime.random.bytes(16)),
        person: chat.person,
        channel: ref.channel,
        chat: ref.chat,
        language: chat.language,
        state: 'draft',
        disposition: 'undecided',
        hold: 'none',
        holdReasons: [],
        createdAt: now(),
        rail: firstRail(quote.pay).id,
        way: null,
        custody: providers.custodies[0].id,
        want,
        quote,
        address: null,
        terms: null,
        silence: 'refund',
        binding: null,
        claimed: false,
        payBy: null,
        watchUntil: null,
        reserved: false,
        sale: null,
        question: null,
        pauseUntil: null,
        pauses: 0,
        paidAt: null,
        effects: [],
        receipts: [],
        refundTasks: [],
        happenings: [],
        endReason: null,
      };
      const turn = beginTurn(blank, parts.world());
      happen(turn, 'draft');
      moveTo(turn, 'quoted');
      await insertOrder(store.db, turn.order, now());
      return view(ref, id);
    },
    async refresh(ref, id) {
      const { order } = await own(ref, id);
      if (order.state !== 'draft' && order.state !== 'quoted') throw notNow('its price is agreed already');
      const payIn = order.quote?.pay.asset ?? policy.payAssets[0];
      if (!payIn) throw notNow('no currency is taken at the moment');
      const quote = await quoteWish(order.want, payIn, policy, providers, runtime);
      await carry(ref, id, { type: 'quoted', quote, want: order.want });
      return view(ref, id);
    },
    async giveAddress(ref, id, text) {
      const { order } = await own(ref, id);
      if (order.state !== 'draft' && order.state !== 'quoted')
        throw notNow('its address is agreed already; an address never changes after that');
      const checked = checkAddress(text.trim(), byId(providers.custodies, order.custody).manifest.address);
      if (checked.outcome === 'refused')
        throw new InputError('address', checked.problem, addressProblem[checked.problem]);
      await carry(ref, id, { type: 'address-given', address: checked.address.text });
      return view(ref, id);
    },
    async verify(ref) {
      parts.assertRecovered();
      const chat = await chatOf(ref);
      return parts.verification.start(chat.person, chat.language);
    },
    async terms(ref, id) {
      const { order } = await own(ref, id);
      if (!order.quote) throw new InputError('order', 'no-quote', 'ask for a price first');
      return { text: terms[order.language], hash: termsHash(terms, order.language, order.quote) };
    },
    async confirm(ref, id, { termsHash: hash, silence }) {
      assertOneOf('silence', silence, silences);
      await parts.assertOpen();
      const before = await own(ref, id);
      const { order } = before;
      if (order.state !== 'quoted') return project(before);
      assertConfirmable(order, hash);
      if (!isVerified(before)) throw new InputError('order', 'not-verified', 'verify your identity first');
      assertRail(order, byId(providers.rails, order.rail), silence);
      const { screened } = await screen(order, outside);
      if (screened.outcome === 'unavailable')
        throw new InputError(
          'order',
          'screening-unavailable',
          'a safety check cannot be made at the moment; nothing was charged, try again in a few minutes',
        );
      const event = {
        type: 'confirmed',
        termsHash: hash,
        language: order.language,
        silence,
        binding: bind(order),
        screened,
      } as const satisfies OrderEvent;
      const confirmed = await carry(ref, id, event, async (tx, current) => {
        if (current.state !== 'quoted') return undefined;
        assertConfirmable(current, hash);
        return { ...event, findings: await weigh(tx, current) };
      }).catch(async (error: unknown) => {
        // The refusal undid everything; the wait begins all the same.
        if (isInputError(error) && error.field === 'address' && error.rule === 'too-new')
          await noteAddress(store.db, order.person, order.address ?? '', now());
        throw error;
      });
      if (confirmed.state === 'quoted' && confirmed.hold === 'none') {
        throw floatShort();
      }
      return view(ref, id);
    },
    async rails(ref, id) {
      const { order } = await own(ref, id);
      return providers.rails.flatMap((rail) =>
        railViews(rail, order, { providers, isDown: outside.rails.isDown(rail.id) }),
      );
    },
    async chooseRail(ref, id, { rail: wanted, way = null, silence = null }) {
      if (silence !== null) assertOneOf('silence', silence, silences);
      const rail = providers.rails.find((one) => one.id === wanted);
      if (!rail) throw new InputError('rail', 'unknown', 'there is no such way of paying');
      const { order } = await own(ref, id);
      if (way !== null && (!providers.accepts.includes(way) || !rail.manifest.offers[way]))
        throw new InputError('way', 'unknown', 'there is no such way of paying here');
      if (order.rail === rail.id && order.way === way) return view(ref, id);
      if (!mayChoose(order, parts.world())) throw notNow('the way of paying can no longer be changed');
      const confirmed = order.state !== 'draft' && order.state !== 'quoted';
      assertRail(order, rail, confirmed ? (silence ?? order.silence) : 'deliver');
      if (confirmed) parts.assertRecovered();
      const chosen = await carry(ref, id, { type: 'rail-chosen', rail: rail.id, way, silence });
      if (chosen.rail !== rail.id || chosen.way !== way) throw notNow('the way of paying can no longer be changed');
      return view(ref, id);
    },
    async complete(ref, id, token) {
      if (!TOKEN.test(token))
        throw new InputError(
          'token',
          'malformed',
          'expected the reference of the payment: 4 to 200 letters, digits, dashes, points or underscores',
        );
      if (isCardNumber(token))
        throw new InputError('token', 'card-number', 'never hand in a card number; use the form of the card company');
      const { order } = await own(ref, id);
      if (!mayComplete(order, now())) throw notNow('nothing is to be handed in for it');
      await carry(ref, id, { type: 'completed', token }).catch((error: unknown) => {
        if (!(error instanceof DatabaseError) || error.constraint !== 'effect_one_token') throw error;
        throw new InputError('token', 'used', 'this payment was handed in before; it counts for one order only');
      });
      return view(ref, id);
    },
    async cancel(ref, id) {
      await own(ref, id);
      const order = await carry(ref, id, { type: 'cancelled' });
      if (order.state !== 'CANCELLED') throw notNow('it can no longer be cancelled');
      return view(ref, id);
    },
    async answerPrice(ref, id, answer) {
      assertOneOf('answer', answer, silences);
      const { order } = await own(ref, id);
      if (!order.question || order.question.answer !== null) throw notNow('there is no open question');
      const rail = byId(providers.rails, order.rail);
      if (answer === 'refund' && !can(rail, 'refund'))
        throw new InputError('answer', 'not-offered', 'this way of paying cannot refund by itself');
      await carry(ref, id, { type: 'answered', answer });
      return view(ref, id);
    },
    async look(ref, id) {
      const shown = await own(ref, id);
      const { order } = shown;
      if (now() - (lastLooks.get(order.person) ?? 0) < LOOK_PAUSE_MS) return project(shown);
      if (lastLooks.size > 10_000) lastLooks.clear();
      lastLooks.set(order.person, now());
      await driver.drive(id, { type: 'asked-to-look' });
      return view(ref, id);
    },
    view,
    async current(ref) {
      const order = await currentOrder(ref);
      return order && project(order);
    },
    async history(ref, limit = MOST_HISTORY) {
      const { rows } = await sql<{ id: string }>`
        select id from purchase where channel = ${ref.channel} and chat = ${ref.chat}
        order by created_at desc, id limit ${Math.min(Math.max(Math.trunc(limit) || 0, 0), MOST_HISTORY)}`.execute(
        store.db,
      );
      const orders = await Promise.all(rows.map(({ id }) => loadShown(store.db, id)));
      return orders.flatMap((order) => (order ? [project(order)] : []));
    },
    async limits(ref) {
      const chat = await chatOf(ref);
      const at = now();
      const { orders, enhancedUntil } = await pastOrders(store.db, chat.person, { now: at, ...window(at) });
      const { kyc } = await loadPerson(store.db, chat.person);
      const tier = dueDiligence && tierOf(dueDiligence, enhancedUntil, at);
      const used = ({ asset }: Money): Money => ({
        asset,
        minor: orders
          .filter((one) => one.at > at - DAY_MS && one.pay.asset.code === asset.code)
          .reduce((sum, { pay }) => sum + pay.minor, 0n),
      });
      const { perOrder, perDay } = policy.limits;
      return {
        perOrder: perOrder.map((limit) => tighter(limit, dueDiligence, tier?.perOrder)),
        perDay: perDay.map((limit) => tighter(limit, dueDiligence, tier?.perDay)),
        usedToday: perDay.map(used),
        ...(dueDiligence && tier ? { tier: tierView(dueDiligence, tier, orders, at) } : {}),
        verification: {
          status: kyc.status,
          url: kyc.status === 'pending' || kyc.status === 'retry' ? kyc.url : null,
          reasons: kyc.reasons,
        },
      };
    },
    async exportPerson(ref) {
      const chat = await chatOf(ref);
      const { rows } = await sql<{ id: string }>`select id from purchase where person = ${chat.person}`.execute(
        store.db,
      );
      const views: OrderView[] = [];
      for (const { id } of rows) {
        const shown = await loadShown(store.db, id);
        if (shown) views.push(project(shown));
      }
      return privacy.exportPerson(chat, views);
    },
    async erasePerson(ref) {
      return privacy.erasePerson(await chatOf(ref));
    },
  };

  /** What not even the best known may buy is refused before anybody verifies for it. */
  function assertForAnybody(pay: Money): void {
    const best = dueDiligence?.tiers.at(-1);
    if (dueDiligence && best && worthFor(dueDiligence, pay) > best.perOrder.minor)
      throw new InputError('amount', 'over-limit', 'this is more than anybody may buy in one order');
  }

  function assertConfirmable(order: Order, hash: string): void {
    if (!order.quote) throw new InputError('order', 'no-quote', 'ask for a price first');
    if (order.hold !== 'none') throw notNow('it is being checked');
    if (order.quote.validUntil <= now())
      throw new InputError('order', 'quote-expired', 'the price has expired; refresh it and look again');
    if (order.address === null) throw new InputError('order', 'no-address', 'say first where the bitcoin should go');
    if (hash !== termsHash(terms, order.language, order.quote))
      throw new InputError('order', 'terms-changed', 'price or terms have changed since they were shown; look again');
  }

  /** The first rail that takes an amount, those that are down last. */
  function firstRail(pay: Money): AnyPaymentProvider {
    const suits = providers.rails.filter(({ manifest }) => railProblem(manifest, pay) === null);
    return suits.find(({ id }) => !outside.rails.isDown(id)) ?? suits[0] ?? providers.rails[0];
  }

  function assertRail(order: Order, rail: AnyPaymentProvider, silence: Silence): void {
    const problem = order.quote && railProblem(rail.manifest, order.quote.pay);
    if (problem) throw new InputError('rail', problem, railProblems[problem]);
    if (silence === 'refund' && !can(rail, 'refund'))
      throw new InputError(
        'silence',
        'not-offered',
        'this way of paying cannot refund by itself; only delivery at the market price is offered',
      );
  }

  /** Seals address and amounts for the signer, before any money is asked for. */
  function bind(order: Order): string | null {
    const custody = byId(providers.custodies, order.custody);
    if (!can(custody, 'bind') || !order.quote) return null;
    const checked = checkAddress(order.address ?? '', custody.manifest.address);
    if (checked.outcome === 'refused')
      throw new InputError('address', checked.problem, addressProblem[checked.problem]);
    const { floor, ceiling } = order.quote;
    return custody.bind({
      reference: effectReference(order.seed, 'send', 1),
      address: checked.address,
      minimum: floor,
      maximum: ceiling,
    });
  }

  return commands;
}

const addressProblem = {
  malformed: 'this is not a bitcoin address; copy it again from the wallet',
  checksum: 'the checksum is wrong: a character was mistyped or lost; copy it again from the wallet',
  'other-network': 'this address belongs to another network; give one of a bitcoin wallet',
  unsupported: 'this kind of address cannot be paid from here; choose another kind in the wallet',
} as const;

const railProblems: Readonly<Record<RailProblem, string>> = {
  'other-currency': 'this way of paying takes another currency; ask for a price in that one',
  'too-little': 'this way of paying does not take so small an amount',
  'too-much': 'this way of paying does not take so large an amount',
};

function tierView(dueDiligence: DueDiligence, tier: Tier, orders: readonly PastOrder[], now: Instant): TierView {
  const used = (since: number): Money => ({
    asset: dueDiligence.currency,
    minor: totalWithin(dueDiligence, orders, since),
  });
  const { name, perDay, perMonth } = tier;
  return { name, perDay, usedToday: used(now - DAY_MS), perMonth, usedThisMonth: used(now - MONTH_MS) };
}

const TOKEN = /^[A-Za-z0-9][A-Za-z0-9._-]{3,199}$/;

/** Thirteen to nineteen digits that sum as those of a card do. */
function isCardNumber(text: string): boolean {
  if (!/^[0-9-]{13,25}$/.test(text)) return false;
  const digits = Array.from(text.replaceAll('-', ''), Number).toReversed();
  if (digits.length < 13 || digits.length > 19) return false;
  const sum = digits.reduce((total, digit, place) => {
    const doubled = place % 2 === 1 ? digit * 2 : digit;
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return sum % 10 === 0;
}

const languages: readonly Language[] = ['en', 'km'];
const silences: readonly Silence[] = ['refund', 'deliver'];

/** What comes from a button is text, whatever its type says. */
function assertOneOf(field: string, value: string, known: readonly string[]): void {
  if (!known.includes(value)) throw new InputError(field, 'unknown', `expected one of ${known.join(', ')}`);
}

/** Whether it can be an order's id at all: anything else is not even asked about. */
function isReference(id: string): boolean {
  return /^[1-9][0-9]{0,18}$/.test(id);
}

function notNow(why: string): InputError {
  return new InputError('order', 'not-now', why);
}
