import { jsonResponse } from '@rielrails/kit/emulator';
import type { EmulatedRequest, Route } from '@rielrails/kit/emulator';
import { badField, created, noSuch, Refusal } from './answers.ts';
import type { Book, Customer, Token } from './book.ts';
import { cardWords, testCards } from './cards.ts';
import { need, readForm } from './form.ts';
import type { Fields } from './form.ts';
import type { House } from './house.ts';

const cardFields = ['number', 'exp_month', 'exp_year', 'cvc', 'name', 'address_'].map((name) => `card[${name}`);

/** Makes a token of a card form. Only test cards: any other number is refused and kept nowhere. */
export function tokenize(book: Book, fields: Fields): Token {
  const number = need(fields, 'card[number]').replaceAll(/[ -]/g, '');
  const card = testCards.find((one) => one.number === number);
  const cardError = (code: 'incorrect_number' | 'expired_card', param: string) =>
    new Refusal(402, cardWords[code], { type: 'card_error', code, param });
  if (!card) throw cardError('incorrect_number', 'number');
  const expMonth = Number(need(fields, 'card[exp_month]'));
  const typedYear = Number(need(fields, 'card[exp_year]'));
  const expYear = typedYear < 100 ? 2000 + typedYear : typedYear;
  if (!Number.isInteger(expMonth) || expMonth < 1 || expMonth > 12) throw badField('exp_month', 'Invalid month');
  if (!Number.isInteger(expYear) || expYear > 2100) throw badField('exp_year', 'Invalid year');
  if (Date.UTC(expYear, expMonth) / 1000 <= book.now()) throw cardError('expired_card', 'exp_year');
  if (!/^\d{3,4}$/.test(need(fields, 'card[cvc]'))) throw badField('cvc', 'Invalid security code');
  const { brand, outcome } = card;
  return book.addToken({
    brand,
    outcome,
    expMonth,
    expYear,
    last4: number.slice(-4),
    name: fields.get('card[name]') ?? null,
  });
}

/** Tokens, customers and their cards. */
export function tokenRoutes(house: House): readonly Route[] {
  const { book, views } = house;
  const anywhere = { 'access-control-allow-origin': '*' };
  const seen = 'Clients of bongloy-community (ruby, php, node), their tests';

  function customerOf({ params }: EmulatedRequest): Customer {
    const customer = book.customers.get(params['id'] ?? '');
    if (!customer) throw noSuch('customer');
    return customer;
  }

  function keep(customer: Customer, token: string): Customer['cards'][number] {
    const card = book.takeToken(token);
    card.customer = customer.id;
    customer.cards.push(card);
    return card;
  }

  return [
    {
      ...house.route({
        name: 'create-token',
        method: 'POST',
        path: '/v1/tokens',
        cites: `${seen}; iOS and Android clients: a publishable key does`,
        provenance: 'seen',
        open: true,
        handle(request) {
          const fields = readForm(request, [...cardFields.map((name) => `${name}]`), 'card[']);
          const strange = [...fields.keys()].find((name) => !cardFields.some((known) => name.startsWith(known)));
          if (strange !== undefined) throw badField('card', 'Received unknown parameter', 'parameter_unknown');
          const response = created('tokens', views.token(tokenize(book, fields)));
          response.headers.set('access-control-allow-origin', '*');
          return response;
        },
      }),
    },
    {
      name: 'token-preflight',
      method: 'OPTIONS',
      path: '/v1/tokens',
      cites: 'What a browser asks first on behalf of the script; not documented',
      provenance: 'assumed',
      handle: () =>
        new Response(null, {
          status: 204,
          headers: { ...anywhere, 'access-control-allow-headers': 'authorization, content-type' },
        }),
    },
    house.route({
      name: 'get-token',
      method: 'GET',
      path: '/v1/tokens/:id',
      cites: 'Recordings of channainfo/bongloy-ruby (2015): used, livemode, card',
      provenance: 'seen',
      handle({ params }) {
        const token = book.tokens.get(params['id'] ?? '');
        if (!token) throw noSuch('token');
        return jsonResponse(views.token(token));
      },
    }),
    house.route({
      name: 'create-customer',
      method: 'POST',
      path: '/v1/customers',
      cites: seen,
      provenance: 'seen',
      handle(request) {
        const fields = readForm(request, ['email', 'description', 'source']);
        const [email, description] = [fields.get('email') ?? null, fields.get('description') ?? null];
        if (email !== null && !/^[^@\s]+@[^@\s]+$/.test(email)) throw badField('email', 'Invalid email address');
        const customer = book.addCustomer({ email, description });
        const source = fields.get('source');
        if (source !== undefined) keep(customer, source);
        return created('customers', views.customer(customer));
      },
    }),
    house.route({
      name: 'get-customer',
      method: 'GET',
      path: '/v1/customers/:id',
      cites: seen,
      provenance: 'seen',
      handle: (request) => jsonResponse(views.customer(customerOf(request))),
    }),
    house.route({
      name: 'add-source',
      method: 'POST',
      path: '/v1/customers/:id/sources',
      cites: seen,
      provenance: 'seen',
      handle(request) {
        const customer = customerOf(request);
        const card = keep(customer, need(readForm(request, ['source']), 'source'));
        return created(`customers/${customer.id}/sources`, { ...views.card(card), id: card.id });
      },
    }),
    house.route({
      name: 'list-sources',
      method: 'GET',
      path: '/v1/customers/:id/sources',
      cites: seen,
      provenance: 'seen',
      handle(request) {
        const { id, cards } = customerOf(request);
        const page = cards.toReversed().map((card) => views.card(card));
        return jsonResponse(views.list(`/v1/customers/${id}/sources`, page, { count: page.length, more: false }));
      },
    }),
  ];
}
