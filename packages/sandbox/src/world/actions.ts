import { InputError, KHR, parseReference, USD } from '@rielrails/core';
import type { Money, Reference } from '@rielrails/core';
import { fromBase64, parseAmount } from '@rielrails/kit';
import { faultNames } from '@rielrails/kit/emulator';
import type { Emulator } from '@rielrails/kit/emulator';
import { z } from 'zod';
import type { TelegramPerson } from '../telegram/index.ts';
import type { BankScan, Desks } from './desks.ts';
import type { StateSources } from './state.ts';

/** Does one named thing in the world. */
export type Actions = Readonly<Record<string, (input: unknown) => Promise<unknown>>>;

const chat = z.int().positive();
const blocks = z.int().min(1).max(100);
const short = z.string().trim().min(1).max(200);
const reference = z.string().transform((text, context): Reference => {
  try {
    return parseReference(text);
  } catch {
    context.addIssue({ code: 'custom', message: 'expected a reference: 1 to 19 digits' });
    return z.NEVER;
  }
});
const base64 = z
  .string()
  .max(14_000_000)
  .transform((text, context): Uint8Array => {
    try {
      return fromBase64(text);
    } catch {
      context.addIssue({ code: 'custom', message: 'expected padded base64' });
      return z.NEVER;
    }
  });
const decimal = z.string().regex(/^\d{1,15}(?:\.\d{1,8})?$/, 'expected a plain decimal');
const nothing = z.strictObject({});
const assets = { KHR, USD } as const;
const WEEK_MS = 7 * 24 * 60 * 60 * 1000;

/**
 * Everything that the page and the scripts can do in the world, by name.
 *
 * Input is read strictly; what breaks a rule is an InputError that names the field and never repeats the value.
 */
export function createActions(sources: StateSources): Actions {
  const { clock, telegram, emulators, desks } = sources;
  const person = (id: number): TelegramPerson => {
    const found = telegram.person(id);
    if (!found) throw new InputError('chat', 'known', 'no private chat with this id');
    return found;
  };

  return {
    'chat/open': action(
      z.strictObject({
        id: chat,
        firstName: short,
        languageCode: z.string().regex(/^[a-z]{2}$/, 'expected two letters'),
        username: z
          .string()
          .regex(/^\w{5,32}$/, 'expected 5 to 32 letters, digits or underscores')
          .optional(),
      }),
      ({ username, ...rest }) => {
        telegram.openChat({ ...rest, ...(username === undefined ? {} : { username }) });
      },
    ),
    'chat/text': action(z.strictObject({ chat, text: z.string().max(4096) }), ({ chat: id, text }) => ({
      messageId: person(id).sendText(text),
    })),
    'chat/photo': action(
      z.strictObject({ chat, bytes: base64, caption: z.string().max(1024).optional() }),
      ({ chat: id, bytes, caption }) => ({ messageId: person(id).sendPhoto(bytes, caption) }),
    ),
    'chat/document': action(
      z.strictObject({ chat, name: short, type: z.string().max(100), bytes: base64 }),
      ({ chat: id, ...file }) => ({ messageId: person(id).sendDocument(file) }),
    ),
    'chat/tap': action(
      z.strictObject({ chat, message: z.int().positive(), button: z.string().min(1).max(256) }),
      ({ chat: id, message, button }) => person(id).tap(message, button),
    ),
    'chat/pay-invoice': action(
      z.strictObject({ chat, slug: short, leave: z.boolean().default(false) }),
      ({ chat: id, slug, leave }) => person(id).payInvoice(slug, { leave }),
    ),
    'chat/block': action(z.strictObject({ chat, blocked: z.boolean() }), ({ chat: id, blocked }) =>
      blocked ? person(id).block() : person(id).unblock(),
    ),

    'bank/pay': action(
      z.strictObject({
        qr: z.string().min(1).max(1000),
        amount: z.string().max(20).optional(),
        asset: z.enum(['KHR', 'USD']).optional(),
        name: short.optional(),
        account: z
          .string()
          .regex(/^[a-z0-9_]{1,20}@[a-z]{4}$/, 'expected name@bank')
          .optional(),
        times: z.int().min(1).max(2).default(1),
      }),
      async ({ qr, times, name, account, ...rest }) => {
        const amount = readAmount(rest);
        const payer = { ...(name === undefined ? {} : { name }), ...(account === undefined ? {} : { account }) };
        const options = { ...(amount ? { amount } : {}), ...payer };
        const scans: BankScan[] = [];
        for (let time = 0; time < times; time += 1) scans.push(await need(desks, 'bank').payByQr(qr, options));
        return { scans };
      },
    ),

    'bank/transfer': action(
      z.strictObject({
        account: z.string().regex(/^\d{6,20}$/, 'expected the digits of an account'),
        amount: z.string().max(20),
        asset: z.enum(['KHR', 'USD']),
      }),
      ({ account, amount, asset }) => need(desks, 'bank').transfer(account, parseAmount(amount, assets[asset])),
    ),

    'exchange/move': action(z.strictObject({ basisPoints: z.int().min(-5000).max(5000) }), ({ basisPoints }) =>
      need(desks, 'exchange').market.move(basisPoints),
    ),
    'exchange/balance': action(
      z.strictObject({
        asset: z.string().regex(/^[A-Z]{2,10}$/, 'expected a code such as USDT'),
        amount: decimal,
      }),
      ({ asset, amount }) => need(desks, 'exchange').market.setBalance(asset, amount),
    ),
    'exchange/fill-partly': action(z.strictObject({ basisPoints: z.int().min(0).max(10_000) }), ({ basisPoints }) =>
      need(desks, 'exchange').market.fillPartly(basisPoints),
    ),
    'exchange/move-second': action(z.strictObject({ basisPoints: z.int().min(-5000).max(5000) }), ({ basisPoints }) =>
      need(desks, 'exchange').moveSecond(basisPoints),
    ),
    'exchange/jump': action(
      z.strictObject({ basisPoints: z.int().min(1).max(5000), spared: decimal.default('0') }),
      ({ basisPoints, spared }) => need(desks, 'exchange').market.jumpAtNextOrder(basisPoints, spared),
    ),
    'exchange/halt': action(z.strictObject({ halted: z.boolean() }), ({ halted }) =>
      need(desks, 'exchange').market.halt(halted),
    ),

    'kyc/approve': action(
      z.strictObject({
        reference,
        name: short.optional(),
        born: z.iso.date().optional(),
        country: z
          .string()
          .regex(/^[A-Z]{2}$/, 'expected two letters')
          .optional(),
        /** The number of the document: two people with the same one are one. */
        documentNumber: z
          .string()
          .regex(/^[0-9A-Z]{5,20}$/, 'expected 5 to 20 letters or digits')
          .optional(),
      }),
      ({ reference: of, name, born, country, documentNumber }) =>
        need(desks, 'kyc').desk.approve(
          of,
          name === undefined
            ? undefined
            : {
                name,
                ...(born === undefined ? {} : { born }),
                ...(country === undefined ? {} : { country }),
                ...(documentNumber === undefined ? {} : { documentNumber }),
              },
        ),
    ),
    'kyc/reject': action(
      z.strictObject({ reference, type: z.enum(['retry', 'final']), reason: short.optional() }),
      ({ reference: of, type, reason }) => need(desks, 'kyc').desk.reject(of, type, reason),
    ),
    'kyc/revoke': action(z.strictObject({ reference }), ({ reference: of }) => need(desks, 'kyc').desk.revoke(of)),

    'lists/add-name': action(z.strictObject({ name: short }), ({ name }) => need(desks, 'lists').addName(name)),
    'lists/remove-name': action(z.strictObject({ name: short }), ({ name }) => need(desks, 'lists').removeName(name)),
    'lists/add-address': action(z.strictObject({ address: z.string().min(14).max(100) }), ({ address }) =>
      need(desks, 'lists').addAddress(address),
    ),
    'lists/age': action(z.strictObject({ age: z.enum(['fresh', 'too-old']) }), ({ age }) =>
      need(desks, 'lists').setAge(age),
    ),

    'custodian/approve': action(nothing, () => need(desks, 'custodian').approve()),
    'custodian/reject': action(nothing, () => need(desks, 'custodian').reject()),

    'chain/mine': action(z.strictObject({ blocks }), ({ blocks: count }) => need(desks, 'chain').mine(count)),
    'chain/reorg': action(z.strictObject({ blocks }), ({ blocks: count }) => need(desks, 'chain').reorg(count)),
    'chain/lookup': action(z.strictObject({ address: z.string().min(14).max(100) }), async ({ address }) => {
      const found = await need(desks, 'chain').lookup(address);
      if (!found) throw new InputError('address', 'network', 'not an address of this network');
      return found;
    }),
    'chain/address': action(nothing, async () => ({ address: await need(desks, 'chain').address() })),

    'fault/add': action(
      z.strictObject({
        emulator: short,
        fault: z.enum(faultNames),
        route: short.default('*'),
        times: z.int().min(1).max(1000).default(1),
      }),
      ({ emulator, fault, route, times }) => {
        const { faults, routes } = find(emulators, emulator);
        if (!['*', 'webhook', ...routes.map(({ name }) => name)].includes(route))
          throw new InputError('route', 'known', 'this emulator has no such route');
        faults.add(fault, { route, times });
      },
    ),
    'fault/clear': action(z.strictObject({ emulator: short }), ({ emulator }) =>
      find(emulators, emulator).faults.clear(),
    ),
    'fault/flush': action(z.strictObject({ emulator: short }), ({ emulator }) =>
      find(emulators, emulator).webhooks.flush(),
    ),

    'clock/forward': action(z.strictObject({ ms: z.int().min(1).max(WEEK_MS) }), async ({ ms }) => {
      clock.forward(ms);
      await desks.machine?.forwardClock(ms);
    }),
    'machine/act': action(z.strictObject({ action: short }), async ({ action: name }) => {
      const { actions } = need(desks, 'machine');
      const act = Object.hasOwn(actions, name) ? actions[name] : undefined;
      if (!act) throw new InputError('action', 'known', 'the machine has no such action');
      await act();
    }),
  };
}

function action<Input>(schema: z.ZodType<Input>, act: (input: Input) => unknown): (input: unknown) => Promise<unknown> {
  return async (input) => {
    const read = schema.safeParse(input);
    if (read.success) return act(read.data);
    const [issue] = read.error.issues;
    const unknown = issue?.code === 'unrecognized_keys' ? issue.keys.join(', ') : null;
    throw new InputError(
      unknown ? 'body' : issue?.path.join('.') || 'body',
      unknown ? 'known-fields' : 'shape',
      unknown ? 'a field that this action does not know' : (issue?.message ?? 'not readable'),
    );
  };
}

function need<Name extends keyof Desks>(desks: Desks, name: Name): NonNullable<Desks[Name]> {
  const desk = desks[name];
  if (!desk) throw new InputError('action', 'present', `there is no ${name} in this world`);
  return desk;
}

function find(emulators: readonly Emulator[], name: string): Emulator {
  const found = emulators.find((one) => one.name === name);
  if (!found) throw new InputError('emulator', 'known', 'no emulator of this name');
  return found;
}

function readAmount({
  amount,
  asset,
}: {
  readonly amount?: string | undefined;
  readonly asset?: 'KHR' | 'USD' | undefined;
}): Money | null {
  if (amount === undefined) return null;
  if (asset === undefined) throw new InputError('asset', 'with-amount', 'an amount needs its asset');
  const read = parseAmount(amount, assets[asset]);
  if (read.minor === 0n) throw new InputError('amount', 'above-zero', 'no bank moves nothing');
  return read;
}
