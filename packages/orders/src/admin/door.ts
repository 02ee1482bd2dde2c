import { InputError, isInputError } from '@rielrails/core';
import { equalInConstantTime, readLimited, toHex } from '@rielrails/kit';
import type { Runtime } from '@rielrails/kit';
import type { OrderFilter } from './admin.ts';
import { bytesFor, caseFilters, commandPath, findCommand, orderFilters, readInput } from './command-table.ts';
import type { AdminCommand, CommandAnswer, CommandInput } from './command-table.ts';
import type { Markup } from './page/html.ts';
import { casePage, casesPage } from './page/case-pages.ts';
import { reviewPage, reviewsPage } from './page/review-pages.ts';
import {
  dayPage,
  enginePage,
  moneyPage,
  orderPage,
  ordersPage,
  plainPage,
  proposalsPage,
  signInPage,
} from './page/pages.ts';
import { titleOf } from './page/parts.ts';
import { inPhnomPenh } from './plain-text.ts';
import type { PageContext } from './page/parts.ts';
import { icon, style } from './page/style.ts';
import { createPeople } from './people.ts';
import type { Operator } from './people.ts';
import {
  readBalances,
  readCase,
  readCases,
  readDay,
  readEngine,
  readFloatLines,
  readOrder,
  readOrders,
  readProposals,
  readTransfers,
} from './reports.ts';
import type { Desk } from './reports.ts';
import { reviewFilters } from './review-commands.ts';
import { readPicture, readReview, readReviews } from './review-reports.ts';
import type { PictureName, Reviews } from './reviews.ts';
import { createSessions } from './sessions.ts';
import type { Notice, Session } from './sessions.ts';

/** What the operators' door is made of. */
export interface AdminDoorOptions {
  /** The engine. */
  readonly orders: Omit<Desk, 'reviews'>;
  /** The desk that decides about verifications, where the operators' own people do: that of `@rielrails/kyc-manual`. */
  readonly reviews?: Reviews;
  /** Who may come in. What somebody does stands under their name. */
  readonly people: readonly Operator[];
  /** Paints SANDBOX – PLAY MONEY on every page, and takes play tokens only. */
  readonly sandbox: boolean;
}

const MAX_BODY_BYTES = 16 * 1024;
const MAX_ADDRESS = 2000;
const HOST = /^(?:127\.0\.0\.1|localhost)(?::[0-9]{1,5})?$/;
const NOT_YOURS = 'this is for people who have the duty of compliance';
const PICTURE = /^\/reviews\/([1-9][0-9]{0,18})\/(front|back|selfie)$/;
const UNKNOWN = 'It is not known whether this happened. Look at it before you do it again.';

const headers = {
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  // Not `no-referrer`: with it, browsers say `Origin: null` on our own forms.
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/**
 * Makes the operators' door: a page for browsers, and the same commands as JSON under `/api/COMMAND` for shells.
 *
 * Serve it on 127.0.0.1 and nowhere else. Requests under any other host name are refused (a foreign name may be made to
 * mean this machine), and so is whatever another site sends. Browsers sign in with a token and keep a session cookie;
 * shells send the token as `Authorization: Bearer`. Who acts is told by the token, never by a field.
 *
 * @throws InputError for `people` that cannot be told apart or whose tokens are unfit.
 */
export function createAdminDoor(
  { orders: engine, reviews, people, sandbox }: AdminDoorOptions,
  runtime: Pick<Runtime, 'clock' | 'random' | 'log'>,
): (request: Request) => Promise<Response> {
  const orders: Desk = { ...engine, ...(reviews ? { reviews } : {}) };
  const operators = createPeople(people, sandbox);
  const sessions = createSessions(runtime);

  async function enter(request: Request): Promise<Response> {
    const host = request.headers.get('host') ?? '';
    if (!HOST.test(host)) return refuse(421, 'This page is reached as 127.0.0.1 or localhost only.');
    if (request.url.length > MAX_ADDRESS) return refuse(414, 'The address is too long.');
    const { pathname } = new URL(request.url);
    const origin = request.headers.get('origin');
    if (origin !== null && origin !== `http://${host}`) return refuse(403, 'Another site sent this.');
    if (pathname.startsWith('/api/')) return answerShell(request, pathname.slice('/api/'.length));
    if (request.method === 'GET') return answerPage(request, pathname, host);
    if (request.method !== 'POST') return refuse(405, 'Only GET and POST.');
    // Browsers name the origin of every form: whoever does not name it is no browser, and has the other door.
    if (origin === null) return refuse(403, 'A form without an origin.');
    return answerForm(request, pathname, host);
  }

  async function answerShell(request: Request, name: string): Promise<Response> {
    const [, token = ''] = /^Bearer (\S{1,200})$/.exec(request.headers.get('authorization') ?? '') ?? [];
    const person = token === '' ? null : operators.identify(token);
    if (person === null) return problem(401, 'token', 'unknown', 'this token is nobody’s');
    const command = findCommand(name);
    if (!command) return problem(404, 'command', 'unknown', 'there is no such command');
    if (!operators.has(person, command.needs)) return problem(403, 'command', 'duty', NOT_YOURS);
    const method = command.type === 'read' ? 'GET' : 'POST';
    if (request.method !== method) return problem(405, 'command', 'method', `expected ${method}`);
    const given =
      command.type === 'read'
        ? parametersOf(new URL(request.url).searchParams)
        : await readJson(request, MAX_BODY_BYTES + bytesFor(command), runtime);
    if (given instanceof Response) return given;
    if (given === null) return problem(400, 'arguments', 'malformed', 'expected a JSON object');
    try {
      const input = readInput(command, given);
      if (command.type === 'read') return json(200, await command.run(orders, input, person));
      return json(200, await act(command, input, person));
    } catch (error) {
      if (isInputError(error)) return problem(422, error.field, error.rule, error.message);
      failed(command.name, error);
      return problem(500, 'command', 'failed', command.type === 'change' ? UNKNOWN : 'it failed; see the log');
    }
  }

  async function act(
    command: Extract<AdminCommand, { type: 'change' }>,
    input: CommandInput,
    person: string,
  ): Promise<CommandAnswer> {
    const answer = await command.run(orders, input, person);
    runtime.log.info('admin-command', { operation: command.name, outcome: answer.outcome });
    return answer;
  }

  async function answerForm(request: Request, pathname: string, host: string): Promise<Response> {
    const command = findCommand(/^\/do\/([a-z-]{1,40})$/.exec(pathname)?.[1] ?? '');
    // Only who is signed in may send more than a little.
    const more = command && sessionOf(request, host) ? bytesFor(command) : 0;
    const form = await readForm(request, MAX_BODY_BYTES + more, runtime);
    if (form instanceof Response) return form;
    if (pathname === '/sign-in') return signIn(form, host);
    const session = sessionOf(request, host);
    if (!session) return redirect('/sign-in');
    const { csrf = '', form: formName = '', ...given } = form;
    if (!equalInConstantTime(csrf, session.csrf))
      return refuse(403, 'This form is not of your session. Open the page again.');
    if (pathname === '/sign-out') {
      sessions.close(cookieOf(request, host));
      return redirect('/sign-in', { 'set-cookie': cookie(host, '', 0) });
    }
    if (command?.type !== 'change') return refuse(404, 'There is no such command.');
    if (!operators.has(session.person, command.needs)) return refuse(403, NOT_YOURS);
    if (!/^[0-9a-f]{32}$/.test(formName)) return refuse(400, 'This form has no name. Open the page again.');
    session.notice = session.isRepeated(formName)
      ? { outcome: 'unknown', text: 'This form was sent before: it counts once. Look at what it did.' }
      : await carryOut(command, given, session);
    return redirect(pageOf(command, given));
  }

  async function carryOut(
    command: Extract<AdminCommand, { type: 'change' }>,
    given: Readonly<Record<string, string>>,
    { person }: Session,
  ): Promise<Notice> {
    try {
      const { tells } = await act(command, readInput(command, given), person);
      return { outcome: 'done', text: tells };
    } catch (error) {
      if (isInputError(error))
        return {
          outcome: 'refused',
          text: `Refused. ${titleOf(error.field)}${error.message.slice(error.field.length)}.`,
          command: commandPath(command),
          typed: given,
        };
      failed(command.name, error);
      return { outcome: 'unknown', text: UNKNOWN };
    }
  }

  async function signIn({ token = '' }: Readonly<Record<string, string>>, host: string): Promise<Response> {
    const person = token.length > 0 && token.length <= 200 ? operators.identify(token.trim()) : null;
    if (person === null) {
      runtime.log.warn('admin-sign-in-refused');
      return markup(403, signInPage(sandbox, 'This token is nobody’s.'));
    }
    return redirect('/orders', { 'set-cookie': cookie(host, sessions.open(person)) });
  }

  async function answerPage(request: Request, pathname: string, host: string): Promise<Response> {
    if (pathname === '/style.css') return new Response(style, { headers: { ...headers, 'content-type': 'text/css' } });
    if (pathname === '/icon.svg')
      return new Response(icon, { headers: { ...headers, 'content-type': 'image/svg+xml' } });
    if (pathname === '/sign-in') return markup(200, signInPage(sandbox, null));
    const session = sessionOf(request, host);
    if (!session) return redirect('/sign-in');
    const compliance = operators.has(session.person, 'compliance');
    const [, review = '', picture] = PICTURE.exec(pathname) ?? [];
    if (picture !== undefined) return showPicture(session, compliance, review, picture as PictureName);
    const { notice } = session;
    session.notice = null;
    const context: PageContext = {
      session,
      sandbox,
      notice,
      proposals: (await orders.admin.proposals()).length,
      compliance,
      reviews: compliance && reviews ? (await reviews.cases()).length : null,
      newForm: () => toHex(runtime.random.bytes(16)),
    };
    try {
      return await show(context, pathname, new URL(request.url).searchParams);
    } catch (error) {
      if (isInputError(error)) return markup(404, plainPage(context, 'Not found', error.message));
      throw error;
    }
  }

  async function show(context: PageContext, pathname: string, parameters: URLSearchParams): Promise<Response> {
    const [, number] = /^\/orders\/([A-Za-z0-9]{1,19})$/.exec(pathname) ?? [];
    if (number !== undefined) return markup(200, orderPage(context, await readOrder(orders, number)));
    if (/^\/(?:cases|reviews)/.test(pathname)) return showPeople(context, pathname, parameters);
    switch (pathname) {
      case '/':
        return redirect('/orders');
      case '/orders': {
        const wanted = parameters.get('order')?.trim();
        if (wanted !== undefined) {
          const { number } = await readOrder(orders, wanted);
          return redirect(`/orders/${encodeURIComponent(number)}`);
        }
        const chosen = filterOf(parameters.get('filter') ?? 'open');
        const lists = await Promise.all(
          orderFilters.map(async (filter) => [filter, await readOrders(orders, filter)] as const),
        );
        return markup(200, ordersPage(context, chosen, new Map(lists)));
      }
      case '/proposals':
        return markup(200, proposalsPage(context, await readProposals(orders)));
      case '/money':
        return markup(
          200,
          moneyPage(context, await readBalances(orders), await readTransfers(orders), await readFloatLines(orders)),
        );
      case '/reconcile': {
        const day = parameters.get('day')?.trim() ?? today(runtime.clock.now());
        return markup(200, dayPage(context, day, await readDay(orders, day)));
      }
      case '/engine':
        return markup(200, enginePage(context, await readEngine(orders)));
      default:
        return noSuchPage(context);
    }
  }

  /** Cases and verifications: for people with that duty only. */
  async function showPeople(context: PageContext, pathname: string, parameters: URLSearchParams): Promise<Response> {
    const { person } = context.session;
    if (!context.compliance) return markup(403, plainPage(context, 'Not yours', `Here ${NOT_YOURS.slice(5)} work.`));
    const [, section, id] = /^\/(cases|reviews)(?:\/([1-9][0-9]{0,18}))?$/.exec(pathname) ?? [];
    const wanted = parameters.get('filter');
    if (section === 'cases') {
      if (id !== undefined) return markup(200, casePage(context, await readCase(orders, id, person)));
      const filter = caseFilters.find((one) => one === (wanted ?? 'open'));
      if (filter) return markup(200, casesPage(context, filter, await readCases(orders, filter)));
    }
    if (section === 'reviews') {
      if (id !== undefined) return markup(200, reviewPage(context, await readReview(orders, id, person)));
      const filter = reviewFilters.find((one) => one === (wanted ?? 'waiting'));
      if (filter) return markup(200, reviewsPage(context, filter, await readReviews(orders, filter)));
    }
    return noSuchPage(context);
  }

  /** A document, for whoever may see it; never kept by a browser, and never anything but a picture. */
  async function showPicture(
    { person }: Session,
    compliance: boolean,
    review: string,
    name: PictureName,
  ): Promise<Response> {
    if (!compliance) return refuse(403, NOT_YOURS);
    try {
      const { type, bytes } = await readPicture(orders, review, name, person);
      if (type !== 'image/jpeg' && type !== 'image/png') return refuse(404, 'There is no such picture.');
      return new Response(Uint8Array.from(bytes), { headers: { ...headers, 'content-type': type } });
    } catch (error) {
      if (isInputError(error)) return refuse(404, 'There is no such picture.');
      throw error;
    }
  }

  function sessionOf(request: Request, host: string): Session | null {
    const id = cookieOf(request, host);
    return id === '' ? null : sessions.find(id);
  }

  function failed(operation: string, error: unknown): void {
    runtime.log.error('admin-failed', { operation, error: error instanceof Error ? error.name : typeof error });
  }

  return (request) =>
    enter(request).catch((error: unknown) => {
      failed('page', error);
      return refuse(500, 'It failed; see the log.');
    });
}

function noSuchPage(context: PageContext): Response {
  return markup(404, plainPage(context, 'Not found', 'There is no such page.'));
}

/** The day in Phnom Penh. */
function today(now: number): string {
  return inPhnomPenh(new Date(now).toISOString()).slice(0, 10);
}

const resultPages: Readonly<Record<string, string>> = {
  approve: '/proposals',
  'bring-in': '/money',
  transfer: '/money',
  treasury: '/money',
  statement: '/reconcile',
  pause: '/engine',
  resume: '/engine',
};

/** Where a person looks after a command. */
function pageOf(
  { name }: AdminCommand,
  { order = '', case: id = '', review = '' }: Readonly<Record<string, string>>,
): string {
  if (/^[1-9][0-9]{0,18}$/.test(review)) return `/reviews/${review}`;
  if (/^[1-9][0-9]{0,18}$/.test(id)) return `/cases/${id}`;
  if (/^[A-Za-z0-9]{1,19}$/.test(order)) return `/orders/${order}`;
  const [first = ''] = name.split(' ');
  return resultPages[first] ?? '/orders';
}

function filterOf(text: string): OrderFilter {
  const known = orderFilters.find((filter) => filter === text);
  if (known === undefined) throw new InputError('filter', 'unknown', `expected one of ${orderFilters.join(', ')}`);
  return known;
}

/** Cookies do not know ports: two doors on one machine would take each other's. */
function cookieName(host: string): string {
  return `rielrails-operator-${host.split(':')[1] ?? '80'}`;
}

function cookie(host: string, value: string, maxAge?: number): string {
  const age = maxAge === undefined ? '' : `; Max-Age=${maxAge}`;
  return `${cookieName(host)}=${value}; Path=/; HttpOnly; SameSite=Strict${age}`;
}

function cookieOf(request: Request, host: string): string {
  const name = cookieName(host);
  for (const one of (request.headers.get('cookie') ?? '').split(/; */)) {
    const [key, value = ''] = one.split('=');
    if (key === name && /^[0-9a-f]{64}$/.test(value)) return value;
  }
  return '';
}

async function readForm(
  request: Request,
  maxBytes: number,
  { clock }: Pick<Runtime, 'clock'>,
): Promise<Readonly<Record<string, string>> | Response> {
  const body = await readLimited(request, { maxBytes, clock });
  if (body instanceof Response) return refuse(body.status, 'The form could not be read.');
  return parametersOf(new URLSearchParams(new TextDecoder().decode(body)));
}

async function readJson(
  request: Request,
  maxBytes: number,
  { clock }: Pick<Runtime, 'clock'>,
): Promise<Readonly<Record<string, unknown>> | Response | null> {
  if (request.headers.get('content-type') !== 'application/json')
    return problem(415, 'arguments', 'media-type', 'expected application/json');
  const body = await readLimited(request, { maxBytes, clock });
  if (body instanceof Response) return problem(body.status, 'arguments', 'size', 'could not be read');
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(body));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

/** Names once each; of a repeated one the first counts. */
function parametersOf(parameters: URLSearchParams): Readonly<Record<string, string>> {
  return Object.fromEntries([...parameters].toReversed());
}

function markup(status: number, page: Markup): Response {
  return new Response(page.toString(), { status, headers: { ...headers, 'content-type': 'text/html; charset=utf-8' } });
}

function redirect(location: string, more: Readonly<Record<string, string>> = {}): Response {
  return new Response(null, { status: 303, headers: { ...headers, ...more, location } });
}

function refuse(status: number, text: string): Response {
  return new Response(`${text}\n`, { status, headers: { ...headers, 'content-type': 'text/plain; charset=utf-8' } });
}

function json(status: number, value: unknown): Response {
  return Response.json(value, { status, headers });
}

function problem(status: number, field: string, rule: string, message: string): Response {
  const more = status === 401 ? { 'www-authenticate': 'Bearer' } : {};
  return Response.json({ error: { field, rule, message } }, { status, headers: { ...headers, ...more } });
}
