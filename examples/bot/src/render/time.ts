import type { Instant } from '@rielrails/core';
import type { Language } from '@rielrails/orders';

const ZONE = 'Asia/Phnom_Penh';
const formats = {
  en: new Intl.DateTimeFormat('en-GB', { timeZone: ZONE, dateStyle: 'medium', timeStyle: 'short', hourCycle: 'h23' }),
  km: new Intl.DateTimeFormat('km-KH', {
    timeZone: ZONE,
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    numberingSystem: 'latn',
  }),
} as const;
const clock = new Intl.DateTimeFormat('en-GB', { timeZone: ZONE, timeStyle: 'short', hourCycle: 'h23' });

/** Day and time in Phnom Penh: `21 Nov 2026, 14:35`. */
export function showTime(at: Instant, language: Language): string {
  return formats[language].format(at);
}

/** The time of day in Phnom Penh: `14:35`. For what ends within the hour. */
export function showClock(at: Instant): string {
  return clock.format(at);
}
