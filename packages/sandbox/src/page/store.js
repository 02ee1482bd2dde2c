import { useEffect, useState } from './preact.js';

/**
 * The world's state in parts, as the server tells it, and the page's own: the scanned QR, the last problem.
 *
 * @type {Record<string, any>}
 */
let state = { online: false, scan: null, problem: null, chatId: null, invoice: null };

/** @type {Set<(state: Record<string, any>) => void>} */
const listeners = new Set();

/** @param {Record<string, unknown>} change */
export function update(change) {
  state = { ...state, ...change };
  for (const listener of listeners) listener(state);
}

/** The state, in a component that is drawn again when it changes. */
export function useStore() {
  const [current, setCurrent] = useState(state);
  useEffect(() => {
    listeners.add(setCurrent);
    setCurrent(state);
    return () => listeners.delete(setCurrent);
  }, []);
  return current;
}

/** Follows the server for as long as the page is open. The browser reconnects and says what it saw last. */
export function follow() {
  const events = new EventSource('/events');
  events.addEventListener('open', () => update({ online: true }));
  events.addEventListener('error', () => update({ online: false }));
  events.addEventListener('part', ({ data }) => {
    const { part, value } = JSON.parse(data);
    update({ [part]: value, online: true });
  });
}

/**
 * Does something in the world. A refusal is shown at the foot of the page and gives `null`.
 *
 * @param {string} name
 * @param {Record<string, unknown>} [input]
 */
export async function act(name, input = {}) {
  try {
    // oxlint-disable-next-line no-restricted-globals -- a page has no Runtime
    const response = await fetch(`/control/${name}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(input),
    });
    const answer = await response.json();
    if (answer.ok) {
      update({ problem: null });
      return answer.result ?? {};
    }
    update({ problem: answer.error.message });
  } catch {
    update({ problem: 'The sandbox does not answer.' });
  }
  return null;
}

/** The sandbox's present moment, in Unix milliseconds. */
export function now() {
  // oxlint-disable-next-line no-restricted-properties -- a page has no Runtime
  return Date.now() + (state.clock?.offsetMs ?? 0);
}
