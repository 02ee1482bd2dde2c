import { parseReference } from '@rielrails/core';
import type { Reference } from '@rielrails/core';
import type { Language } from '@rielrails/orders';

/** What a button under a message about an order does. */
export const orderActions = [
  'confirm-refund',
  'confirm-deliver',
  'if-refund',
  'if-deliver',
  'refresh',
  'change',
  'verify',
  'cancel',
  'look',
  'answer-refund',
  'answer-deliver',
  'receipt',
  'rails',
  'keep-rail',
] as const;

/** The name of such a button. */
export type OrderAction = (typeof orderActions)[number];

/** What a tapped button means. */
export type Tap =
  | {
      readonly type: 'order';
      readonly action: OrderAction;
      readonly order: Reference;
      /** What the button was shown for; see `markOf`. A button whose mark is no longer that of its order has ended. */
      readonly mark: string;
    }
  | {
      readonly type: 'rail';
      readonly order: Reference;
      /** The way of paying that is taken: a rail, or a rail with one of its ways (`apay~pay-to-account`). */
      readonly rail: string;
      /** Whether the buyer was told that it leaves only delivery, and wants it all the same. */
      readonly agreed: boolean;
      readonly mark: string;
    }
  | { readonly type: 'language'; readonly language: Language }
  /** An amount as somebody would type it. */
  | { readonly type: 'amount'; readonly text: string }
  | { readonly type: 'privacy'; readonly action: 'export' | 'erase' | 'erase-sure' };

const MAX_BYTES = 64;

/**
 * Writes what a button carries. It holds nothing that may be believed: who taps and what the order allows is checked
 * when it comes back.
 *
 * @throws RangeError when it exceeds the 64 bytes of "Telegram Bot API, InlineKeyboardButton".
 */
export function writeTap(tap: Tap): string {
  const text = write(tap);
  if (new TextEncoder().encode(text).length > MAX_BYTES) throw new RangeError('callback data: longer than 64 bytes');
  return text;
}

function write(tap: Tap): string {
  switch (tap.type) {
    case 'order':
      return `o:${tap.action}:${tap.order}:${tap.mark}`;
    case 'rail':
      return `r:${tap.agreed ? 'y' : 'n'}:${tap.order}:${tap.rail}:${tap.mark}`;
    case 'language':
      return `l:${tap.language}`;
    case 'amount':
      return `a:${tap.text}`;
    case 'privacy':
      return `p:${tap.action}`;
  }
}

/** Reads what a button carried; `null` for everything that {@link writeTap} does not write. */
export function readTap(data: string): Tap | null {
  const order = /^o:([a-z-]{1,20}):([1-9][0-9]{0,18}):([0-9a-z.]{0,24})$/.exec(data);
  if (order) {
    const action = orderActions.find((one) => one === order[1]);
    const reference = readReference(order[2] ?? '');
    return action && reference ? { type: 'order', action, order: reference, mark: order[3] ?? '' } : null;
  }
  const rail = /^r:([yn]):([1-9][0-9]{0,18}):([a-z0-9-]{1,20}(?:~[a-z-]{1,20})?):([0-9a-z]{0,13})$/.exec(data);
  if (rail) {
    const [, agreed, text = '', id = '', mark = ''] = rail;
    const order = readReference(text);
    return order && { type: 'rail', order, rail: id, agreed: agreed === 'y', mark };
  }
  if (data === 'l:en' || data === 'l:km') return { type: 'language', language: data === 'l:en' ? 'en' : 'km' };
  const amount = /^a:([0-9a-z. ]{1,40})$/.exec(data);
  if (amount?.[1]) return { type: 'amount', text: amount[1] };
  if (data === 'p:export' || data === 'p:erase' || data === 'p:erase-sure')
    return { type: 'privacy', action: data.slice(2) as 'export' };
  return null;
}

function readReference(text: string): Reference | null {
  try {
    return parseReference(text);
  } catch {
    return null;
  }
}
