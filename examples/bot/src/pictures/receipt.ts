import type { Instant, Money } from '@rielrails/core';
import type { Language, OrderView } from '@rielrails/orders';
import { inGroupsOfFour } from '../render/address.ts';
import { showMoney } from '../render/money.ts';
import { showTime } from '../render/time.ts';
import { sayPlain } from '../texts/index.ts';
import type { TextKey } from '../texts/index.ts';
import { colours, createSheet, drawBand } from './canvas.ts';

/** What a receipt needs beside the order. */
export interface ReceiptOptions {
  readonly shop: string;
  readonly sandbox: boolean;
  /** When it was delivered. */
  readonly at: Instant;
}

const WIDTH = 720;
const GROUPS_PER_LINE = 6;

/** A delivered order on one sheet, in Khmer and English: what was paid, what was sent, where, and by which transaction. */
export async function drawReceipt(view: OrderView, { shop, sandbox, at }: ReceiptOptions): Promise<Uint8Array> {
  const label = labels(view.language);
  const short = receiptRows(view, at);
  const long: readonly (readonly [string, readonly string[]])[] = [
    ...(view.address ? [[label('picture.address'), wrapGroups(view.address)] as const] : []),
    ...(view.delivery?.transactionId
      ? [[label('picture.transaction'), wrapGroups(view.delivery.transactionId)] as const]
      : []),
  ];
  const height = 84 + 96 + short.length * 62 + long.reduce((sum, [, rows]) => sum + 62 + rows.length * 40, 0) + 48;
  const sheet = await createSheet(WIDTH, height);
  drawBand(sheet, shop, sandbox);
  sheet.line(label('picture.receipt'), 148, { size: 36, weight: 700, colour: colours.accent, align: 'center' });
  let y = 156;
  for (const [name, value] of short) {
    y += 62;
    sheet.line(name, y, { size: 21, colour: colours.soft }, { from: 48, to: 320 });
    sheet.line(value, y, { size: 25, weight: 600, align: 'right' }, { from: 330, to: WIDTH - 48 });
  }
  for (const [name, rows] of long) {
    y += 34;
    sheet.rule(y);
    y += 40;
    sheet.line(name, y, { size: 21, colour: colours.soft });
    for (const row of rows) {
      y += 38;
      sheet.line(row, y, { size: 25, weight: 600 });
    }
  }
  return sheet.png();
}

/** The short rows of a receipt, label and value: order, date and money, with what goes back of it. */
export function receiptRows(view: OrderView, at: Instant): readonly (readonly [string, string])[] {
  const { language, received, refunds, delivery } = view;
  const label = labels(language);
  const fee = view.lines.find(({ key }) => key === 'fee')?.amount;
  const network = view.lines.find(({ key }) => key === 'network-fee')?.amount;
  const amounts: readonly (readonly [PictureKey, Money | null | undefined])[] = [
    ['picture.paid', received],
    ...refunds.map(({ amount, done }) => [done ? 'picture.sent-back' : 'picture.back', amount] as const),
    ['picture.fee', fee],
    ['picture.network-fee', network],
    ['picture.delivered', delivery?.amount],
  ];
  return [
    [label('picture.order'), view.number],
    [label('picture.date'), showTime(at, language)],
    ...amounts.flatMap(([key, amount]) => (amount ? [[label(key), showMoney(amount, language)] as const] : [])),
  ];
}

type PictureKey = Extract<TextKey, `picture.${string}`>;

/** A label in the buyer's language and in the other one. */
function labels(language: Language): (key: PictureKey) => string {
  const other = language === 'km' ? 'en' : 'km';
  return (key) => `${sayPlain(language, key)} · ${sayPlain(other, key)}`;
}

function wrapGroups(text: string): readonly string[] {
  const groups = inGroupsOfFour(text).split(' ');
  const rows: string[] = [];
  for (let at = 0; at < groups.length; at += GROUPS_PER_LINE)
    rows.push(groups.slice(at, at + GROUPS_PER_LINE).join('  '));
  return rows;
}
