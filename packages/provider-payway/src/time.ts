import type { Instant } from '@rielrails/core';

/** `YYYYMMDDHHmmss` in UTC, as `req_time` and `request_time` want it. */
export function requestTime(now: Instant): string {
  return new Date(now).toISOString().replaceAll(/\D/g, '').slice(0, 14);
}

const PHNOM_PENH_OFFSET_MS = 7 * 60 * 60 * 1000;

/**
 * Reads `YYYY-MM-DD HH:mm:ss`, which PayWay writes in Phnom Penh time (UTC+7, no daylight saving) without saying so.
 *
 * `undefined` for anything else: an unset date is `""` or `"0"` there.
 */
export function readLocalTime(text: string): Instant | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2}) (\d{2}):(\d{2}):(\d{2})$/.exec(text);
  if (!match) return undefined;
  const utc = `${text.slice(0, 10)}T${text.slice(11)}.000Z`;
  const ms = Date.parse(utc);
  if (Number.isNaN(ms) || new Date(ms).toISOString() !== utc) return undefined;
  return (ms - PHNOM_PENH_OFFSET_MS) as Instant;
}
