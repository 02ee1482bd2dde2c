/** The part of `bakong-khqr` 1.0.20 that is measured: the package brings no types. */
declare module 'bakong-khqr' {
  interface Answer<T> {
    readonly data: T;
  }

  type Made = Answer<{ readonly qr: string; readonly md5: string } | null>;

  interface Info {
    readonly bakongAccountID: string;
  }

  class BakongKHQR {
    static decode(text: string): Answer<Readonly<Record<string, string | null>>>;
    static verify(text: string): { readonly isValid: boolean };
    generateIndividual(info: Info): Made;
    generateMerchant(info: Info): Made;
  }

  const library: {
    readonly BakongKHQR: typeof BakongKHQR;
    readonly IndividualInfo: new (account: string, name: string, city: string, options: object) => Info;
    readonly MerchantInfo: new (
      account: string,
      name: string,
      city: string,
      merchantId: string,
      bank: string,
      options: object,
    ) => Info;
  };
  export default library;
}
