import type { Reference } from '@rielrails/core';

/** Lets one call of a reference through at a time; a second one at the same moment throws. */
export function createGate(refusal: () => Error): <T>(reference: Reference, work: () => Promise<T>) => Promise<T> {
  const underway = new Set<Reference>();
  return async (reference, work) => {
    if (underway.has(reference)) throw refusal();
    underway.add(reference);
    try {
      return await work();
    } finally {
      underway.delete(reference);
    }
  };
}
