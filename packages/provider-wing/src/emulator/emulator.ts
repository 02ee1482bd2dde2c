import { createEmulator } from '@rielrails/kit/emulator';
import type { EmulatorContext } from '@rielrails/kit/emulator';
import { authorisationRoute } from './authorisation.ts';
import type { BookedPayment, Session } from './book.ts';
import { hostedRoutes } from './hosted.ts';
import { createHouse, SANDBOX_URL } from './house.ts';
import { inquiryRoutes, V2_INQUIRY_PATH } from './inquiry.ts';
import type {
  WingEmulator,
  WingEmulatorOptions,
  WingPayer,
  WingV1EmulatorConfig,
  WingV2EmulatorConfig,
  WingV2InquiryEmulatorConfig,
} from './options.ts';
import { testAccounts } from './pages.ts';
import { browserReturn, callback } from './returns.ts';

/**
 * Wing Online Payment as a request handler: both versions at once, for one merchant of version 2 whom Wing told no path of
 * inquiries.
 */
export function createWingEmulator(context: EmulatorContext, options: WingEmulatorOptions = {}): WingEmulator {
  const { clock, deliver } = context;
  const house = createHouse(context, options);
  const { book } = house;
  const base = createEmulator({
    name: 'wing',
    clock,
    ...(deliver ? { deliver } : {}),
    routes: [
      authorisationRoute(house),
      ...inquiryRoutes(house),
      ...hostedRoutes(house, async (session, name) => {
        const payment = book.pay(session, { name });
        await callBack(payment);
        return payment;
      }),
    ],
  });

  async function callBack(payment: BookedPayment): Promise<void> {
    if (payment.session.callsBack) await base.webhooks.send(callback(payment, house));
  }

  function sessionOf(reference: string): Session {
    const session = book.newest(reference);
    if (!session) throw new RangeError('payer: no page was opened for this reference');
    return session;
  }

  /** Pays, and the payer's browser goes back to the shop. */
  async function pay(session: Session, { amount, name = 'SOK DARA' }: WingPayer): Promise<string> {
    const payment = book.pay(session, { name, ...(amount ? { amount } : {}) });
    await base.webhooks.send(browserReturn(payment));
    await callBack(payment);
    return payment.transaction;
  }

  return {
    ...base,
    config: house.merchant,
    testAccounts,
    payer: {
      pay: async (reference, how = {}) => pay(sessionOf(reference), how),
      // A token pays once. The form of version 1 can be posted again, and is another page then.
      async payTwice(reference, how = {}) {
        const { token: _token, state: _state, ...asked } = sessionOf(reference);
        return asked.version === 'v2' ? null : pay(book.open(asked), how);
      },
      async expire(reference) {
        const session = book.newest(reference);
        if (session?.state === 'open') session.state = 'over';
      },
      // Wing tells nobody that a payer went back, but for the browser that comes.
      async cancel(reference) {
        await base.webhooks.send({ url: sessionOf(reference).cancelUrl, method: 'GET', headers: {}, body: '' });
      },
      reverse: () => Promise.reject(new RangeError('payer: Wing tells nothing of money that was taken back')),
      postForm(html) {
        const decode = (text: string) =>
          text.replaceAll(/&#(\d+);/g, (_all, code: string) => String.fromCharCode(Number(code)));
        const inputs = [...html.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)];
        const body = new URLSearchParams(
          inputs.map(([, name = '', value = '']): [string, string] => [name, decode(value)]),
        );
        return base.fetch(new Request(`${SANDBOX_URL}/`, { method: 'POST', body }), {});
      },
    },
    applied: {
      get payments() {
        return book.sessions.map(({ reference, amount }) => ({ reference, amount }));
      },
      get receipts() {
        return book.payments.map(({ session, transaction, amount }) => {
          return { reference: session.reference, transaction, amount };
        });
      },
      refunds: [],
      cancelled: [],
    },
  };
}

/** The same merchant, to whom Wing named the path of inquiries. */
export function createWingInquiryEmulator(
  context: EmulatorContext,
  options: WingEmulatorOptions = {},
): WingEmulator<WingV2InquiryEmulatorConfig> {
  const emulator = createWingEmulator(context, options);
  return { ...emulator, config: { ...emulator.config, inquiryPath: V2_INQUIRY_PATH } };
}

/** The same merchant, on version 1. */
export function createWingV1Emulator(
  context: EmulatorContext,
  options: WingEmulatorOptions = {},
): WingEmulator<WingV1EmulatorConfig> {
  const emulator = createWingEmulator(context, options);
  const { password: _password, domain: _domain, ...account }: WingV2EmulatorConfig = emulator.config;
  const shopUrl = options.shopUrl ?? 'https://shop.example';
  return { ...emulator, config: { ...account, version: 'v1', formUrl: `${shopUrl}/wing` } };
}
