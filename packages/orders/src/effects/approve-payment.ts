import { can } from '@rielrails/core';
import type { ProviderRef } from '@rielrails/core';
import type { RefusalReason } from '../order/approving.ts';
import type { OrderEvent } from '../order/event.ts';
import type { Language } from '../order/order.ts';
import { byId } from '../providers.ts';
import { limited } from './outside.ts';
import type { EffectDoor } from './outside.ts';

/** What a payer reads when a charge is refused. It may be somebody else than the buyer: no word about the order. */
const messages: Readonly<Record<Language, Readonly<Record<RefusalReason, string>>>> = {
  en: {
    paid: 'This was paid already. Nothing is charged.',
    over: 'The time to pay is over. Nothing is charged; start a new purchase.',
    'not-shown': 'This invoice was replaced. Nothing is charged; open the newest one.',
    'other-amount': 'This invoice is for another amount. Nothing is charged; open the newest one.',
    checking: 'This purchase is being checked. Nothing is charged.',
  },
  km: {
    paid: 'បានបង់រួចហើយ។ មិនមានការដកប្រាក់ទេ។',
    over: 'ហួសពេលបង់ប្រាក់ហើយ។ មិនមានការដកប្រាក់ទេ សូមចាប់ផ្តើមទិញម្តងទៀត។',
    'not-shown': 'វិក្កយបត្រនេះត្រូវបានជំនួស។ មិនមានការដកប្រាក់ទេ សូមបើកវិក្កយបត្រថ្មីបំផុត។',
    'other-amount': 'វិក្កយបត្រនេះមានចំនួនទឹកប្រាក់ផ្សេង។ មិនមានការដកប្រាក់ទេ សូមបើកវិក្កយបត្រថ្មីបំផុត។',
    checking: 'ការទិញនេះកំពុងត្រូវបានពិនិត្យ។ មិនមានការដកប្រាក់ទេ។',
  },
};

/** The answer to a payment that no order knows. */
export const unknownPayment = messages.en['not-shown'];

/** Answers a rail that asks whether it may charge. Called once: a late answer is worth nothing. */
export const approvePaymentDoor: EffectDoor = {
  async call(effect, order, outside): Promise<OrderEvent> {
    const { request, reference } = effect;
    if (request.kind !== 'approve-payment') throw new RangeError('effect: is of another kind');
    const rail = byId(outside.providers.rails, effect.provider);
    if (!can(rail, 'approve')) return { type: 'no-answer', reference, retryAfterMs: null };
    const decision =
      request.decision === 'accept'
        ? ({ type: 'accept' } as const)
        : ({ type: 'refuse', message: messages[order.language][request.reason ?? 'over'] } as const);
    const approval = request.approval as ProviderRef;
    return {
      type: 'payment-approved',
      reference,
      attempt: await rail.approve({ approval, decision }, limited(outside)),
    };
  },
  lookUp: (effect) => Promise.resolve({ type: 'no-answer', reference: effect.reference, retryAfterMs: null }),
};
