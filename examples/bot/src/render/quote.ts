import type { Instant } from '@rielrails/core';
import type { OrderView, QuoteLine, RailView, Silence, TermsView } from '@rielrails/orders';
import { markOf } from '../mark.ts';
import type { OrderAction } from '../callback-data.ts';
import { escapeHtml, say, sayPlain } from '../texts/index.ts';
import { inGroupsOfFour } from './address.ts';
import { showMoney } from './money.ts';
import { railButtons, railLines } from './rails.ts';
import { button, lines, paragraphs } from './said.ts';
import type { Buttons, Said } from './said.ts';
import { showClock } from './time.ts';

/** What a quote is shown with. */
export interface QuoteOptions {
  readonly now: Instant;
  /** The text to agree to; wanted once the order can be confirmed. */
  readonly terms: TermsView | null;
  readonly silence: Silence;
  /** The ways of paying; none while there is nothing to choose. */
  readonly rails: readonly RailView[];
  /** What else to say first, as HTML. */
  readonly note?: string;
}

const HOUR_MS = 60 * 60 * 1000;

/** A quote with every line, what happens in every case, and the one next step. */
export function renderQuote(view: OrderView, options: QuoteOptions): Said {
  const { language } = view;
  const { silence } = options;
  const live = (view.quoteValidUntil ?? 0) > options.now;
  const floor = view.lines.find(({ key }) => key === 'floor')?.amount;
  const time = showClock(view.quoteValidUntil ?? options.now);
  const hours = String(Math.round(view.refundWithinMs / HOUR_MS));
  const html = paragraphs(
    options.note ?? null,
    lines(say(language, 'quote.title', { number: view.number }), ...view.lines.map((line) => lineOf(line, view))),
    live ? say(language, 'quote.valid-until', { time }) : say(language, 'quote.expired', { time }),
    options.rails.length > 0 ? railLines(view, options.rails) : null,
    view.address && say(language, 'quote.address', { address: inGroupsOfFour(view.address) }),
    silence === 'refund'
      ? say(language, 'quote.moves.refund')
      : say(language, 'quote.moves.deliver', { floor: floor ? showMoney(floor, language) : '' }),
    say(language, view.refundWay === 'rail' ? 'quote.refund.rail' : 'quote.refund.by-hand', { hours }),
    nextOf(view, options, live),
  );
  return { html, buttons: buttonsOf(view, options, live) };
}

/** Which answer counts at silence, unless the buyer says otherwise: the one that cannot surprise. */
export function defaultSilence({ silenceChoices }: OrderView): Silence {
  return silenceChoices.includes('refund') ? 'refund' : 'deliver';
}

function lineOf({ key, amount }: QuoteLine, { language }: OrderView): string {
  const shown = escapeHtml(showMoney(amount, language));
  const main = key === 'pay' || key === 'arrives';
  return `${sayPlain(language, `line.${key}`)}: ${main ? `<b>${shown}</b>` : shown}`;
}

function nextOf(view: OrderView, { terms }: QuoteOptions, live: boolean): string {
  const { language } = view;
  if (!live) return say(language, 'quote.next.refresh');
  if (view.may.includes('verify')) return say(language, 'quote.next.verify');
  if (view.address === null) return say(language, 'quote.next.address');
  if (!terms) return '';
  return `${say(language, 'quote.next.confirm')}\n<blockquote expandable>${escapeHtml(terms.text)}</blockquote>`;
}

function buttonsOf(view: OrderView, { terms, silence, rails }: QuoteOptions, live: boolean): Buttons {
  const { language, id: order } = view;
  const tap = (action: OrderAction, text: string, agreed: TermsView | null = null) =>
    button(text, { type: 'order', action, order, mark: markOf(action, view, agreed) });
  const last = [tap('change', sayPlain(language, 'button.change')), tap('cancel', sayPlain(language, 'button.cancel'))];
  if (!live) return [[tap('refresh', sayPlain(language, 'button.refresh'))], last];
  const ways = railButtons(view, rails);
  if (view.may.includes('verify')) return [...ways, [tap('verify', sayPlain(language, 'button.verify'))], last];
  if (!terms || !view.may.includes('confirm')) return [...ways, last];
  const choice = (one: Silence) =>
    tap(`if-${one}`, `${one === silence ? '● ' : '○ '}${sayPlain(language, `button.if-${one}`)}`);
  return [
    [tap(`confirm-${silence}`, sayPlain(language, 'button.confirm'), terms)],
    ...ways,
    ...(view.silenceChoices.length > 1 ? view.silenceChoices.map((one) => [choice(one)]) : []),
    last,
  ];
}
