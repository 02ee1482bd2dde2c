import { money } from '@rielrails/core';
import type { EmulatorContext, PaymentEmulator } from '@rielrails/kit/emulator';
import { createAeonEmulator } from '@rielrails/provider-aeon/emulator';
import type { AeonEmulator } from '@rielrails/provider-aeon/emulator';
import { createApayEmulator } from '@rielrails/provider-apay/emulator';
import type { ApayEmulator } from '@rielrails/provider-apay/emulator';
import { createBakongEmulator } from '@rielrails/provider-bakong/emulator';
import type { BakongEmulator } from '@rielrails/provider-bakong/emulator';
import { createBongloyEmulator } from '@rielrails/provider-bongloy/emulator';
import type { BongloyEmulator } from '@rielrails/provider-bongloy/emulator';
import { createPaywayEmulator } from '@rielrails/provider-payway/emulator';
import type { PaywayEmulator } from '@rielrails/provider-payway/emulator';
import { createWingInquiryEmulator } from '@rielrails/provider-wing/emulator';
import type { WingEmulator } from '@rielrails/provider-wing/emulator';
import type { EngineConfig } from '../launcher/engine-config.ts';
import type { TelegramEmulator } from '../telegram/index.ts';
import type { HostHandler } from '../world/index.ts';
import type { RailId } from './rail-id.ts';

/** How the payment providers of a sandbox are set up. */
export interface RailOptions {
  /** Where providers believe the shop to be. */
  readonly publicOrigin: string;
  /** Whether banks let payers change the amount, scan twice and pay late. */
  readonly takesWrongPayments: boolean;
  /** Calls that Bakong grants in a day. */
  readonly bakongCallsPerDay: number;
  /** Whether Wing told the shop where it answers inquiries. */
  readonly wingInquiry: boolean;
  /** Whose invoices A-Pay pays out. */
  readonly telegram: TelegramEmulator;
  /** What BotFather gave for A-Pay. */
  readonly providerToken: string;
  /** What the bot vouches for updates with. */
  readonly webhookSecret: string;
  readonly botToken: string;
}

/** What really happened at a provider. */
export type MoneyTruth = Pick<PaymentEmulator, 'applied'>;

/** Every payment provider of a sandbox. */
export interface RailEmulators extends Readonly<Record<RailId, MoneyTruth>> {
  readonly payway: PaywayEmulator;
  readonly bakong: BakongEmulator;
  readonly aeon: AeonEmulator;
  readonly apay: ApayEmulator;
  readonly bongloy: BongloyEmulator;
  readonly wing: WingEmulator;
}

/** The payment providers, and how they are reached. */
export interface PlayedRails {
  readonly emulators: RailEmulators;
  /** By the host names that the adapters call and that payers open. */
  readonly hosts: Readonly<Record<string, HostHandler>>;
  /** What the shop's contracts say: enough to configure every adapter. */
  readonly contracts: Pick<EngineConfig['providers'], Exclude<RailId, 'apay-telegram'> | 'apayTelegram'>;
}

/** The address under which A-Pay's API was seen in use; its documents name none. */
const APAY_HOST = 'api.a-pay.one';

/** Opens every payment provider, with play credentials of its own. */
export function playRails(context: EmulatorContext, options: RailOptions): PlayedRails {
  const { publicOrigin, takesWrongPayments, telegram, providerToken, webhookSecret, botToken } = options;
  const webhook = (rail: RailId) => `${publicOrigin}/webhooks/${rail}`;
  const payway = createPaywayEmulator(context, { callbackUrl: webhook('payway'), takesWrongPayments });
  const bakong = createBakongEmulator(context, { takesWrongPayments, callsPerDay: options.bakongCallsPerDay });
  const aeon = createAeonEmulator(context, { callbackUrl: webhook('aeon') });
  const apay = createApayEmulator(context, { postbackUrl: webhook('apay') });
  const bongloy = createBongloyEmulator(context, { hookUrl: webhook('bongloy') });
  // Without an inquiry it is another provider, and its word comes to another door.
  const wingDoor = options.wingInquiry ? webhook('wing') : `${publicOrigin}/webhooks/wing-no-proof`;
  const wing = createWingInquiryEmulator(context, { callbackUrl: wingDoor, shopUrl: publicOrigin });
  const { merchantId, apiKey, refundPublicKey } = payway.config;
  const { inquiryPath, ...wingMerchant } = wing.config;
  return {
    emulators: { payway, bakong, aeon, apay, 'apay-telegram': truthOf(telegram), bongloy, wing },
    hosts: {
      'checkout-sandbox.payway.com.kh': payway,
      'sit-api-bakong.nbc.gov.kh': bakong,
      'sbx-crypto-payment-api.aeon.xyz': aeon,
      'sbx-crypto-payment.aeon.org': aeon,
      [APAY_HOST]: apay,
      'a-pay.one': apay,
      'api.bongloy.com': bongloy,
      'js.bongloy.com': bongloy,
      'sandbox.bongloy.com': bongloy,
      'stageonline.wingmoney.com': wing,
    },
    contracts: {
      payway: { merchantId, apiKey, refundPublicKey },
      bakong: { ...bakong.config, currencies: [...bakong.config.currencies] },
      aeon: { ...aeon.config, currencies: ['USD'] },
      apay: { ...apay.config, baseUrl: `https://${APAY_HOST}` },
      apayTelegram: {
        botToken,
        providerToken,
        webhookSecret,
        environment: 'test',
        currencies: ['USD'],
        title: 'Rielrails',
      },
      bongloy: { ...bongloy.config, currencies: ['USD'] },
      wing: {
        ...wingMerchant,
        unpaidCodes: [...wingMerchant.unpaidCodes],
        ...(options.wingInquiry ? { inquiryPath } : {}),
      },
    },
  };
}

/** What was charged on Telegram invoices. */
function truthOf({ invoices }: TelegramEmulator): MoneyTruth {
  const amountOf = (currency: string, total: number) => money({ code: currency, scale: 2 }, BigInt(total));
  return {
    applied: {
      get payments() {
        return invoices.all.map(({ payload, currency, total }) => ({
          reference: payload,
          amount: amountOf(currency, total),
        }));
      },
      get receipts() {
        return invoices.all.flatMap(({ payload, currency, charges }) =>
          charges.map(({ telegramId, total }) => ({
            reference: payload,
            transaction: telegramId,
            amount: amountOf(currency, total),
          })),
        );
      },
      refunds: [],
      cancelled: [],
    },
  };
}
