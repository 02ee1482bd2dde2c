import type { Instant, Money, NextAction } from '@rielrails/core';
import type { Language } from '@rielrails/orders';
import { create } from 'qrcode';
import { showMoney } from '../render/money.ts';
import { railName } from '../render/rails.ts';
import { showTime } from '../render/time.ts';
import { sayPlain } from '../texts/index.ts';
import type { TextKey } from '../texts/index.ts';
import { colours, createSheet, drawBand } from './canvas.ts';
import type { Sheet } from './canvas.ts';

/** What a payer must see before paying. */
export interface PayCard {
  /** What the payer does: a code is shown exactly as the bank app reads it. */
  readonly next: NextAction;
  /** The way of paying, by its id. */
  readonly rail: string;
  readonly amount: Money;
  /** Who gets the bitcoin, as the payer would know them. */
  readonly recipient: string;
  readonly payBy: Instant;
  readonly number: string;
  readonly shop: string;
  readonly language: Language;
  readonly sandbox: boolean;
}

const WIDTH = 720;
const QR_SIDE = 520;
const QUIET_MODULES = 4;
type Label =
  | 'picture.scan'
  | 'picture.tap'
  | 'picture.transfer'
  | 'picture.with'
  | 'picture.purpose'
  | 'picture.for'
  | 'picture.until'
  | 'picture.order'
  | 'picture.warning';

/**
 * The picture by which somebody pays: the code, if there is one, and in Khmer and English what it buys, for whom, until
 * when, and with what.
 *
 * Fraudsters make others pay; whoever scans it reads here that it buys bitcoin for somebody.
 */
export async function drawPayCard(card: PayCard): Promise<Uint8Array> {
  const { next, language } = card;
  const hasCode = next.type === 'qr';
  const sheet = await createSheet(WIDTH, hasCode ? 1222 : 782);
  drawBand(sheet, card.shop, card.sandbox);
  const order = bothWays(language);
  const head = { size: 24, colour: colours.soft, align: 'center' } as const;
  sheet.line(showMoney(card.amount, language), 152, { size: 54, weight: 700, align: 'center' });
  sheet.line(order(what(next)), 196, head);
  if (hasCode) drawQr(sheet, next.payload, (WIDTH - QR_SIDE) / 2, 216);
  const rows: readonly (readonly [Label, string])[] = [
    ['picture.purpose', order('picture.purpose-text')],
    ['picture.for', card.recipient],
    ['picture.until', showTime(card.payBy, language)],
    ['picture.order', card.number],
  ];
  let y = hasCode ? 768 : 328;
  if (!hasCode) sheet.line(railName(card.rail, language), 276, { size: 36, weight: 700, align: 'center' });
  sheet.rule(y);
  for (const [label, value] of rows) {
    y += 58;
    sheet.line(order(label), y, { size: 22, colour: colours.soft }, { from: 48, to: 330 });
    sheet.line(value, y, { size: 26, weight: 600, align: 'right' }, { from: 340, to: WIDTH - 48 });
  }
  sheet.rule(y + 28);
  const [first, second]: readonly Language[] = language === 'km' ? ['km', 'en'] : ['en', 'km'];
  const warning = { size: 24, weight: 600, colour: colours.warn, align: 'center' } as const;
  sheet.line(sayPlain(first ?? 'en', 'picture.warning'), y + 72, warning);
  sheet.line(sayPlain(second ?? 'km', 'picture.warning'), y + 112, { ...warning, size: 20, weight: 400 });
  const footer = (one: Language) => `${sayPlain(one, 'picture.with')}: ${railName(card.rail, one)}`;
  sheet.line(footer(first ?? 'en'), y + 160, { ...head, size: 22, weight: 600 });
  sheet.line(footer(second ?? 'km'), y + 194, { ...head, size: 18 });
  return sheet.png();
}

function what({ type }: NextAction): Label {
  if (type === 'qr') return 'picture.scan';
  return type === 'pay-to-account' ? 'picture.transfer' : 'picture.tap';
}

/** A label in both languages, the reader's own first. */
function bothWays(language: Language): (key: Label | 'picture.purpose-text') => string {
  const other = language === 'km' ? 'en' : 'km';
  return (key) => `${sayPlain(language, key)} · ${sayPlain(other, key)}`;
}

function drawQr({ context }: Sheet, payload: string, left: number, top: number): void {
  const { modules } = create(payload, { errorCorrectionLevel: 'M' });
  const all = modules.size + 2 * QUIET_MODULES;
  // Whole pixels a module: scanners forgive much, but not edges that are neither black nor white.
  const scale = Math.floor(QR_SIDE / all);
  const offset = Math.floor((QR_SIDE - scale * modules.size) / 2);
  context.fillStyle = '#000000';
  for (let row = 0; row < modules.size; row += 1) {
    for (let column = 0; column < modules.size; column += 1) {
      if (modules.get(row, column))
        context.fillRect(left + offset + column * scale, top + offset + row * scale, scale, scale);
    }
  }
}

/** What takes the code's place once nobody should pay by it any more. */
export interface StampCard {
  /** The sentence that says how it stands. */
  readonly step: Extract<TextKey, `status.${string}`>;
  readonly tone: 'good' | 'waiting' | 'over';
  readonly number: string;
  readonly shop: string;
  readonly language: Language;
  readonly sandbox: boolean;
}

const tones = { good: colours.accent, waiting: colours.ink, over: colours.warn } as const;

/** A picture without a code: how the order stands, and that there is nothing to pay here. */
export async function drawStamp(card: StampCard): Promise<Uint8Array> {
  const sheet = await createSheet(WIDTH, 400);
  drawBand(sheet, card.shop, card.sandbox);
  const other = card.language === 'km' ? 'en' : 'km';
  const say = (language: Language) => sayPlain(language, card.step as 'status.paid');
  sheet.line(say(card.language), 186, { size: 58, weight: 700, colour: tones[card.tone], align: 'center' });
  sheet.line(say(other), 240, { size: 32, weight: 600, colour: tones[card.tone], align: 'center' });
  const nothing = `${sayPlain(card.language, 'picture.no-more')} · ${sayPlain(other, 'picture.no-more')}`;
  sheet.line(nothing, 306, { size: 24, colour: colours.soft, align: 'center' });
  const order = `${sayPlain(card.language, 'picture.order')} ${card.number}`;
  sheet.line(order, 356, { size: 24, colour: colours.soft, align: 'center' });
  return sheet.png();
}
