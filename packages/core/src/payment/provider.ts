import type { Attempt } from '../attempt.ts';
import type { CallContext } from '../call.ts';
import type { AnyPaymentManifest, PaymentManifest } from './manifest.ts';
import type { NextActionType } from './next-action.ts';
import type { PaymentOperation, PaymentOperations } from './operations.ts';
import type { CreatePayment, CreatedPayment } from './payment.ts';

/** Ways to pay that are of no use without a certain operation. */
interface OfferNeeds {
  readonly 'embedded-form': 'complete';
  readonly 'pay-to-account': 'complete';
  readonly 'telegram-invoice': 'approve';
}

/** The operations that these offers need and that are missing; `never` when all is well. */
export type MissingOperation<Ops extends PaymentOperation, Offers extends NextActionType> =
  | Exclude<OfferNeeds[Offers & keyof OfferNeeds], Ops>
  | (Ops & ('get' | 'parseWebhook') extends never ? 'get' | 'parseWebhook' : never);

/**
 * A payment provider with exactly these operations and these ways to pay.
 *
 * @example
 * ```ts
 * type PayWay = PaymentProvider<'get' | 'cancel' | 'refund' | 'parseWebhook', 'qr' | 'deep-link' | 'redirect'>;
 * ```
 */
export type PaymentProvider<Ops extends PaymentOperation, Offers extends NextActionType> = {
  readonly spec: 'payment/1';
  readonly id: string;
  readonly manifest: PaymentManifest<Ops, Offers>;
  /**
   * Asks for a payment. The next action is one that `accepts` names; naming one that is not offered does not compile.
   */
  create<A extends Offers>(input: CreatePayment<A>, context?: CallContext): Promise<Attempt<CreatedPayment<A>>>;
} & Pick<PaymentOperations, Ops>;

/**
 * Any payment provider: what an engine holds.
 *
 * Operations are reached through {@link can}. `accepts` may name anything; a provider that
 * offers none of it refuses with `invalid`.
 */
export interface AnyPaymentProvider extends Partial<PaymentOperations> {
  readonly spec: 'payment/1';
  readonly id: string;
  readonly manifest: AnyPaymentManifest;
  create(input: CreatePayment, context?: CallContext): Promise<Attempt<CreatedPayment>>;
}
