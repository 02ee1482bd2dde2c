import { html, useState } from './preact.js';

/** Does `work` when pressed and cannot be pressed again before it is done. */
export function Button({ onPress, kind = '', testId, label, disabled = false, children }) {
  const [busy, setBusy] = useState(false);
  const press = async () => {
    setBusy(true);
    try {
      await onPress();
    } finally {
      setBusy(false);
    }
  };
  return html`<button
    type="button"
    class=${`button ${kind}`}
    data-testid=${testId}
    aria-label=${label}
    title=${label}
    disabled=${disabled || busy}
    onClick=${press}
  >
    ${children}
  </button>`;
}

/** A titled box. */
export function Card({ title, aside, testId, children }) {
  return html`<section class="card" aria-label=${title} data-testid=${testId}>
    <header class="card-head">
      <h3>${title}</h3>
      ${aside && html`<div class="card-aside">${aside}</div>`}
    </header>
    ${children}
  </section>`;
}

/** A coloured word. */
export function Tag({ word, tone = toneOf(word) }) {
  return html`<span class=${`tag ${tone}`}>${word}</span>`;
}

/** What stands where nothing is yet. */
export function Empty({ children }) {
  return html`<p class="empty">${children}</p>`;
}

const GOOD = ['delivered', 'applied', 'funded', 'approved', 'running', 'clear', 'deliver', 'green'];
const BAD = ['refused', 'failed', 'rejected', 'frozen', 'blocked', 'stopped', 'error', 'revoked', 'red', 'halted'];
const DOUBT = ['unknown', 'review', 'warn', 'refund-due', 'refunding', 'refund', 'pending', 'retry'];

/** @param {string} word */
export function toneOf(word) {
  const lower = word.toLowerCase();
  if (GOOD.includes(lower)) return 'good';
  if (BAD.includes(lower)) return 'bad';
  return DOUBT.includes(lower) ? 'doubt' : '';
}

/** The page's clock is the bot's: a deadline in the chat can be compared with it wherever the page is opened. */
const timeZone = 'Asia/Phnom_Penh';
const formats = {
  second: new Intl.DateTimeFormat('en-GB', { timeZone, timeStyle: 'medium' }),
  minute: new Intl.DateTimeFormat('en-GB', { timeZone, timeStyle: 'short' }),
  day: new Intl.DateTimeFormat('en-GB', { timeZone, day: 'numeric', month: 'short' }),
};

/**
 * A moment in Phnom Penh: `14:35:07`, `14:35` or `21 Nov`.
 *
 * @param {number} at Unix milliseconds
 * @param {keyof typeof formats} to
 */
export function clockTime(at, to = 'second') {
  return formats[to].format(at);
}

/**
 * Digits of minor units as a decimal with groups of three.
 *
 * @param {string} minor
 * @param {number} scale
 */
export function decimal(minor, scale) {
  const negative = minor.startsWith('-');
  const digits = minor.replace('-', '').padStart(scale + 1, '0');
  const whole = (scale === 0 ? digits : digits.slice(0, -scale)).replaceAll(/\B(?=(\d{3})+(?!\d))/g, ' ');
  return `${negative ? '−' : ''}${whole}${scale === 0 ? '' : `.${digits.slice(-scale)}`}`;
}

/**
 * A decimal text with groups of three and without zeros behind its second place.
 *
 * @param {string} text
 */
export function grouped(text) {
  const [whole, fraction] = text.split('.');
  const kept = fraction?.replace(/(?<=^\d\d)(\d*?)0+$/, '$1');
  return `${whole.replaceAll(/\B(?=(\d{3})+(?!\d))/g, ' ')}${kept ? `.${kept}` : ''}`;
}

/** @param {string} text */
export function shorten(text, keep = 8) {
  return text.length > keep * 2 + 1 ? `${text.slice(0, keep)}…${text.slice(-keep)}` : text;
}
