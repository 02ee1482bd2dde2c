import { can } from '@rielrails/core';
import type { AnyPaymentProvider, PaymentEvent, Reference, WebhookOutcome } from '@rielrails/core';
import { unknownPayment } from '../effects/approve-payment.ts';
import { limited } from '../effects/outside.ts';
import type { Outside } from '../effects/outside.ts';
import { judgePayers } from '../effects/request-payment.ts';
import { deliveriesUnderWay, loadOrder, orderOfReference } from '../store/purchases.ts';
import type { Store } from '../store/store.ts';
import type { Driver } from './driver.ts';
import type { Message } from './inbox.ts';

/** What the listener works with. */
export interface ListenerParts {
  readonly store: Store;
  readonly outside: Outside;
  readonly driver: Driver;
}

/** Makes of a rail's stored delivery what it is worth. */
export interface Listener {
  hear(rail: AnyPaymentProvider, message: Message): Promise<void>;
  /**
   * Looks at the deliveries that a custodian's webhook is about; where it names none of ours, at every one that is under way
   * there.
   */
  hearCustody(custody: string, references: readonly string[]): Promise<void>;
}

type Changed = Extract<PaymentEvent, { readonly type: 'changed' }>;
type Asked = Extract<PaymentEvent, { readonly type: 'approval-requested' }>;

/**
 * Makes the listener.
 *
 * A rail with a lookup is asked; its delivery was only the reason. What a rail without one says is believed when it is
 * verified, once more and from the stored bytes. What nobody verified is a claim.
 */
export function createListener({ store, outside, driver }: ListenerParts): Listener {
  async function changed(rail: AnyPaymentProvider, event: Changed, trust: 'verified' | 'hint'): Promise<void> {
    const { reference, handle } = event.target;
    const id = await orderOfReference(store.db, reference);
    if (!id) return;
    if (can(rail, 'get')) {
      // A request whose answer was lost is found by the handle that the delivery brings.
      if (trust === 'verified' && handle !== undefined)
        await driver.drive(id, { type: 'handle-told', reference, handle });
      await driver.drive(id, { type: 'asked-to-look' });
      return;
    }
    if (trust === 'hint' || !event.payment) {
      await driver.drive(id, { type: 'payment-claimed' });
      return;
    }
    const { payment } = event;
    const stored = await loadOrder(store.db, id);
    if (!stored) return;
    const judged = await judgePayers(rail.id, payment, stored.order, outside);
    await driver.drive(id, { type: 'payment-seen', reference, payment, ...judged });
  }

  async function asked(rail: AnyPaymentProvider, event: Asked): Promise<void> {
    const { target, approval, amount, answerBy } = event;
    // Too late is an answer as well, and it is the payer's own screen that gives it.
    if (answerBy <= outside.runtime.clock.now()) return;
    const id = await orderOfReference(store.db, target.reference);
    if (id) {
      const request: Reference = target.reference;
      await driver.drive(id, { type: 'approval-asked', request, approval, amount, answerBy });
    } else if (can(rail, 'approve')) {
      await rail.approve({ approval, decision: { type: 'refuse', message: unknownPayment } }, limited(outside));
    }
  }

  return {
    async hearCustody(custody, references) {
      const ids =
        references.length === 0
          ? await deliveriesUnderWay(store.db, custody)
          : await Promise.all(references.map((reference) => orderOfReference(store.db, reference)));
      for (const id of ids) if (id) await driver.drive(id, { type: 'asked-to-look' });
    },
    async hear(rail, { headers, method = 'POST', url = '', body, trust, receivedAt }) {
      const outcome: WebhookOutcome<PaymentEvent> | undefined = await rail.parseWebhook?.({
        headers: new Headers(headers),
        method,
        url,
        body,
        receivedAt: receivedAt ?? outside.runtime.clock.now(),
      });
      // It was verified when it came; a secret that was changed meanwhile takes that back.
      if (outcome?.outcome !== 'accepted') return;
      for (const event of outcome.events) {
        if (event.type === 'changed') await changed(rail, event, trust);
        else if (trust === 'verified') await asked(rail, event);
      }
    },
  };
}
