import { euConsolidated } from './eu.ts';
import type { ListFormat } from './format.ts';
import { ofacAdvanced } from './ofac-advanced.ts';
import { ofacConsolidated, ofacSdn } from './ofac.ts';
import { ukSanctions } from './uk.ts';
import { unConsolidated } from './un.ts';

/** Every list that can be read. */
export const listFormats: readonly ListFormat[] = [
  ofacSdn,
  ofacConsolidated,
  unConsolidated,
  ofacAdvanced,
  euConsolidated,
  ukSanctions,
];

/** The format of a short name, if there is one. */
export function listFormat(id: string): ListFormat | undefined {
  return listFormats.find((format) => format.id === id);
}
