import type { AnyPaymentProvider, Asset, NonEmpty } from '@rielrails/core';
import { hmac, Secret, toHex } from '@rielrails/kit';
import type { Runtime } from '@rielrails/kit';
import { createAeon } from '@rielrails/provider-aeon';
import { createApay } from '@rielrails/provider-apay';
import { createApayTelegram } from '@rielrails/provider-apay/telegram';
import { createBakong } from '@rielrails/provider-bakong';
import { createBongloy } from '@rielrails/provider-bongloy';
import { createPayway } from '@rielrails/provider-payway';
import { createWing, createWingForm } from '@rielrails/provider-wing';
import type { WingConfig } from '@rielrails/provider-wing';
import type { BotConfig } from './config.ts';
import { sectionOf } from './rail-sections.ts';
import type { RailId } from './rail-sections.ts';
import type { ReadSecret } from './secrets.ts';
import { withoutUndefined } from './without-undefined.ts';

/** What opening a way of paying needs. */
interface Opening {
  readonly config: BotConfig;
  readonly secretOf: ReadSecret;
  readonly runtime: Runtime;
}

const openings: Readonly<Record<RailId, (opening: Opening) => AnyPaymentProvider>> = {
  payway: openPayway,
  bakong: openBakong,
  aeon: openAeon,
  apay: openApay,
  'apay-telegram': openApayTelegram,
  bongloy: openBongloy,
  wing: ({ config, secretOf, runtime }) => createWing(wingConfig(config, secretOf), runtime),
};

/**
 * Opens the ways of paying that are offered, in their order.
 *
 * An order that waits on a way of paying needs it: take one out of `rails` only when none does.
 *
 * @throws ProviderError of kind `config` or InputError naming the section and the field, never a value.
 */
export function openRails(config: BotConfig, secretOf: ReadSecret, runtime: Runtime): NonEmpty<AnyPaymentProvider> {
  const [first, ...others] = config.rails.map((id) => openings[id]({ config, secretOf, runtime }));
  if (!first) throw new RangeError('rails: none is listed');
  return [first, ...others];
}

/** Every currency that one of them takes, in their order. */
export function assetsOf(rails: NonEmpty<AnyPaymentProvider>): NonEmpty<Asset> {
  const assets = rails.flatMap(({ manifest }) => manifest.assets.map(({ minimum }) => minimum.asset));
  return assets.filter(
    ({ code }, index) => assets.findIndex((one) => one.code === code) === index,
  ) as unknown as NonEmpty<Asset>;
}

/** The section of a way of paying that is listed: reading the configuration made sure of it. */
function section<I extends RailId>(config: BotConfig, id: I): NonNullable<BotConfig[(typeof sectionOf)[I]]> {
  const found = config[sectionOf[id]];
  if (!found) throw new RangeError(`rails: ${id} has no section`);
  return found;
}

function openPayway({ config, secretOf, runtime }: Opening): AnyPaymentProvider {
  const { apiKey, previousApiKey, refundPublicKey, ...rest } = section(config, 'payway');
  const settings = {
    ...rest,
    apiKey: secretOf(apiKey),
    ...(previousApiKey ? { previousApiKey: secretOf(previousApiKey) } : {}),
  };
  return refundPublicKey
    ? createPayway({ ...settings, refundPublicKey: secretOf(refundPublicKey).reveal() }, runtime)
    : createPayway(settings, runtime);
}

function openBakong({ config, secretOf, runtime }: Opening): AnyPaymentProvider {
  const { token, account, polling, ...rest } = section(config, 'bakong');
  return createBakong(
    {
      ...withoutUndefined(rest),
      token: secretOf(token),
      account: withoutUndefined(account) as Parameters<typeof createBakong>[0]['account'],
      ...(polling ? { polling: withoutUndefined(polling) } : {}),
    },
    runtime,
  );
}

function openAeon({ config, secretOf, runtime }: Opening): AnyPaymentProvider {
  const { secret, previousSecret, settlesAfterDays, ...rest } = section(config, 'aeon');
  const settings = {
    ...withoutUndefined(rest),
    secret: secretOf(secret),
    ...(previousSecret ? { previousSecret: secretOf(previousSecret) } : {}),
  };
  return settlesAfterDays === undefined
    ? createAeon(settings, runtime)
    : createAeon({ ...settings, settlesAfterDays }, runtime);
}

function openApay({ config, secretOf, runtime }: Opening): AnyPaymentProvider {
  const { apiKey, accessKey, privateKey, previousWebhook, ...rest } = section(config, 'apay');
  const previous = previousWebhook && {
    accessKey: secretOf(previousWebhook.accessKey),
    privateKey: secretOf(previousWebhook.privateKey),
  };
  return createApay(
    {
      ...rest,
      apiKey: secretOf(apiKey),
      accessKey: secretOf(accessKey),
      privateKey: secretOf(privateKey),
      ...(previous ? { previousWebhook: previous } : {}),
    },
    runtime,
  );
}

function openApayTelegram({ config, secretOf, runtime }: Opening): AnyPaymentProvider {
  const { providerToken, environment, currencies, title } = section(config, 'apay-telegram');
  return createApayTelegram(
    {
      environment,
      currencies,
      title,
      botToken: secretOf(config.telegram.token),
      providerToken: secretOf(providerToken),
      webhookSecret: invoiceSecret(config, secretOf),
    },
    runtime,
  );
}

/**
 * What the rail knows Telegram's updates by. Nobody outside needs it: the bot has them from Telegram itself and hands
 * them on, so it is made of the data key.
 */
export function invoiceSecret({ dataKey }: BotConfig, secretOf: ReadSecret): Secret {
  return new Secret(toHex(hmac('sha256', secretOf(dataKey), 'rielrails-bot: updates about invoices')));
}

function openBongloy({ config, secretOf, runtime }: Opening): AnyPaymentProvider {
  const { secretKey, ...rest } = section(config, 'bongloy');
  return createBongloy({ ...withoutUndefined(rest), secretKey: secretOf(secretKey) }, runtime);
}

const WING_FORM = '/wing';

function wingConfig(config: BotConfig, secretOf: ReadSecret): WingConfig {
  const wing = section(config, 'wing');
  const { restApiKey, previousKey, baseUrl, unpaidCodes, username, account, currency, environment, returnUrl } = wing;
  const merchant = {
    ...withoutUndefined({ baseUrl, unpaidCodes, username, account, currency, environment, returnUrl }),
    restApiKey: secretOf(restApiKey),
    ...(previousKey ? { previousKey: secretOf(previousKey) } : {}),
  } as Omit<WingConfig, 'version' | 'password' | 'domain' | 'inquiryPath' | 'formUrl'>;
  if (wing.version === 'v1') return { ...merchant, version: 'v1', formUrl: `${config.publicUrl}${WING_FORM}` };
  const { password, domain, inquiryPath } = wing;
  return {
    ...merchant,
    version: 'v2',
    password: secretOf(password),
    domain,
    ...(inquiryPath === undefined ? {} : { inquiryPath }),
  };
}

/** Wing's form of version 1, which payers open at our door; `null` for any other address. */
export function openWingForm(
  config: BotConfig,
  secretOf: ReadSecret,
  runtime: Runtime,
): (request: Request) => Response | null {
  if (!config.rails.includes('wing')) return () => null;
  const wing = wingConfig(config, secretOf);
  if (wing.version !== 'v1') return () => null;
  const form = createWingForm(wing, runtime);
  return ({ method, url }) => (method === 'GET' && new URL(url).pathname === WING_FORM ? form(url) : null);
}
