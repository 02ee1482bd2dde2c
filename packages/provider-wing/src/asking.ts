import { ProviderError } from '@rielrails/core';
import type { CallContext, CreatePayment } from '@rielrails/core';
import { formatAmount, stringifyJson, toBase64, toHex, utf8 } from '@rielrails/kit';
import type { Runtime } from '@rielrails/kit';
import { passwordKey, requestHash, seal } from './cipher.ts';
import { WING } from './config.ts';
import type { WingSettings } from './config.ts';
import type { WingWire } from './wire.ts';

/** The longest `item_name`. */
const MAX_PURPOSE = 255;

type V2 = Extract<WingSettings, { readonly version: 'v2' }>;

/** Asks for the page of version 2. The first answer is the only one that is ever shown. */
export async function askForPage(
  settings: V2,
  wire: WingWire,
  { clock, random }: Runtime,
  input: CreatePayment,
  context: CallContext,
): Promise<string> {
  const { username, password, account, inquiryPath, sandbox } = settings;
  if (input.purpose.length > MAX_PURPOSE) throw invalid('purpose', `is longer than ${MAX_PURPOSE} characters`);
  const key = settings.restApiKey.reveal();
  const back = returnUrlOf(settings, input);
  const amount = amountText(input);
  const randomText = toHex(random.bytes(8));
  const timestamp = String(Math.floor(clock.now() / 1000));
  const payload = {
    amount,
    bill_till_rbtn: account.type === 'till' ? '1' : '0',
    bill_till_number: account.number,
    order_reference_no: input.reference,
    return_url: back,
    cancel_url: back,
    rand_str: randomText,
    timestamp,
    wing_account: '',
    merchant_name: '',
    is_inquiry: inquiryPath === undefined ? '0' : '1',
    item_name: input.purpose,
  };
  const signed = [username, key, account.number, amount, input.reference, randomText, timestamp];
  const token = await wire.authorise(
    stringifyJson({
      username,
      rest_api_key: key,
      payload: seal(passwordKey(password), stringifyJson(payload)),
      hash: requestHash(password, randomText, signed),
      sandbox,
    }),
    context,
  );
  return `${settings.baseUrl}/v2/online/payment/confirm?token=${encodeURIComponent(toBase64(utf8(token)))}`;
}

/** Two places always, for riel too: the only form that Wing's examples show. */
export function amountText({ amount }: Pick<CreatePayment, 'amount'>): string {
  return amount.asset.scale === 0 ? `${formatAmount(amount)}.00` : formatAmount(amount);
}

/** Where the payer comes back to, with the reference: a return of version 2 tells no other name of ours. */
export function returnUrlOf(settings: WingSettings, { reference, returnUrl }: CreatePayment): string {
  const text = returnUrl ?? settings.returnUrl;
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) throw invalid('returnUrl', 'is no web address');
  const url = new URL(text);
  url.searchParams.set('reference', reference);
  return url.href;
}

function invalid(field: string, rule: string): ProviderError {
  return new ProviderError({ kind: 'invalid', provider: WING, message: `${WING} ${field}: ${rule}` });
}
