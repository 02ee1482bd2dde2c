import { equalInConstantTime, fromBase64, fromUtf8 } from '@rielrails/kit';
import type { EmulatedRequest, Route } from '@rielrails/kit/emulator';
import type { BookedPayment, Session } from './book.ts';
import { isWebAddress, readAmount } from './house.ts';
import type { House } from './house.ts';
import { donePage, payPage, refusalPage, testAccounts } from './pages.ts';

/** The pages of both versions. `receive` takes the money and calls the merchant. */
export function hostedRoutes(
  house: House,
  receive: (session: Session, name: string) => Promise<BookedPayment>,
): readonly Route[] {
  const { book } = house;

  function pageOf({ url }: EmulatedRequest): Session | undefined {
    const token = url.searchParams.get('token') ?? '';
    try {
      return book.byToken(fromUtf8(fromBase64(token)));
    } catch {
      return undefined;
    }
  }

  function show(request: EmulatedRequest): Response {
    const session = pageOf(request);
    if (!session) return refusalPage(404, 'Unknown token');
    if (session.state !== 'open')
      return refusalPage(409, session.state === 'paid' ? 'This payment was made already' : 'This session is over');
    return payPage(session, request.url.search);
  }

  async function pay(session: Session | undefined, request: EmulatedRequest): Promise<Response> {
    if (!session) return refusalPage(404, 'Unknown session');
    const form = new URLSearchParams(fromUtf8(request.body));
    const phone = (form.get('phone') ?? '').replaceAll(' ', '');
    const account = testAccounts.find((one) => one.phone === phone);
    if (!account) return payPage(session, request.url.search, 'This is not the number of a test account');
    if (!/^[0-9]{4,6}$/.test(form.get('pin') ?? ''))
      return payPage(session, request.url.search, 'A PIN has four to six digits');
    try {
      return donePage(await receive(session, account.name));
    } catch (error) {
      return refusalPage(409, error instanceof RangeError ? error.message : 'Something went wrong');
    }
  }

  /** The form of version 1, as the payer's browser posts it: amounts and all are what the browser says. */
  function openForm({ headers, body }: EmulatedRequest): Response {
    const { merchant, asset } = house;
    const type = headers.get('content-type')?.toLowerCase() ?? '';
    if (!type.startsWith('application/x-www-form-urlencoded')) return refusalPage(415, 'Form only');
    const form = new URLSearchParams(fromUtf8(body));
    const field = (name: string) => form.get(name) ?? '';
    const known =
      field('username') === merchant.username && equalInConstantTime(field('rest_api_key'), merchant.restApiKey);
    if (!known || field('sandbox') !== '1') return refusalPage(401, 'Invalid credential');
    const isTill = merchant.account.type === 'till';
    if (field('bill_till_number') !== merchant.account.number || field('bill_till_rbtn') !== (isTill ? '1' : '0'))
      return refusalPage(400, 'Unknown biller');
    const amount = readAmount(field('amount'), asset);
    if (!amount) return refusalPage(400, 'Invalid amount');
    const reference = field('remark');
    const returnUrl = field('return_url');
    if (!/^[A-Za-z0-9-]{1,50}$/.test(reference) || !isWebAddress(returnUrl)) return refusalPage(400, 'Bad request');
    const session = book.open({
      version: 'v1',
      reference,
      amount,
      purpose: '',
      returnUrl,
      cancelUrl: returnUrl,
      // Merchants that do not send it were seen to be called, and to inquire as well.
      callsBack: field('is_inquiry') !== '1',
    });
    return payPage(session, `pay?session=${session.token}`);
  }

  const confirm = '/wingonlinesdk/v2/online/payment/confirm';
  const invented = 'the page itself, its accounts and its buttons are invented';
  return [
    {
      name: 'confirm-page',
      method: 'GET',
      path: confirm,
      cites: `Wing Online Payment integration specification 2.0.3, "confirm": base64 of the token; ${invented}`,
      provenance: 'seen',
      handle: show,
    },
    {
      name: 'confirm-pay',
      method: 'POST',
      path: confirm,
      cites: `The button of the page: ${invented}`,
      provenance: 'assumed',
      handle: (request) => pay(pageOf(request), request),
    },
    {
      name: 'form',
      method: 'POST',
      path: '/wingonlinesdk/',
      cites: `Version 1, the form that four merchants post: its fields; ${invented}`,
      provenance: 'seen',
      handle: openForm,
    },
    {
      name: 'form-pay',
      method: 'POST',
      path: '/wingonlinesdk/pay',
      cites: `The button of the page: ${invented}`,
      provenance: 'assumed',
      handle: (request) => pay(book.byToken(request.url.searchParams.get('session') ?? ''), request),
    },
  ];
}
