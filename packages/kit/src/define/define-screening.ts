import { ProviderError } from '@rielrails/core';
import type { CallContext, ChainAddress, Identity, Screening, ScreeningOperations, Verdict } from '@rielrails/core';
import type { Runtime } from '../runtime.ts';
import { observeRead } from './observe.ts';
import type { Observed } from './observe.ts';

/** The author's side of a screening service. */
export type ScreeningAuthor<Ops extends keyof ScreeningOperations> = { readonly id: string } & Pick<
  ScreeningOperations,
  Ops
>;

/**
 * Makes a screening service out of an author's functions: a verdict that names another subject, or is already stale, is
 * no verdict, and an error is never "clear".
 */
export function defineScreening<Ops extends keyof ScreeningOperations>(
  author: ScreeningAuthor<Ops>,
  runtime: Runtime,
): Screening<Ops> {
  const { id } = author;
  const { screenName, screenAddress } = author as unknown as Partial<ScreeningOperations>;
  const at = (operation: string): Observed => ({ provider: id, operation, runtime });
  const noVerdict = (message: string) =>
    new ProviderError({ kind: 'unavailable', provider: id, message: `${id}: ${message}` });

  function check<Of>(verdict: Verdict<Of>, same: (of: Of) => boolean): Verdict<Of> {
    if (!same(verdict.of)) throw noVerdict('the verdict is about somebody or something else');
    if (verdict.validUntil <= runtime.clock.now()) throw noVerdict('the verdict is already stale');
    return verdict;
  }

  const service = {
    spec: 'screening/1',
    id,
    ...(screenName
      ? {
          screenName: (identity: Identity, context?: CallContext) =>
            observeRead(at('screen-name'), context, async (own) =>
              check(await screenName(identity, own), (of) => of.name === identity.name),
            ),
        }
      : {}),
    ...(screenAddress
      ? {
          screenAddress: (address: ChainAddress, context?: CallContext) =>
            observeRead(at('screen-address'), context, async (own) =>
              check(
                await screenAddress(address, own),
                (of) => of.text === address.text && of.network === address.network,
              ),
            ),
        }
      : {}),
  };
  return service as unknown as Screening<Ops>;
}
