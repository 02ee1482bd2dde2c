import type { Attempt, CallContext, Instant, Money } from '@rielrails/core';
import { ProviderError } from '@rielrails/core';
import { attemptWrite, systemRuntime } from '@rielrails/kit';
import type { Runtime } from '@rielrails/kit';
import { BONGLOY, readBongloyConfig } from './config.ts';
import type { BongloyConfig } from './config.ts';
import { holdsCardNumber, isId } from './guard.ts';
import { createReading } from './payment.ts';
import { createBongloyWire, listOf, objects } from './wire.ts';
import type { Charge } from './wire.ts';

/** A charge as Bongloy tells it; `status` is its word, `refunded` includes what was never captured. */
export interface BongloyCharge {
  readonly id: string;
  readonly amount: Money;
  readonly refunded: Money;
  readonly captured: boolean;
  readonly status: string;
  readonly createdAt: Instant;
}

/** A name under which cards are kept. */
export interface BongloyCustomer {
  readonly id: string;
  readonly email?: string | null | undefined;
  readonly description?: string | null | undefined;
}

/** A kept card. Its number is known to Bongloy alone. */
export interface BongloyCard {
  readonly id: string;
  readonly brand?: string | null | undefined;
  readonly last4: string;
}

/** What the payment contract has no place for. Reads are safe to repeat, throw `ProviderError`, and give `null` for nothing. */
export interface BongloyAccount {
  charge(id: string, context?: CallContext): Promise<BongloyCharge | null>;
  /** Takes the money of a charge that was made under `capture: 'by-hand'`. In doubt: `charge` tells `captured`. */
  capture(id: string, context?: CallContext): Promise<Attempt<BongloyCharge>>;
  /** Whether a token was used. */
  token(id: string, context?: CallContext): Promise<{ readonly id: string; readonly used: boolean } | null>;
  customer(id: string, context?: CallContext): Promise<BongloyCustomer | null>;
  /** In doubt, a second customer may be made; no money hangs on it. */
  createCustomer(
    input: { readonly email?: string; readonly description?: string },
    context?: CallContext,
  ): Promise<Attempt<BongloyCustomer>>;
  /** The newest cards that are kept for a customer: one page, as Bongloy cuts it. */
  cards(customer: string, context?: CallContext): Promise<readonly BongloyCard[] | null>;
  /** Keeps the card of an unused token. In doubt: `cards` tells. */
  addCard(
    input: { readonly customer: string; readonly token: string },
    context?: CallContext,
  ): Promise<Attempt<BongloyCard>>;
}

/**
 * Bongloy beside the payment contract: captures, customers and their cards.
 *
 * @throws ProviderError of kind `config` when the configuration breaks a rule.
 */
export function createBongloyAccount(config: BongloyConfig, runtime: Runtime = systemRuntime()): BongloyAccount {
  const settings = readBongloyConfig(config);
  const wire = createBongloyWire(settings, runtime);
  const { amountOf } = createReading(settings, runtime);
  const told = ({ id, amount, amount_refunded, currency, captured, status, created }: Charge): BongloyCharge => ({
    id,
    amount: amountOf(amount, currency),
    refunded: amountOf(amount_refunded, currency),
    captured,
    status,
    createdAt: (Number(created) * 1000) as Instant,
  });
  const at = (operation: string) => ({ provider: BONGLOY, operation, runtime });

  return {
    async charge(id, context) {
      const charge = isId(id) ? await wire.find('find-charge', `/charges/${id}`, objects.charge, context) : null;
      return charge && told(charge);
    },
    capture: (id, context) =>
      attemptWrite(at('capture'), context, async (own) => {
        const path = `/charges/${mustBeId('charge', id)}/capture`;
        return told(await wire.post('capture', path, objects.charge, { fields: {} }, own));
      }),
    token: async (id, context) => (isId(id) ? wire.find('token', `/tokens/${id}`, objects.token, context) : null),
    customer: async (id, context) =>
      isId(id) ? wire.find('customer', `/customers/${id}`, objects.customer, context) : null,
    createCustomer: (fields, context) =>
      attemptWrite(at('create-customer'), context, async (own) => {
        for (const [name, text] of Object.entries(fields))
          if (holdsCardNumber(text)) throw invalid(name, 'holds something like a card number');
        return wire.post('create-customer', '/customers', objects.customer, { fields }, own);
      }),
    async cards(customer, context) {
      const path = `/customers/${customer}/sources`;
      const list = isId(customer) ? await wire.find('cards', path, listOf(objects.card), context) : null;
      return list && list.data;
    },
    addCard: ({ customer, token }, context) =>
      attemptWrite(at('add-card'), context, async (own) => {
        const path = `/customers/${mustBeId('customer', customer)}/sources`;
        const fields = { source: mustBeId('token', token) };
        return wire.post('add-card', path, objects.card, { fields }, own);
      }),
  };
}

function mustBeId(field: string, text: string): string {
  if (!isId(text)) throw invalid(field, 'expected an id of Bongloy, a UUID');
  return text;
}

function invalid(field: string, rule: string): ProviderError {
  return new ProviderError({ kind: 'invalid', provider: BONGLOY, message: `${BONGLOY} ${field}: ${rule}` });
}
