import type { ApayEmulator } from '@rielrails/provider-apay/emulator';
import type { BakongEmulator } from '@rielrails/provider-bakong/emulator';
import type { PaywayEmulator } from '@rielrails/provider-payway/emulator';
import type { BankDesk } from '../world/index.ts';
import { receivingAccount } from './receiving-account.ts';

/** PayWay's own account at ABA: it receives for every merchant, and a code inside the KHQR says for which. */
const PAYWAY_ACCOUNT = 'abaakhppxxx@abaa';

/**
 * The bank app of any bank's customer: it reads whom a KHQR pays, and the money moves where that account is kept.
 *
 * A KHQR that names no account that is known here goes to Bakong, which refuses it as it refuses any.
 */
export function createBankApp({
  payway,
  bakong,
  apay,
}: {
  readonly payway: Pick<PaywayEmulator, 'payByQr'>;
  readonly bakong: Pick<BakongEmulator, 'payByQr'>;
  readonly apay: Pick<ApayEmulator, 'payer'>;
}): Pick<BankDesk, 'payByQr' | 'transfer'> {
  return {
    payByQr: (qr, options) => (receivingAccount(qr) === PAYWAY_ACCOUNT ? payway : bakong).payByQr(qr, options),
    async transfer(account, amount) {
      try {
        return { outcome: 'paid', transaction: await apay.payer.transfer(account, amount) };
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        return { outcome: 'refused', message: error.message.replace(/^payer: /, '') };
      }
    },
  };
}
