import { jsonResponse } from '@rielrails/kit/emulator';
import type { EmulatedRequest, Route } from '@rielrails/kit/emulator';
import { badField, created, noSuch } from './answers.ts';
import type { BookedCharge, Card } from './book.ts';
import { need, readAmount, readFlag, readForm, readMetadata, readQuery } from './form.ts';
import type { Fields } from './form.ts';
import type { House } from './house.ts';

/** Charges, captures, refunds and disputes. `tell` sends a hook. */
export function chargeRoutes(
  house: House,
  tell: (type: string, charge: BookedCharge) => Promise<void>,
  shows: boolean,
): readonly Route[] {
  const { book, views, currencies } = house;

  function cardOf(fields: Fields): Card {
    const [source, customer] = [fields.get('source'), fields.get('customer')];
    if ((source === undefined) === (customer === undefined))
      throw badField('source', 'Give either a source or a customer');
    if (source !== undefined) return book.takeToken(source);
    const card = book.customers.get(customer ?? '')?.cards[0];
    if (!card) throw badField('customer', 'No such customer, or it has no card', 'resource_missing');
    return card;
  }

  async function createCharge(request: EmulatedRequest): Promise<Response> {
    const fields = readForm(request, [
      'amount',
      'currency',
      'source',
      'customer',
      'description',
      'capture',
      'metadata[',
    ]);
    const amount = readAmount(need(fields, 'amount'));
    const currency = need(fields, 'currency').toUpperCase();
    if (!currencies.includes(currency)) throw badField('currency', 'Currency is not included in the list');
    const captured = readFlag(fields, 'capture', true);
    const [metadata, description] = [readMetadata(fields), fields.get('description') ?? null];
    if ((description?.length ?? 0) > 1000) throw badField('description', 'Description is too long');
    const charge = book.charge({ amount, currency, description, metadata, captured, card: cardOf(fields) });
    await tell('charge.succeeded', charge);
    return created('charges', views.charge(charge, request.fault));
  }

  function list<T extends { readonly id: string }>(
    request: EmulatedRequest,
    path: string,
    oldestFirst: readonly T[],
    view: (one: T) => object,
  ): Response {
    const query = readQuery(request, ['limit', 'starting_after']);
    const limit = Number(query.get('limit') ?? '10');
    if (!Number.isInteger(limit) || limit < 1 || limit > 100) throw badField('limit', 'Invalid integer');
    const all = oldestFirst.toReversed();
    const after = query.get('starting_after');
    const start = after === undefined ? 0 : all.findIndex(({ id }) => id === after) + 1;
    if (after !== undefined && start === 0) throw badField('starting_after', 'No such object', 'resource_missing');
    const page = all.slice(start, start + limit).map(view);
    return jsonResponse(views.list(path, page, { count: all.length, more: start + limit < all.length }));
  }

  const refunds = () => book.charges.flatMap((charge) => charge.refunds).toSorted((a, b) => a.created - b.created);
  const seen = 'Clients of bongloy-community (ruby, php, node, dotnet), their tests';

  return [
    house.route({
      name: 'create-charge',
      method: 'POST',
      path: '/v1/charges',
      cites: `${seen}; recordings of channainfo/bongloy-ruby. What a declined card leaves behind is assumed`,
      provenance: 'seen',
      handle: createCharge,
    }),
    house.route({
      name: 'list-charges',
      method: 'GET',
      path: '/v1/charges',
      cites: `${seen}: newest first. limit and starting_after are Stripe's`,
      provenance: 'seen',
      handle: (request) => list(request, '/v1/charges', book.charges, (one) => views.charge(one, request.fault)),
    }),
    house.route({
      name: 'get-charge',
      method: 'GET',
      path: '/v1/charges/:id',
      cites: seen,
      provenance: 'seen',
      handle: ({ params, fault }) => jsonResponse(views.charge(book.find(params['id'] ?? ''), fault)),
    }),
    house.route({
      name: 'capture-charge',
      method: 'POST',
      path: '/v1/charges/:id/capture',
      cites: `${seen}: what is not captured counts as refunded. Terms of service, C.1: within three days`,
      provenance: 'seen',
      async handle(request) {
        const amount = readForm(request, ['amount']).get('amount');
        const charge = book.find(request.params['id'] ?? '');
        book.capture(charge, amount === undefined ? undefined : readAmount(amount));
        await tell('charge.captured', charge);
        return jsonResponse(views.charge(charge, request.fault));
      },
    }),
    house.route({
      name: 'create-refund',
      method: 'POST',
      path: '/v1/refunds',
      cites: `${seen}. Terms of service, C.5: within 60 days`,
      provenance: 'seen',
      async handle(request) {
        const fields = readForm(request, ['charge', 'amount', 'metadata[']);
        const charge = book.find(need(fields, 'charge'), 'charge');
        const amount = fields.get('amount');
        const refund = book.refund(charge, amount === undefined ? undefined : readAmount(amount), readMetadata(fields));
        await tell('charge.refunded', charge);
        return created('refunds', views.refund(charge, refund, request.fault));
      },
    }),
    house.route({
      name: 'list-refunds',
      method: 'GET',
      path: '/v1/refunds',
      cites: seen,
      provenance: 'seen',
      handle: (request) => list(request, '/v1/refunds', refunds(), (one) => views.refund(book.find(one.charge), one)),
    }),
    house.route({
      name: 'get-refund',
      method: 'GET',
      path: '/v1/refunds/:id',
      cites: seen,
      provenance: 'seen',
      handle({ params, fault }) {
        const refund = refunds().find(({ id }) => id === params['id']);
        if (!refund) throw noSuch('refund');
        return jsonResponse(views.refund(book.find(refund.charge), refund, fault));
      },
    }),
    house.route({
      name: 'get-dispute',
      method: 'GET',
      path: '/v1/disputes/:id',
      cites: "Stripe's path; of Bongloy only the object is known (spec helpers, 2018)",
      provenance: 'assumed',
      handle({ params }) {
        const charge = book.charges.find(({ dispute }) => dispute?.id === params['id']);
        if (!charge || !shows) throw noSuch('dispute');
        return jsonResponse(views.dispute(charge));
      },
    }),
  ];
}
