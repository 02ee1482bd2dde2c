import { Secret } from '@rielrails/kit';
import type { Duty, Operator } from '../src/admin/index.ts';

/** What those who work in a test's shop sign in with. */
export const tokens = {
  sokha: 'play-money-token-of-sokha',
  dara: 'play-money-token-of-dara',
  vanna: 'play-money-token-of-vanna',
} as const;

/** Who works there. */
export type OperatorName = keyof typeof tokens;

/** All of them. `vanna` has no duty where the others have any. */
export function operatorsWith(duties: readonly Duty[] = []): readonly Operator[] {
  return Object.entries(tokens).map(([name, token]) => ({
    name,
    token: new Secret(token),
    duties: name === 'vanna' ? [] : duties,
  }));
}
