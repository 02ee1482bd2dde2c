import { KHR, money, USD } from '@rielrails/core';
import type { Money } from '@rielrails/core';
import { createEmulator } from '@rielrails/kit/emulator';
import type { EmulatorContext } from '@rielrails/kit/emulator';
import { noSuch, Refusal } from './answers.ts';
import type { BookedCharge } from './book.ts';
import { testCards } from './cards.ts';
import type { CardOutcome } from './cards.ts';
import { chargeRoutes } from './charge-routes.ts';
import { createHouse } from './house.ts';
import type { BongloyEmulator, BongloyEmulatorOptions } from './options.ts';
import { pageRoutes } from './pages.ts';
import { tokenize, tokenRoutes } from './token-routes.ts';

/**
 * Bongloy as a request handler, built from what its clients, samples, recordings and terms show, and from Stripe's
 * interface, which it says to follow, where they are silent.
 *
 * Strict: keys, forms, field types, unknown fields, currencies, tokens that work once, 201 for what is new.
 */
export function createBongloyEmulator(context: EmulatorContext, options: BongloyEmulatorOptions = {}): BongloyEmulator {
  const { clock, deliver } = context;
  const house = createHouse(context, options);
  const { book, config, refuse } = house;
  const tell = (type: string, charge: BookedCharge) => base.webhooks.send(house.hook(type, charge));
  const base = createEmulator({
    name: 'bongloy',
    clock,
    ...(deliver ? { deliver } : {}),
    throttled: () => refuse(new Refusal(429, 'Too many requests', { type: 'rate_limit_error' })),
    notFound: () => refuse(noSuch('path', 'path')),
    routes: [
      ...chargeRoutes(house, tell, options.showsDisputes ?? true),
      ...tokenRoutes(house),
      ...pageRoutes(house, act),
    ],
  });

  const dashboard: BongloyEmulator['dashboard'] = {
    async refund(id, minor) {
      const charge = book.find(id);
      book.refund(charge, minor);
      await tell('charge.refunded', charge);
    },
    async capture(id, minor) {
      const charge = book.find(id);
      book.capture(charge, minor);
      await tell('charge.captured', charge);
    },
    async dispute(id) {
      const charge = book.find(id);
      book.dispute(charge);
      await tell('charge.dispute.created', charge);
    },
    async decideDispute(id, status) {
      const charge = book.find(id);
      if (!charge.dispute) throw new RangeError('dashboard: there is no dispute');
      charge.dispute.status = status;
      await tell('charge.dispute.closed', charge);
    },
    async foreignCharge() {
      const card = book.takeToken(tokenOf('success'));
      const fields = { amount: 999n, currency: 'USD', description: 'Another shop', metadata: {} };
      return book.charge({ ...fields, captured: true, card }).id;
    },
  };

  async function act(action: string, { id }: BookedCharge): Promise<void> {
    if (action === 'win') return dashboard.decideDispute(id, 'won');
    if (action === 'lose') return dashboard.decideDispute(id, 'lost');
    if (action !== 'refund' && action !== 'capture' && action !== 'dispute') throw new RangeError('Unknown button');
    return dashboard[action](id);
  }

  function tokenOf(outcome: CardOutcome): string {
    const card = testCards.find((one) => one.outcome === outcome);
    if (!card) throw new RangeError('payer: no test card comes to that');
    const year = String(new Date(clock.now()).getUTCFullYear() + 2);
    const fields = { number: card.number, exp_month: '12', exp_year: year, cvc: '123' };
    return tokenize(book, new Map(Object.entries(fields).map(([name, value]) => [`card[${name}]`, value]))).id;
  }

  const moneyOf = (charge: BookedCharge, minor: bigint): Money =>
    charge.currency === 'KHR' ? money(KHR, minor / 10n ** BigInt(config.khrExponent)) : money(USD, minor);
  const taken = () => book.charges.filter(({ captured }) => captured);

  return {
    ...base,
    config,
    dashboard,
    get disputes() {
      return book.charges.flatMap(({ id, dispute }) => (dispute ? [{ charge: id, status: dispute.status }] : []));
    },
    payer: {
      async pay(_reference, how) {
        if (how?.amount) throw new RangeError('payer: the form knows no amount');
        return tokenOf('success');
      },
      payWith: async (outcome) => tokenOf(outcome),
      // A token works once, and the form is closed: nobody pays a second time without a new token.
      payTwice: () => Promise.resolve(null),
      // Bongloy never hears of a request that nobody paid.
      expire: () => Promise.resolve(),
      cancel: () => Promise.resolve(),
      reverse: (transaction) => dashboard.dispute(transaction),
    },
    applied: {
      get payments() {
        return book.charges.map((charge) => ({
          reference: referenceIn(charge),
          amount: moneyOf(charge, charge.amount),
        }));
      },
      get receipts() {
        return taken().map((charge) => ({
          reference: referenceIn(charge),
          transaction: charge.id,
          amount: moneyOf(charge, charge.amount),
        }));
      },
      get refunds() {
        return book.charges.flatMap((charge) =>
          charge.refunds.map(({ id, amount, metadata }) => ({
            reference: metadata['refund_reference'] ?? id,
            transaction: charge.id,
            amount: moneyOf(charge, amount),
          })),
        );
      },
      cancelled: [],
    },
  };
}

/** What the merchant wrote to its charge. */
function referenceIn({ metadata, id }: BookedCharge): string {
  return metadata['reference'] ?? id;
}
