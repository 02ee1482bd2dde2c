import { ProviderError } from '@rielrails/core';
import type {
  CallContext,
  KycCase,
  KycOperations,
  KycProvider,
  StartedKyc,
  StartKyc,
  Target,
  WebhookDelivery,
} from '@rielrails/core';
import { doubt } from '../call.ts';
import type { Runtime } from '../runtime.ts';
import { attemptWrite, observeRead } from './observe.ts';
import type { Observed } from './observe.ts';
import { parseSafely } from './parse-safely.ts';

/** The author's side of a KYC provider: plain async functions that return or throw. */
export type KycAuthor<Ops extends keyof KycOperations> = {
  readonly id: string;
  readonly manifest: KycProvider['manifest'];
  start(input: StartKyc, context: CallContext): Promise<StartedKyc>;
  get(target: Target, context: CallContext): Promise<KycCase | null>;
} & Pick<KycOperations, Ops>;

/** Makes a KYC provider out of an author's functions. An error is never an approval. */
export function defineKyc<Ops extends keyof KycOperations>(author: KycAuthor<Ops>, runtime: Runtime): KycProvider<Ops> {
  const { id, manifest } = author;
  const { parseWebhook } = author as unknown as Partial<KycOperations>;
  const at = (operation: string): Observed => ({ provider: id, operation, runtime });
  const provider = {
    spec: 'kyc/1',
    id,
    manifest,
    start: (input: StartKyc, context?: CallContext) =>
      attemptWrite(at('start'), context, async (own) => {
        const started = await author.start(input, own);
        if (started.case.reference !== input.reference)
          throw doubt(id, 'echo-mismatch', `${id} start: answered about another case`);
        return started;
      }),
    get: (target: Target, context?: CallContext) =>
      observeRead(at('get'), context, async (own) => {
        const found = await author.get(target, own);
        if (found && found.reference !== target.reference) {
          throw new ProviderError({
            kind: 'unavailable',
            provider: id,
            message: `${id} get: answered about another case`,
          });
        }
        return found;
      }),
    ...(parseWebhook
      ? { parseWebhook: (delivery: WebhookDelivery) => parseSafely(at('parse-webhook'), () => parseWebhook(delivery)) }
      : {}),
  };
  return provider as unknown as KycProvider<Ops>;
}
