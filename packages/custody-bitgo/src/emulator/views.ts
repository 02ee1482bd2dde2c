import type { EmulatedRequest } from '@rielrails/kit/emulator';
import type { BookedApproval, BookedTransfer } from './book.ts';
import type { BitgoEmulatorConfig } from './options.ts';

type Fault = EmulatedRequest['fault'];

/** What every withdrawal leaves behind as change, in satoshis. */
const CHANGE = 1_000_000n;

/** How objects are shown. "Get transfer", "Get pending approval"; entries as in recordings of 2017 and 2021. */
export interface Views {
  transfer(one: BookedTransfer, fault: Fault): object;
  approval(one: BookedTransfer, approval: BookedApproval, fault: Fault): object;
}

/** Addresses that every transfer of a wallet shows beside its own. */
export interface Fixtures {
  readonly spent: string;
  readonly change: string;
  readonly payGo: string;
  readonly creator: string;
  readonly enterprise: string;
}

/** Views of one wallet. */
export function createViews({ coin, walletId: wallet }: BitgoEmulatorConfig, fixtures: Fixtures): Views {
  const told = (amount: bigint, fault: Fault) => amount + (fault === 'wrong-amount' ? 1n : 0n);

  /** Nothing is spent before there is a transaction. */
  function entriesOf({ txid, amount, fee, payGo, address, isOwn }: BookedTransfer, fault: Fault): readonly object[] {
    if (txid === null) return [];
    const entry = (at: string, value: bigint) => ({ address: at, value: Number(value), valueString: String(value) });
    const output = { isChange: false, isPayGo: false };
    return [
      { ...entry(fixtures.spent, -(amount + fee + payGo + CHANGE)), wallet },
      ...(amount > 0n ? [{ ...entry(address, told(amount, fault)), ...output, ...(isOwn ? { wallet } : {}) }] : []),
      ...(payGo > 0n ? [{ ...entry(fixtures.payGo, payGo), ...output, isPayGo: true }] : []),
      { ...entry(fixtures.change, CHANGE), ...output, wallet, isChange: true },
    ];
  }

  return {
    transfer(one, fault) {
      const { fee, payGo, isOwn, state, confirmations, sequenceId, approval } = one;
      const leaves = isOwn ? 0n : told(one.amount, fault);
      const value = -(leaves + fee + payGo);
      return {
        id: one.id,
        coin,
        wallet,
        walletType: 'hot',
        enterprise: fixtures.enterprise,
        ...(one.txid === null ? {} : { txid: one.txid }),
        height: one.height,
        heightId: `${one.height}-${one.id}`,
        date: new Date(one.history[0]?.date ?? one.createdAt).toISOString(),
        // Recorded transfers that were signed a moment ago do not have it.
        ...(confirmations > 0 ? { confirmations } : {}),
        type: 'send',
        value: Number(value),
        valueString: String(value),
        intendedValueString: String(value),
        baseValueString: String(-leaves),
        baseValueWithoutFeesString: String(-leaves),
        feeString: String(fee),
        payGoFee: Number(payGo),
        payGoFeeString: String(payGo),
        usd: 0,
        usdRate: 0,
        state: fault === 'unknown-status-word' ? 'quarantined' : state,
        instant: false,
        tags: [wallet],
        history: one.history.map(({ action, date }) => ({ action, date: new Date(date).toISOString() })),
        ...(sequenceId === null ? {} : { sequenceId }),
        ...(approval === null ? {} : { pendingApproval: approval.id }),
        entries: entriesOf(one, fault),
        replaces: one.replaces,
        replacedBy: one.replacedBy,
      };
    },
    approval({ sequenceId, address, amount, fee }, { id, createdAt, state }, fault) {
      const recipients = [{ address, amount: Number(told(amount, fault)) }];
      return {
        id,
        coin,
        wallet,
        enterprise: fixtures.enterprise,
        creator: fixtures.creator,
        createDate: new Date(createdAt).toISOString(),
        info: {
          type: 'transactionRequest',
          transactionRequest: {
            buildParams: { recipients, sequenceId },
            fee: Number(fee),
            recipients,
            requestedAmount: String(told(amount, fault)),
            sourceWallet: wallet,
            validTransaction: '',
          },
        },
        state: fault === 'unknown-status-word' ? 'quarantined' : state,
        scope: 'wallet',
        userIds: [fixtures.creator],
        approvalsRequired: 1,
        resolvers: [],
      };
    },
  };
}
