import type { BuyerAction, OrderView, TermsView } from '@rielrails/orders';
import type { OrderAction, Tap } from './callback-data.ts';

interface Rule {
  /** What the order must allow for the button to count; `null`: nothing is changed by it. */
  readonly needs: BuyerAction | null;
  /** What the button is bound to: this very version of a quote, or this question; or the order as such. */
  readonly boundTo: 'version' | 'question' | 'order';
}

const rules: Readonly<Record<OrderAction, Rule>> = {
  'confirm-refund': { needs: 'confirm', boundTo: 'version' },
  'confirm-deliver': { needs: 'confirm', boundTo: 'version' },
  'if-refund': { needs: 'confirm', boundTo: 'version' },
  'if-deliver': { needs: 'confirm', boundTo: 'version' },
  refresh: { needs: 'refresh-quote', boundTo: 'version' },
  change: { needs: 'refresh-quote', boundTo: 'version' },
  verify: { needs: 'verify', boundTo: 'order' },
  cancel: { needs: 'cancel', boundTo: 'order' },
  look: { needs: 'pay', boundTo: 'order' },
  'answer-refund': { needs: 'answer-price', boundTo: 'question' },
  'answer-deliver': { needs: 'answer-price', boundTo: 'question' },
  receipt: { needs: null, boundTo: 'order' },
  rails: { needs: 'choose-rail', boundTo: 'order' },
  'keep-rail': { needs: null, boundTo: 'order' },
};

const HASH_CHARACTERS = 12;

/**
 * What a button of this order is good for now.
 *
 * Buttons under old messages stay where they are; a mark that has changed since is how they are known as old. A
 * confirmation is also bound to the hash of the terms that were shown.
 */
export function markOf(action: OrderAction, view: OrderView, terms: TermsView | null = null): string {
  switch (rules[action].boundTo) {
    case 'version':
      return terms ? `${view.version.toString(36)}.${terms.hash.slice(0, HASH_CHARACTERS)}` : view.version.toString(36);
    case 'question':
      return (view.question?.answerBy ?? 0).toString(36);
    case 'order':
      return '';
  }
}

/** Whether the order allows this at all now. */
function isOpen(action: OrderAction, view: OrderView): boolean {
  const { needs } = rules[action];
  return needs === null || view.may.includes(needs);
}

/** The same for the choice of a way of paying: in a quote it belongs to that very quote, afterwards to the order. */
export function railMarkOf({ step, version }: OrderView): string {
  return step === 'quote' ? version.toString(36) : '';
}

/** Whether the button of a tap is one that this order still has. */
export function isCurrent(tap: Extract<Tap, { type: 'order' | 'rail' }>, view: OrderView): boolean {
  if (tap.type === 'rail') return view.may.includes('choose-rail') && tap.mark === railMarkOf(view);
  const [version] = tap.mark.split('.');
  return isOpen(tap.action, view) && version === markOf(tap.action, view);
}
