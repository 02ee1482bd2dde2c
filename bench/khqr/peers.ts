import bakongKhqr from 'bakong-khqr';
import { CURRENCY, KHQR, TAG } from 'ts-khqr';
import type { KhqrInput } from '@rielrails/provider-bakong/khqr';

/** What a library made of an input: the text and its md5. */
export interface Written {
  readonly text: string;
  readonly md5: string;
}

/** What was read, by the names that both libraries use; absent is `null`. */
export type Read = Readonly<Record<string, string | null>>;

/** A library as the benchmark calls it. Inputs are brought into its own form beforehand, outside of what is measured. */
export interface Peer {
  readonly name: string;
  /** Gives a function without arguments: what is measured. It writes the time of the call as creation. */
  prepare(input: KhqrInput): () => Written;
  read(text: string): Read;
  verify(text: string): boolean;
}

const { BakongKHQR, IndividualInfo, MerchantInfo } = bakongKhqr;
const bakong = new BakongKHQR();

/** Version 1.0.20: the National Bank's own. */
const nationalBank: Peer = {
  name: 'bakong-khqr',
  prepare(input) {
    const { account, merchantName, merchantCity = 'Phnom Penh' } = input;
    const options = {
      currency: Number(currencyOf(input)),
      ...amountOf(input),
      ...input.additional,
      purposeOfTransaction: input.additional?.purpose,
      languagePreference: input.alternate?.language,
      merchantNameAlternateLanguage: input.alternate?.merchantName,
      merchantCityAlternateLanguage: input.alternate?.merchantCity,
      upiMerchantAccount: input.unionPayAccount,
      merchantCategoryCode: input.merchantCategoryCode,
    };
    if (account.type === 'merchant') {
      const { bakongAccount, merchantId, acquiringBank } = account;
      const info = new MerchantInfo(bakongAccount, merchantName, merchantCity, merchantId, acquiringBank, options);
      return () => written(bakong.generateMerchant(info).data);
    }
    const { bakongAccount, information: accountInformation, acquiringBank } = account;
    const own = { ...options, accountInformation, acquiringBank };
    const info = new IndividualInfo(bakongAccount, merchantName, merchantCity, own);
    return () => written(bakong.generateIndividual(info).data);
  },
  read: (text) => BakongKHQR.decode(text).data,
  verify: (text) => BakongKHQR.verify(text).isValid,
};

/** Version 2.2.3. */
const typed: Peer = {
  name: 'ts-khqr',
  prepare(input) {
    const { account, additional, alternate, unionPayAccount } = input;
    const { type, bakongAccount, acquiringBank } = account;
    const merchantID = account.type === 'merchant' ? account.merchantId : account.information;
    const payload = {
      tag: type === 'merchant' ? TAG.MERCHANT : TAG.INDIVIDUAL,
      accountID: bakongAccount,
      merchantName: input.merchantName,
      currency: currencyOf(input),
      ...amountOf(input),
      ...(merchantID === undefined ? {} : { merchantID }),
      ...(acquiringBank === undefined ? {} : { acquiringBank }),
      ...(input.merchantCity === undefined ? {} : { merchantCity: input.merchantCity }),
      ...(input.merchantCategoryCode === undefined ? {} : { merchantCategoryCode: input.merchantCategoryCode }),
      ...(unionPayAccount === undefined ? {} : { upiMerchantAccount: unionPayAccount }),
      ...(additional ? { additionalData: withPurpose(additional) } : {}),
      ...(alternate
        ? {
            languageData: {
              languagePreference: alternate.language,
              merchantNameAlternateLanguage: alternate.merchantName,
              ...(alternate.merchantCity === undefined
                ? {}
                : { merchantCityAlternateLanguage: alternate.merchantCity }),
            },
          }
        : {}),
    };
    return () => written(KHQR.generate(payload).data);
  },
  read: (text) => KHQR.parse(text).data ?? {},
  verify: (text) => KHQR.verify(text).isValid,
};

export const peers: readonly Peer[] = [nationalBank, typed];

function currencyOf({ demand }: KhqrInput): string {
  const code = demand.type === 'static' ? demand.currency : demand.amount.asset.code;
  return code === 'KHR' ? CURRENCY.KHR : CURRENCY.USD;
}

/** Both take amounts as floating point. */
function amountOf({ demand }: KhqrInput): { readonly amount?: number; readonly expirationTimestamp?: number } {
  if (demand.type === 'static') return {};
  const { amount, expiresAt } = demand;
  return { amount: Number(amount.minor) / 10 ** amount.asset.scale, expirationTimestamp: expiresAt };
}

function withPurpose({ purpose, ...others }: NonNullable<KhqrInput['additional']>) {
  return { ...others, ...(purpose === undefined ? {} : { purposeOfTransaction: purpose }) };
}

function written(data: { readonly qr: string; readonly md5: string } | null): Written {
  if (!data) throw new Error('khqr: a peer refused an input');
  return { text: data.qr, md5: data.md5 };
}
