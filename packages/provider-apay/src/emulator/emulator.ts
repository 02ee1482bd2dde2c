import { KHR, money } from '@rielrails/core';
import type { Money } from '@rielrails/core';
import { equalInConstantTime, fromUtf8, JsonNumber, stringifyJson } from '@rielrails/kit';
import { createEmulator, jsonResponse } from '@rielrails/kit/emulator';
import type { EmulatedRequest, EmulatorContext, Route } from '@rielrails/kit/emulator';
import { ApayRefusal, readAskedDeposit, readKey, sentences } from './asking.ts';
import { createBook, referenceOf } from './book.ts';
import type { Order, Status } from './book.ts';
import type { ApayEmulator, ApayEmulatorConfig, ApayEmulatorOptions } from './options.ts';
import { payPage, resultPage } from './page.ts';
import { postbackOf } from './postback.ts';

const LEAST = 1_000n;
const MOST = 40_000_000n;

/**
 * A-Pay's direct API as a request handler, as far as riel goes: built from its OpenAPI file (0.0.5) and GitBook pages of
 * 2025, and not verified against A-Pay itself.
 */
export function createApayEmulator(context: EmulatorContext, options: ApayEmulatorOptions = {}): ApayEmulator {
  const { clock, deliver } = context;
  const { pageUrl = 'https://a-pay.one', errorStatus = 400, postbacks = 'escaped' } = options;
  const postbackUrl = options.postbackUrl ?? 'https://shop.example/webhooks/apay';
  const book = createBook(context);
  const disabled = new Set<string>();
  const config: ApayEmulatorConfig = {
    baseUrl: 'https://apay.example',
    apiKey: book.hex(32),
    projectId: '1234567',
    webhookId: '7654321',
    accessKey: book.hex(32),
    privateKey: book.hex(32),
  };

  const refused = (message: string, status: number = errorStatus) =>
    jsonResponse({ success: false, status: 'Failed', message, code: status === 200 ? 400 : status }, status);

  /** A route of the API: key and project first, then its own rules. */
  function route(
    method: 'GET' | 'POST',
    name: string,
    page: string,
    handle: (request: EmulatedRequest) => Response | Promise<Response>,
  ): Route {
    return {
      name,
      method,
      path: `/Remotes/${name}`,
      cites: `A-Pay OpenAPI 0.0.5 and "${page}"; the status of a wrong key is assumed`,
      provenance: 'documented',
      async handle(request) {
        const { url, headers } = request;
        if (!equalInConstantTime(headers.get('apikey') ?? '', config.apiKey)) return refused('Unauthorized', 401);
        if (url.searchParams.get('project_id') !== config.projectId) return refused('Project not found', 403);
        try {
          return await handle(request);
        } catch (error) {
          if (error instanceof ApayRefusal) return refused(error.message);
          throw error;
        }
      },
    };
  }

  function orderIn({ url }: EmulatedRequest, kind: Order['kind']): Order {
    const order = book.find(kind, url.searchParams.get('order_id') ?? '');
    // No document gives the words for an unknown order.
    if (!order) throw new ApayRefusal('Order not found');
    return order;
  }

  function createDeposit({ body }: EmulatedRequest): Response {
    const { amount, method, customUserId, customTransactionId, returnUrl } = readAskedDeposit(body, config.webhookId);
    if (disabled.has(method)) throw new ApayRefusal(sentences.noMethod);
    if (amount < LEAST || amount > MOST) throw new ApayRefusal(sentences.limits);
    const place = method === 'ababank' ? book.hex(32) : `0${book.digits(8)}`;
    const asked = {
      kind: 'deposit',
      asked: amount,
      method,
      customUserId,
      customTransactionId,
      returnUrl,
      place,
    } as const;
    const { orderId } = book.add(asked);
    const page = `${pageUrl}/pay?token=${place}&order_id=${orderId}`;
    const data = method === 'ababank' ? { paymentpage_url: page } : { receiver_account_number: place };
    return jsonResponse({ success: true, status: 'Pending', order_id: orderId, data });
  }

  async function activate(request: EmulatedRequest): Promise<Response> {
    const order = orderIn(request, 'deposit');
    const key = readKey(request.body);
    const done = { success: true, order_id: order.orderId };
    if (order.method !== 'wing_l') throw new ApayRefusal(sentences.noMethod);
    if (order.key !== null) return jsonResponse({ ...done, message: 'Already activated', code: 201 });
    // Assumed: an id funds one order, and one that nobody transferred under waits until A-Pay gives up.
    if (book.orders.some((one) => one.key === key)) throw new ApayRefusal(sentences.failed);
    order.key = key;
    order.activatedAt = Math.floor(clock.now() / 1000);
    const transfer = book.transfers.find(
      ({ transactionId, account }) => transactionId === key && account === order.place,
    );
    if (transfer) await settle(order, 'Success', transfer.amount);
    return jsonResponse(done);
  }

  function info(kind: Order['kind']): (request: EmulatedRequest) => Response {
    return (request) => {
      const order = orderIn(request, kind);
      const { orderId, customTransactionId, customUserId, method, createdAt } = order;
      const amount = request.fault === 'wrong-amount' ? order.amount + 1n : order.amount;
      const answer = {
        success: true,
        status: request.fault === 'unknown-status-word' ? 'On hold' : order.status,
        order_id: orderId,
        amount: new JsonNumber(amount.toString()),
        currency: 'KHR',
        payment_system: method,
        custom_transaction_id: customTransactionId,
        custom_user_id: customUserId,
        created_at: createdAt,
      };
      return new Response(stringifyJson(answer), { headers: { 'content-type': 'application/json' } });
    };
  }

  function methods(): Response {
    const [least, most] = [`${LEAST}.00`, `${MOST}.00`];
    const limits = { min_deposit: least, max_deposit: most, min_withdrawals: least, max_withdrawals: most };
    const enabled = ['ababank', 'wing_l'].filter((name) => !disabled.has(name));
    return jsonResponse({
      success: true,
      payment_systems: enabled.map((name) => ({ name, currency: 'KHR', ...limits })),
    });
  }

  function onPage(handle: (order: Order, request: EmulatedRequest) => Response | Promise<Response>): Route['handle'] {
    return (request) => {
      const token = request.url.searchParams.get('token');
      const order = book.find('deposit', request.url.searchParams.get('order_id') ?? '');
      if (!order || order.method !== 'ababank' || order.place !== token) return resultPage(404, 'Unknown link', null);
      if (order.status !== 'Pending') return resultPage(409, 'This order has ended', order.returnUrl);
      return handle(order, request);
    };
  }

  async function chooseOnPage(order: Order, { body }: EmulatedRequest): Promise<Response> {
    const choice = new URLSearchParams(fromUtf8(body)).get('choice');
    const back = new URL(order.returnUrl ?? postbackUrl);
    if (choice === 'pay') {
      await settle(order, 'Success', order.asked);
      return resultPage(200, 'Payment successful', order.returnUrl);
    }
    // "Payment gateway": a payer who turns away comes back with a word; the order stays as it is.
    back.searchParams.set('status', 'Cancel');
    return choice === 'cancel'
      ? new Response(null, { status: 303, headers: { location: back.href } })
      : resultPage(400, 'Choose what to do', null);
  }

  const pageRoute = (name: string, method: 'GET' | 'POST', handle: Route['handle']): Route => ({
    name,
    method,
    path: '/pay',
    cites: 'A-Pay, "Payment gateway": the address; the page itself is invented',
    provenance: 'assumed',
    handle,
  });

  const base = createEmulator({
    name: 'apay',
    clock,
    ...(deliver ? { deliver } : {}),
    throttled: () => refused('Too many requests', 429),
    routes: [
      route('POST', 'create-deposit', 'Create deposit', createDeposit),
      route('POST', 'deposit-activate', 'Deposit activate', activate),
      route('GET', 'deposit-info', 'Deposit info', info('deposit')),
      route('GET', 'withdrawal-info', 'Withdrawal info', info('withdrawal')),
      route('GET', 'payment-systems-info', 'Payment systems info', methods),
      pageRoute('pay-page', 'GET', onPage(payPage)),
      pageRoute('pay-choice', 'POST', onPage(chooseOnPage)),
    ],
  });

  const tell = (orders: readonly Order[]) => base.webhooks.send(postbackOf(orders, postbackUrl, config, postbacks));

  async function settle(order: Order, status: Status, amount = order.amount): Promise<void> {
    order.status = status;
    order.amount = amount;
    order.activatedAt ??= Math.floor(clock.now() / 1000);
    await tell([order]);
  }

  function pendingOf(reference: string): Order {
    const order = book.ofReference(reference);
    if (order.status !== 'Pending') throw new RangeError('payer: the deposit has ended');
    return order;
  }

  const truth = (order: Order, amount: bigint) => ({ reference: referenceOf(order), amount: money(KHR, amount) });
  const deposits = () => book.orders.filter(({ kind }) => kind === 'deposit');
  return {
    ...base,
    config,
    payer: {
      async pay(reference, { amount }: { readonly amount?: Money } = {}) {
        const order = pendingOf(reference);
        const minor = amount?.minor ?? order.asked;
        if (order.method === 'ababank') {
          await settle(order, 'Success', minor);
          return order.orderId;
        }
        return book.transfer(order.place, minor);
      },
      async transfer(account, { asset, minor }) {
        const known = book.orders.some(({ method, place }) => method === 'wing_l' && place === account);
        if (!known) throw new RangeError('payer: there is no such account');
        if (asset.code !== 'KHR' || minor <= 0n) throw new RangeError('payer: the account takes riel');
        return book.transfer(account, minor);
      },
      // An order takes one payment; a second transfer is a case for support.
      payTwice: () => Promise.resolve(null),
      expire: (reference) => settle(pendingOf(reference), 'Failed'),
      reject: (reference) => settle(pendingOf(reference), 'Rejected'),
      // A payer who turns away leaves the order as it is.
      async cancel(reference) {
        book.ofReference(reference);
      },
      reverse: () => Promise.reject(new RangeError('payer: A-Pay tells nothing of money that was taken back')),
    },
    dashboard: {
      async withdraw(amount, label) {
        const order = book.add({
          kind: 'withdrawal',
          asked: amount.minor,
          method: 'ababank',
          customTransactionId: label ?? null,
          customUserId: 'dashboard',
          place: '',
          returnUrl: null,
        });
        await settle(order, 'Success');
        return order.orderId;
      },
      setMethod: (method, enabled) => void (enabled ? disabled.delete(method) : disabled.add(method)),
      sendTogether: (references) => tell(references.map((one) => book.ofReference(one))),
    },
    applied: {
      get payments() {
        return deposits().map((order) => truth(order, order.asked));
      },
      get receipts() {
        return deposits()
          .filter(({ status }) => status === 'Success')
          .map((order) => ({ ...truth(order, order.amount), transaction: order.orderId }));
      },
      refunds: [],
      cancelled: [],
    },
  };
}
