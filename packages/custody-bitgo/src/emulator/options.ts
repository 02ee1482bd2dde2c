import type { Money, Reference } from '@rielrails/core';
import type { BitcoinNetwork } from '@rielrails/kit/bitcoin';
import type { CustodyEmulator } from '@rielrails/kit/emulator';
import type { ErrorDialect } from './answers.ts';

/** What a client of the emulated BitGo is told: enough to configure an adapter. */
export interface BitgoEmulatorConfig {
  readonly expressUrl: string;
  readonly accessToken: string;
  readonly coin: 'btc' | 'tbtc' | 'tbtc4';
  readonly walletId: string;
  readonly walletPassphrase: string;
  readonly webhookSecrets: readonly string[];
}

/** How this BitGo is set up. Most switches are places where documents are silent, or releases differ. */
export interface BitgoEmulatorOptions {
  /** Default: `tbtc4`. */
  readonly coin?: 'btc' | 'tbtc' | 'tbtc4';
  /** Default: the coin's own. */
  readonly network?: BitcoinNetwork;
  /** Policy of the wallet: a withdrawal of more satoshis waits for another user. Default: none waits. */
  readonly approvalAboveSats?: bigint;
  /** Where Express tells the platform's name of an error. Default: `name`. */
  readonly errors?: ErrorDialect;
  /** What a lookup by `sequenceId` finds: every transfer, or only those that were signed. Default: `every`. */
  readonly sequenceLookup?: 'every' | 'signed';
  /** How a withdrawal that waits is answered: it is named, shown, or the whole answer. Default: `id`. */
  readonly waiting?: 'id' | 'object' | 'bare';
  /** BitGo's own fee in satoshis, paid by an output of each withdrawal. Default: none. */
  readonly payGoSats?: bigint;
  /** Whether each change is also told as a webhook about a transaction request, with its `sequenceIds`. Default: no. */
  readonly tellsSequenceIds?: boolean;
  /** Where webhooks go. Default: `http://rielrails.localhost/webhooks/bitgo`. */
  readonly webhookUrl?: string;
}

/** A withdrawal as the people at BitGo's own pages see it. */
export interface WithdrawalOnDesk {
  readonly sequenceId: string;
  readonly address: string;
  readonly amount: Money;
  readonly status: string;
}

/** BitGo on this machine. Its controls name a withdrawal by its `sequenceId`. */
export interface BitgoEmulator extends CustodyEmulator<BitgoEmulatorConfig> {
  readonly approvals: NonNullable<CustodyEmulator['approvals']> & {
    /** It is signed, as this transaction where somebody else plays the chain. */
    approve(reference: Reference, txid?: string): Promise<void>;
  };
  /** The access token of another user of the wallet, who may approve. */
  readonly approverToken: string;
  /** What BitGo and the network do, beside confirming. */
  readonly desk: {
    /** What was asked for under a `sequenceId`, newest first. `status` is BitGo's word. */
    readonly withdrawals: readonly WithdrawalOnDesk[];
    /** What waits for people, oldest first. */
    readonly waiting: readonly (WithdrawalOnDesk & { readonly approvalId: string })[];
    /** The pending approval gets another word: `awaitingSignature`, `pendingBitGoAdminApproval`. */
    hold(reference: Reference, word: string): void;
    /** The network has seen it. */
    broadcast(reference: Reference): Promise<void>;
    /** Its block was reorganised away. */
    remove(reference: Reference): Promise<void>;
    /** It could not be confirmed: the coins are free again. */
    fail(reference: Reference): Promise<void>;
    /** Somebody raises its fee at BitGo. Gives the id of the transaction that took its place. */
    accelerate(reference: Reference): Promise<string>;
    /** Its coins are spent otherwise, and nobody is paid. Gives the id of the transaction that did it. */
    sweep(reference: Reference): Promise<string>;
    /** Sends nothing to this address, whoever asks. */
    block(address: string): void;
  };
}
