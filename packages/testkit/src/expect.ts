import { strict as assert } from 'node:assert';
import { isProviderError, moneyToJson, sameMoney } from '@rielrails/core';
import type { LogLine } from './lab.ts';
import type { Attempt, Doubt, DoubtReason, Fault, FaultKind, Money, Refusal } from '@rielrails/core';

/** The value of a write that must have been applied. */
export function mustApply<T>(attempt: Attempt<T>): T {
  if (attempt.outcome === 'applied') return attempt.value;
  assert.fail(`expected applied, got ${attempt.outcome}: ${describe(attempt.fault)}`);
}

/** The fault of a write that must have been refused, as one of these kinds. */
export function mustRefuse(attempt: Attempt<unknown>, ...kinds: readonly FaultKind[]): Refusal {
  if (attempt.outcome !== 'refused') {
    const what = attempt.outcome === 'unknown' ? `: ${describe(attempt.fault)}` : '';
    assert.fail(`expected refused, got ${attempt.outcome}${what}`);
  }
  if (kinds.length > 0) {
    assert.ok(kinds.includes(attempt.fault.kind), `expected ${kinds.join(' or ')}, got ${describe(attempt.fault)}`);
  }
  return attempt.fault;
}

/** The fault of a write whose outcome must be unknown, for one of these reasons. */
export function mustDoubt(attempt: Attempt<unknown>, ...reasons: readonly DoubtReason[]): Doubt {
  if (attempt.outcome !== 'unknown') {
    const what = attempt.outcome === 'refused' ? `: ${describe(attempt.fault)}` : '';
    assert.fail(`expected unknown, got ${attempt.outcome}${what}`);
  }
  if (reasons.length > 0) {
    const { reason } = attempt.fault;
    assert.ok(reasons.includes(reason), `expected unknown for ${reasons.join(' or ')}, got ${reason}`);
  }
  return attempt.fault;
}

/** The fault of a read that must throw, as one of these kinds. */
export async function mustThrow(read: () => Promise<unknown>, ...kinds: readonly FaultKind[]): Promise<Fault> {
  const thrown = await read().then(
    (value) => assert.fail(`expected a thrown fault, got an answer: ${value === null ? 'null' : typeof value}`),
    (error: unknown) => error,
  );
  if (!isProviderError(thrown)) throw thrown;
  const { fault } = thrown;
  assert.ok(kinds.includes(fault.kind), `expected ${kinds.join(' or ')}, got ${describe(fault)}`);
  return fault;
}

/** Two amounts that must agree in asset, scale and size. */
export function mustEqualMoney(actual: Money | undefined, expected: Money, what: string): void {
  const text = (amount: Money | undefined) => (amount ? JSON.stringify(moneyToJson(amount)) : 'nothing');
  assert.ok(actual && sameMoney(actual, expected), `${what}: expected ${text(expected)}, got ${text(actual)}`);
}

/** Unfamiliar words must have been logged, each of them once. */
export function mustReportWordsOnce(lines: readonly LogLine[]): void {
  const words = lines.filter(({ event }) => event === 'unfamiliar-word').map(({ fields }) => fields['word']);
  assert.ok(words.length > 0, 'the unfamiliar word was not logged');
  assert.equal(new Set(words).size, words.length, 'an unfamiliar word was logged again');
}

/** A value that must be there. */
export function mustExist<T>(value: T | null | undefined, what: string): T {
  assert.ok(value !== null && value !== undefined, `${what} is missing`);
  return value;
}

function describe(fault: Fault): string {
  return `${fault.kind} (${fault.message})`;
}
