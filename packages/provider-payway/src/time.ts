import type { Instant } from '@rielrails/core';

/** `YYYYMMDDHHmmss` in UTC, as `req_time` and `request_time` want it. */
export function requestTime(now: Instant): string {
  return new Date(now).toISOString().replaceAll(/\D/g, '').slice(0, 14);
}

/** PayWay writes times in Phnom Penh time (UTC+7, no daylight saving) without saying so. */
export const PHNOM_PENH_UTC_HOURS = 7;
