import { createEmulator } from '@rielrails/kit/emulator';
import type { EmulatorContext } from '@rielrails/kit/emulator';
import { toHex } from '@rielrails/kit';
import { createBook } from './book.ts';
import type { Transaction } from './book.ts';
import { scanKhqr } from './khqr.ts';
import type { ScannedKhqr } from './khqr.ts';
import type {
  BakongEmulator,
  BakongEmulatorConfig,
  BakongEmulatorOptions,
  BakongPayer,
  BakongScan,
} from './options.ts';
import { bakongRoutes } from './routes.ts';
import { createTokenDesk } from './token.ts';

/**
 * Bakong as a request handler, built from the "Bakong Open API" document and from what its users measured.
 *
 * Strict: tokens and their age, calls of a day, fields, lists, its own envelope and codes. Its payers' bank apps verify a
 * KHQR before they pay it.
 */
export function createBakongEmulator(context: EmulatorContext, options: BakongEmulatorOptions = {}): BakongEmulator {
  const { clock, random } = context;
  const desk = createTokenDesk(context);
  const book = createBook(context);
  const config: BakongEmulatorConfig = {
    token: desk.issue(),
    environment: 'sit',
    account: {
      type: 'merchant',
      bakongAccount: `rielrails_${toHex(random.bytes(3))}@devb`,
      merchantId: `M${toHex(random.bytes(4))}`,
      acquiringBank: 'Dev Bank',
    },
    merchantName: 'RIELRAILS SANDBOX',
    currencies: options.currencies ?? ['KHR', 'USD'],
  };
  const accounts = new Set([config.account.bakongAccount, ...(options.accounts ?? [])]);
  const emails = new Set(options.emails ?? ['shop@example.com']);
  const switches: BakongEmulator['switches'] = {
    callerInCambodia: true,
    listsAllowed: true,
    linkMaker: true,
    failed: new Set<string>(),
  };
  const seen = new Map<string, string>();
  const over = new Set<string>();
  let detour: string | null = null;

  function see(qr: string): void {
    const { billNumber } = scanKhqr(qr);
    if (billNumber !== undefined) seen.set(billNumber, qr);
  }

  function seenQr(reference: string): string {
    const qr = seen.get(reference);
    if (qr === undefined) throw new RangeError('payer: nobody has seen a QR with this bill number');
    return qr;
  }

  /** What a bank app does between scan and receipt. */
  function scanAndPay(qr: string, how: BakongPayer): BakongScan {
    let scanned: ScannedKhqr;
    try {
      scanned = scanKhqr(qr);
    } catch (error) {
      return { outcome: 'refused', message: error instanceof RangeError ? error.message : 'KHQR is not valid' };
    }
    const refused = (message: string): BakongScan => ({ outcome: 'refused', message });
    const { md5, expiresAtMs, amount: asked, merchantName } = scanned;
    if (over.has(md5) || (expiresAtMs !== undefined && clock.now() > expiresAtMs)) return refused('KHQR is expired');
    // A creation time alone is what gateways wrote before expiries became mandatory.
    if (!scanned.reusable && expiresAtMs === undefined) return refused('KHQR is not valid: no expiry');
    if (!accounts.has(scanned.account)) return refused('Account ID not found');
    const amount = how.amount ?? asked;
    if (!amount || amount.minor <= 0n) return refused('Enter an amount');
    if (amount.asset.code !== scanned.currency && !options.takesWrongPayments) return refused('Wrong currency');
    if (asked && asked.minor !== amount.minor && !options.takesWrongPayments)
      return refused('The amount cannot be changed');
    const from = how.account ?? 'payer@abaa';
    const { hash } = book.add(scanned, { amount, from, to: detour ?? scanned.account });
    switches.failed.delete(md5);
    return { outcome: 'paid', transaction: hash, amount, merchantName };
  }

  async function pay(reference: string, how: BakongPayer = {}): Promise<string> {
    const scan = scanAndPay(seenQr(reference), how);
    if (scan.outcome === 'refused') throw new RangeError(`payer: ${scan.message}`);
    return scan.transaction;
  }

  function transactionOf(hash: string): Transaction {
    const transaction = book.find((one) => one.hash === hash);
    if (!transaction) throw new RangeError('bank: there is no such transaction');
    return transaction;
  }

  const base = createEmulator({
    name: 'bakong',
    clock,
    ...(context.deliver ? { deliver: context.deliver } : {}),
    routes: bakongRoutes({ clock, random, book, desk, options, switches, accounts, emails, see }),
  });

  return {
    ...base,
    config,
    switches,
    see,
    async payByQr(qr, how = {}) {
      return scanAndPay(qr, how);
    },
    payer: {
      pay,
      // A dynamic QR can be scanned again while it lives; the Open API goes on telling the first payment.
      payTwice: pay,
      async expire(reference) {
        over.add(scanKhqr(seenQr(reference)).md5);
      },
      // Bakong never learns that a payer turned away.
      async cancel(reference) {
        seenQr(reference);
      },
      async reverse(transaction) {
        transactionOf(transaction).trackingStatus = 'REFUNDED_BY_RECEIVER';
      },
    },
    track(transaction, trackingStatus) {
      transactionOf(transaction).trackingStatus = trackingStatus;
    },
    misdirect(toAccount) {
      detour = toAccount;
    },
    get statement() {
      return book.statement;
    },
    applied: {
      // A QR is made by the shop alone: Bakong knows of no request, only of money.
      payments: [],
      get receipts() {
        return book.all.map(({ billNumber, hash, amount }) => ({
          reference: billNumber ?? '',
          transaction: hash,
          amount,
        }));
      },
      refunds: [],
      cancelled: [],
    },
  };
}
