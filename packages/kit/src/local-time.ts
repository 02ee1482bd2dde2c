import type { Instant } from '@rielrails/core';

/**
 * Reads `YYYY-MM-DD HH:mm:ss`, written in the time of a place that the text does not name.
 *
 * `undefined` for anything else, days that do not exist included: an unset date is `""` or `"0"` at some providers.
 *
 * @param utcOffsetHours - how far that place is ahead of UTC: 7 in Phnom Penh.
 */
export function readLocalTime(text: string, utcOffsetHours: number): Instant | undefined {
  if (!/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/.test(text)) return undefined;
  const utc = `${text.slice(0, 10)}T${text.slice(11)}.000Z`;
  const ms = Date.parse(utc);
  if (Number.isNaN(ms) || new Date(ms).toISOString() !== utc) return undefined;
  return (ms - utcOffsetHours * 60 * 60 * 1000) as Instant;
}
