import type { AssetLimits } from '@rielrails/core';
import type { Language, OrderView, RailView } from '@rielrails/orders';
import { railMarkOf } from '../mark.ts';
import { escapeHtml, isTextKey, say, sayPlain } from '../texts/index.ts';
import type { TextKey } from '../texts/index.ts';
import { showMoney } from './money.ts';
import { button, lines, paragraphs } from './said.ts';
import type { Buttons, Said } from './said.ts';
import { showClock } from './time.ts';

const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;

/**
 * What a way of paying is called by people who use it: `bakong`, or `apay~pay-to-account` where the way has a name of its
 * own. Plain text; a rail that nobody named keeps its id.
 */
export function railName(key: string, language: Language): string {
  const [id = '', way] = key.split('~');
  const own = way === undefined ? undefined : named(`rail.${id}.${way}`, language);
  return own ?? named(`rail.${id}`, language) ?? id;
}

/** The name of a way of paying in buttons: its rail, and the way where another one comes first. */
function keyOf({ id, way, isFirst }: RailView): string {
  return isFirst ? id : `${id}~${way}`;
}

/** The first way of every rail, and each other one that people know under a name of its own. */
function shownOf(rails: readonly RailView[]): readonly RailView[] {
  return rails.filter(({ id, way, isFirst }) => isFirst || isTextKey(`rail.${id}.${way}`));
}

/** Every way of paying on two lines: what it is, how long it takes, how money would come back. */
export function railLines(view: OrderView, rails: readonly RailView[]): string {
  return lines(say(view.language, 'rails.title'), ...shownOf(rails).map((rail) => railLine(rail, view)));
}

/** A button for each way of paying that can be taken. */
export function railButtons(view: OrderView, rails: readonly RailView[]): Buttons {
  const { id: order, language } = view;
  return shownOf(rails)
    .filter(canBeTaken)
    .map((rail) => [
      button(`${rail.chosen ? '● ' : '○ '}${railName(keyOf(rail), language)}`, {
        type: 'rail',
        order,
        rail: keyOf(rail),
        agreed: false,
        mark: railMarkOf(view),
      }),
    ]);
}

/** The ways of paying as a message of their own, once the order is agreed. */
export function renderRails(view: OrderView, rails: readonly RailView[]): Said {
  const { language, number } = view;
  const pay = view.toPay ?? view.lines.find(({ key }) => key === 'pay')?.amount;
  const html = paragraphs(
    say(language, 'rails.another', {
      number,
      amount: pay ? showMoney(pay, language) : '',
      time: view.payBy ? showClock(view.payBy) : '',
    }),
    railLines(view, rails),
  );
  const others = rails.filter(({ chosen }) => !chosen);
  return { html, buttons: [...railButtons(view, others), [keepButton(view)]] };
}

/** The one question before a way of paying that cannot refund by itself. */
export function renderConsent(view: OrderView, rail: string): Said {
  const { language, id: order } = view;
  const floor = view.lines.find(({ key }) => key === 'floor')?.amount;
  return {
    html: say(language, 'rails.consent', {
      rail: railName(rail, language),
      floor: floor ? showMoney(floor, language) : '',
    }),
    buttons: [
      [
        button(sayPlain(language, 'button.rail-agree'), {
          type: 'rail',
          order,
          rail,
          agreed: true,
          mark: railMarkOf(view),
        }),
      ],
      [keepButton(view)],
    ],
  };
}

function keepButton({ language, id: order }: OrderView) {
  return button(sayPlain(language, 'button.rail-keep'), { type: 'order', action: 'keep-rail', order, mark: '' });
}

function canBeTaken({ state }: RailView): boolean {
  return state === 'available' || state === 'down';
}

function railLine(rail: RailView, view: OrderView): string {
  const { language } = view;
  const name = escapeHtml(railName(keyOf(rail), language));
  if (!canBeTaken(rail)) return `✕ ${name}: ${whyNot(rail, language)}`;
  const down = rail.state === 'down' ? say(language, 'rails.down') : null;
  const details = [timeOf(rail, language), refundOf(rail, view), feeOf(rail, language), down];
  const mark = rail.chosen ? '●' : '○';
  return `${mark} <b>${name}</b>\n    ${details.filter((one) => one !== null).join(' · ')}`;
}

function whyNot({ state, assets, limits }: RailView, language: Language): string {
  if (state === 'too-little' || state === 'too-much') return limits ? outside(state, limits, language) : '';
  const codes = assets.map(({ code }) => code);
  return say(language, 'rails.other-currency', {
    currencies: codes.join(', '),
    example: `${codes[0] === 'KHR' ? '40000' : '10'} ${codes[0]?.toLowerCase() ?? ''}`,
  });
}

function outside(state: 'too-little' | 'too-much', { minimum, maximum }: AssetLimits, language: Language): string {
  return state === 'too-little'
    ? say(language, 'rails.too-little', { amount: showMoney(minimum, language) })
    : say(language, 'rails.too-much', { amount: showMoney(maximum, language) });
}

/** What the buyer pays to others on top of the price. To us it is nothing, whatever the way. */
function feeOf({ id }: RailView, language: Language): string | null {
  const fee = named(`rail.fee.${id}`, language);
  return fee === undefined ? null : escapeHtml(fee);
}

function timeOf({ id, way, reversibleForMs }: RailView, language: Language): string {
  const usual = named(`rail.time.${id}`, language) ?? sayPlain(language, way === 'qr' ? 'rail.time.qr' : 'rail.time');
  if (reversibleForMs === null) return escapeHtml(usual);
  return say(language, 'rails.reversible', { days: String(Math.round(reversibleForMs / DAY_MS)) });
}

function refundOf({ refundWay }: RailView, { language, refundWithinMs }: OrderView): string {
  const hours = String(Math.round(refundWithinMs / HOUR_MS));
  return say(language, refundWay === 'rail' ? 'rails.refund.rail' : 'rails.refund.by-hand', { hours });
}

function named(key: string, language: Language): string | undefined {
  return isTextKey(key) ? sayPlain(language, key as Extract<TextKey, 'rail.time'>) : undefined;
}
