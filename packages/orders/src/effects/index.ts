import type { EffectKind } from '../order/order.ts';
import { approvePaymentDoor } from './approve-payment.ts';
import { bumpDoor } from './bump.ts';
import { buyDoor } from './buy.ts';
import { cancelPaymentDoor } from './cancel-payment.ts';
import { completePaymentDoor } from './complete-payment.ts';
import type { EffectDoor } from './outside.ts';
import { refundDoor } from './refund.ts';
import { requestPaymentDoor } from './request-payment.ts';
import { sendDoor } from './send.ts';

/** The way out for each kind of write. */
export const doors: Readonly<Record<EffectKind, EffectDoor>> = {
  'request-payment': requestPaymentDoor,
  'cancel-payment': cancelPaymentDoor,
  'complete-payment': completePaymentDoor,
  'approve-payment': approvePaymentDoor,
  buy: buyDoor,
  send: sendDoor,
  bump: bumpDoor,
  refund: refundDoor,
};
