import { ProviderError, sameMoney } from '@rielrails/core';
import type {
  Asset,
  Attempt,
  BindWithdrawal,
  CallContext,
  Custody,
  CustodyEvent,
  CustodyOperations,
  Money,
  OwnAddress,
  Target,
  WebhookDelivery,
  WebhookOutcome,
  Withdraw,
  Withdrawal,
  WithdrawalTarget,
} from '@rielrails/core';
import { doubt } from '../call.ts';
import type { Runtime } from '../runtime.ts';
import { attemptWrite, observeRead } from './observe.ts';
import type { Observed } from './observe.ts';
import { parseSafely } from './parse-safely.ts';

/** The author's side of a custody: plain functions that return or throw. */
export type CustodyAuthor<Ops extends keyof CustodyOperations> = {
  readonly id: string;
  readonly manifest: Custody['manifest'];
  withdraw(input: Withdraw, context: CallContext): Promise<Withdrawal>;
  get(target: WithdrawalTarget, context: CallContext): Promise<Withdrawal | null>;
} & Pick<AuthoredCustody, Ops>;

/** The optional operations as an author writes them. */
export interface AuthoredCustody {
  balance(asset: Asset, context: CallContext): Promise<{ readonly available: Money; readonly pending: Money }>;
  estimateFee(input: Pick<Withdraw, 'amount'>, context: CallContext): Promise<Money>;
  depositAddress(asset: Asset, context: CallContext): Promise<OwnAddress>;
  bind(input: BindWithdrawal): string;
  bump(target: Target, context: CallContext): Promise<Withdrawal>;
  parseWebhook(delivery: WebhookDelivery): Promise<WebhookOutcome<CustodyEvent>>;
}

/**
 * Makes a custody out of an author's functions: the clearance is compared with the withdrawal field by field before
 * anything is signed or sent, and every write has three outcomes.
 */
export function defineCustody<Ops extends keyof CustodyOperations>(
  author: CustodyAuthor<Ops>,
  runtime: Runtime,
): Custody<Ops> {
  const { id, manifest } = author;
  const written = author as unknown as Partial<AuthoredCustody>;
  const at = (operation: string): Observed => ({ provider: id, operation, runtime });
  const invalid = (message: string) =>
    new ProviderError({ kind: 'invalid', provider: id, message: `${id} ${message}` });

  async function withdraw(input: Withdraw, context: CallContext): Promise<Withdrawal> {
    const { amount, destination, reference } = input;
    if (!manifest.assets.some(({ code }) => code === amount.asset.code))
      throw invalid(`amount: ${amount.asset.code} is not held`);
    if (amount.minor <= 0n) throw invalid('amount: must be above zero');
    if (destination.address.network !== manifest.address.network)
      throw invalid(`address: is of another network; ask for one of ${manifest.address.network}`);
    if (destination.type === 'customer') {
      const { clearance } = destination;
      if (clearance.reference !== reference)
        throw invalid('clearance: is for another reference; mint one for this withdrawal');
      if (
        clearance.address.network !== destination.address.network ||
        clearance.address.text !== destination.address.text
      ) {
        throw invalid('clearance: is for another address; screen the one that is paid');
      }
      if (clearance.maximum.asset.code !== amount.asset.code || amount.minor > clearance.maximum.minor) {
        throw invalid('clearance: allows less than this amount; mint one that covers it');
      }
      if (clearance.validUntil <= runtime.clock.now()) throw invalid('clearance: is no longer valid; screen again');
      if (written.bind && input.binding === undefined) throw invalid('binding: is missing');
    }
    const withdrawal = await author.withdraw(input, context);
    if (withdrawal.reference !== reference || !sameMoney(withdrawal.amount, amount)) {
      throw doubt(id, 'echo-mismatch', `${id} withdraw: the echoed reference or amount is not the one that was sent`);
    }
    return withdrawal;
  }

  const operations: { -readonly [Op in keyof CustodyOperations]?: CustodyOperations[Op] } = {};
  const { balance, estimateFee, depositAddress, bind, bump, parseWebhook } = written;
  if (balance)
    operations.balance = (asset, context) => observeRead(at('balance'), context, (own) => balance(asset, own));
  if (estimateFee)
    operations.estimateFee = (input, context) =>
      observeRead(at('estimate-fee'), context, (own) => estimateFee(input, own));
  if (depositAddress) {
    operations.depositAddress = (asset, context) =>
      observeRead(at('deposit-address'), context, (own) => depositAddress(asset, own));
  }
  if (bind) operations.bind = (input) => bind(input);
  if (bump) operations.bump = (target, context) => attemptWrite(at('bump'), context, (own) => bump(target, own));
  if (parseWebhook) {
    operations.parseWebhook = (delivery) => parseSafely(at('parse-webhook'), () => parseWebhook(delivery));
  }
  const custody = {
    spec: 'custody/1',
    id,
    manifest,
    withdraw: (input: Withdraw, context?: CallContext): Promise<Attempt<Withdrawal>> =>
      attemptWrite(at('withdraw'), context, (own) => withdraw(input, own)),
    get: (target: WithdrawalTarget, context?: CallContext): Promise<Withdrawal | null> =>
      observeRead(at('get'), context, async (own) => {
        const withdrawal = await author.get(target, own);
        if (withdrawal && withdrawal.reference !== target.reference) {
          throw new ProviderError({
            kind: 'unavailable',
            provider: id,
            message: `${id} get: answered about another withdrawal`,
          });
        }
        return withdrawal;
      }),
    ...operations,
  };
  return custody as unknown as Custody<Ops>;
}
