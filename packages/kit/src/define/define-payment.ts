import { ProviderError, sameMoney } from '@rielrails/core';
import type {
  Attempt,
  CallContext,
  CreatedPayment,
  CreatePayment,
  MissingOperation,
  NextActionType,
  NonEmpty,
  Payment,
  PaymentManifest,
  PaymentOperation,
  PaymentOperations,
  PaymentProvider,
  RefundPayment,
  WebhookDelivery,
  WebhookOutcome,
} from '@rielrails/core';
import { doubt } from '../call.ts';
import type { Runtime } from '../runtime.ts';
import { attemptWrite, observeRead } from './observe.ts';
import type { Observed } from './observe.ts';
import { parseSafely } from './parse-safely.ts';

/** An operation as its author writes it: returns the value or throws a `ProviderError`. */
export type Authored<F> = F extends (input: infer Input, context?: CallContext) => Promise<Attempt<infer Value>>
  ? (input: Input, context: CallContext) => Promise<Value>
  : F;

/**
 * The author's side of a payment provider: plain async functions that return or throw.
 *
 * Everything is inferred from the manifest; the methods must follow it.
 */
export type PaymentAuthor<Ops extends PaymentOperation, Offers extends NextActionType> = {
  readonly id: string;
  readonly manifest: PaymentManifest<Ops, Offers>;
  create(input: CreatePayment<NoInfer<Offers>>, context: CallContext): Promise<CreatedPayment<NoInfer<Offers>>>;
} & { readonly [Op in NoInfer<Ops>]: Authored<PaymentOperations[Op]> } & Complete<MissingOperation<Ops, Offers>>;

/** Asks for a property that nobody has, so that the compiler names the missing operation. */
type Complete<Missing extends PaymentOperation> = [Missing] extends [never] ? unknown : { readonly missing: Missing };

/** Every operation as an author may have written it; what `Ops` leaves out is absent. */
type Written = { readonly [Op in PaymentOperation]?: Authored<PaymentOperations[Op]> };

/**
 * Makes a payment provider out of an author's functions: limits before the wire, three outcomes for every write, the
 * echo check, spans and counters.
 *
 * A write is safe to look up after any outcome; it is repeated only as the manifest's `create.repeat` allows.
 *
 * @throws ProviderError of kind `config` when manifest and methods disagree.
 */
export function definePayment<Ops extends PaymentOperation, Offers extends NextActionType>(
  author: PaymentAuthor<Ops, Offers>,
  runtime: Runtime,
): PaymentProvider<Ops, Offers> {
  const { id, manifest } = author;
  const written = author as unknown as Written;
  assertComplete(id, manifest.operations, written);
  const offered = new Set<NextActionType>(Object.keys(manifest.offers) as NextActionType[]);
  const at = (operation: string): Observed => ({ provider: id, operation, runtime });

  async function create(input: CreatePayment, context: CallContext): Promise<CreatedPayment> {
    const accepts = input.accepts.filter((type) => offered.has(type));
    const [first, ...others] = accepts;
    if (first === undefined) throw invalid(id, 'accepts', `offers only ${[...offered].join(', ')}`);
    checkLimits(id, manifest, input);
    if (input.expiresAt <= runtime.clock.now()) throw invalid(id, 'expiresAt', 'is not in the future');
    const known = [first, ...others] as unknown as NonEmpty<Offers>;
    const created = await author.create({ ...input, accepts: known }, context);
    const { payment, next, handle } = created;
    if (!accepts.includes(next.type))
      throw doubt(id, 'unreadable', `${id} create: gave a way to pay that was not asked for`);
    if (payment.reference !== input.reference || !sameMoney(payment.requested, input.amount)) {
      throw doubt(id, 'echo-mismatch', `${id} create: the echoed reference or amount is not the one that was sent`);
    }
    if (handle !== undefined && handle.length > 1024)
      throw doubt(id, 'unreadable', `${id} create: handle exceeds 1 KB`);
    return created;
  }

  const operations: { -readonly [Op in PaymentOperation]?: PaymentOperations[Op] } = {};
  const { get, cancel, refund, complete, approve, parseWebhook } = written;
  if (get) {
    operations.get = (target, context) =>
      observeRead(at('get'), context, async (own) => {
        const payment = await get(target, own);
        if (payment && payment.reference !== target.reference) {
          throw new ProviderError({
            kind: 'unavailable',
            provider: id,
            message: `${id} get: answered about another payment`,
          });
        }
        return payment;
      });
  }
  if (cancel)
    operations.cancel = (target, context) => attemptWrite(at('cancel'), context, (own) => cancel(target, own));
  if (refund) {
    operations.refund = (input, context) =>
      attemptWrite(at('refund'), context, async (own): Promise<Payment> => {
        checkRefund(id, input);
        return refund(input, own);
      });
  }
  if (complete)
    operations.complete = (input, context) => attemptWrite(at('complete'), context, (own) => complete(input, own));
  if (approve)
    operations.approve = (input, context) => attemptWrite(at('approve'), context, (own) => approve(input, own));
  if (parseWebhook) {
    operations.parseWebhook = (delivery: WebhookDelivery): Promise<WebhookOutcome<never>> =>
      parseSafely(at('parse-webhook'), () => parseWebhook(delivery)) as Promise<WebhookOutcome<never>>;
  }
  const provider = {
    spec: 'payment/1',
    id,
    manifest,
    create: (input: CreatePayment, context?: CallContext) =>
      attemptWrite(at('create'), context, (own) => create(input, own)),
    ...operations,
  };
  return provider as unknown as PaymentProvider<Ops, Offers>;
}

function assertComplete(provider: string, terms: object, written: Written): void {
  const names: readonly PaymentOperation[] = ['get', 'cancel', 'refund', 'complete', 'approve', 'parseWebhook'];
  for (const name of names) {
    if (name in terms === (typeof written[name] === 'function')) continue;
    const message = `${provider}: the manifest and the method "${name}" stand or fall together`;
    throw new ProviderError({ kind: 'config', provider, message });
  }
}

function checkLimits(provider: string, manifest: PaymentManifest<never, never>, { amount }: CreatePayment): void {
  const limits = manifest.assets.find(({ minimum }) => minimum.asset.code === amount.asset.code);
  if (!limits) throw invalid(provider, 'amount', `${amount.asset.code} is not taken`);
  if (limits.minimum.asset.scale !== amount.asset.scale) throw invalid(provider, 'amount', 'has another scale');
  if (amount.minor < limits.minimum.minor || amount.minor > limits.maximum.minor) {
    const range = `${limits.minimum.minor} to ${limits.maximum.minor} minor units of ${amount.asset.code}`;
    throw invalid(provider, 'amount', `must be ${range}`);
  }
}

function checkRefund(provider: string, { amount }: RefundPayment): void {
  if (amount.minor <= 0n) throw invalid(provider, 'amount', 'must be above zero');
}

function invalid(provider: string, field: string, rule: string): ProviderError {
  return new ProviderError({ kind: 'invalid', provider, message: `${provider} ${field}: ${rule}` });
}
