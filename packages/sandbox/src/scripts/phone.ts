import { createTransport } from '@rielrails/kit';
import { z } from 'zod';
import type { Play } from './play.ts';
import { readQr } from './read-qr.ts';

/** Somebody's phone with the chat open: types, taps, reads, and looks at pictures. */
export interface Phone {
  say(text: string): Promise<void>;
  /** Waits for a button that begins with this text in the newest message that has one, and taps it. */
  tap(label: string): Promise<void>;
  /** Waits for a message of the bot with these words. */
  sees(words: string): Promise<void>;
  /** Waits for a picture with a QR code under a payable order, and reads it. */
  scan(): Promise<string>;
}

const message = z.object({
  message_id: z.number(),
  text: z.string().optional(),
  caption: z.string().optional(),
  photo: z.array(z.object({ file_id: z.string() })).optional(),
  reply_markup: z
    .object({ inline_keyboard: z.array(z.array(z.object({ text: z.string(), callback_data: z.string().optional() }))) })
    .optional(),
});
const state = z.object({
  chats: z.object({
    chats: z.array(
      z.object({
        id: z.number(),
        messages: z.array(z.object({ message, byBot: z.boolean(), deleted: z.boolean() })),
      }),
    ),
  }),
});
type Message = z.infer<typeof message>;

/** Opens a private chat with the bot. */
export async function openPhone(play: Play, chat: number, firstName: string): Promise<Phone> {
  const world = play.sandbox.ready.url;
  const fetch = createTransport({ loopbackPorts: [Number(new URL(world).port)] });
  const ask = (path: string) => fetch(new Request(world + path), {});
  await play.act('chat/open', { id: chat, firstName, languageCode: 'en' });

  async function messages(): Promise<readonly Message[]> {
    const { chats } = state.parse(await (await ask('/state')).json());
    const own = chats.chats.find(({ id }) => id === chat)?.messages ?? [];
    return own.filter(({ byBot, deleted }) => byBot && !deleted).map((one) => one.message);
  }

  async function waitFor<T>(what: string, find: (all: readonly Message[]) => T | undefined): Promise<T> {
    let found: T | undefined;
    await play.until(what, async () => (found = find(await messages())) !== undefined);
    if (found === undefined) throw new Error(`${what} never came`);
    return found;
  }

  return {
    async say(text) {
      await play.act('chat/text', { chat, text });
    },
    async tap(label) {
      const hit = await waitFor(`the chat offers “${label}”`, (all) => {
        for (const one of all.toReversed()) {
          const button = one.reply_markup?.inline_keyboard.flat().find(({ text }) => text.startsWith(label));
          if (button) return { message: one.message_id, button: button.callback_data ?? button.text };
        }
        return undefined;
      });
      await play.act('chat/tap', { chat, ...hit });
    },
    async sees(words) {
      await waitFor(`the chat says “${words}”`, (all) =>
        all.find(({ text, caption }) => (text ?? caption ?? '').includes(words)),
      );
    },
    async scan() {
      const file = await waitFor(
        'the chat shows a QR code',
        (all) => all.findLast(({ photo }) => photo)?.photo?.at(-1)?.file_id,
      );
      const response = await ask(`/files/${encodeURIComponent(file)}`);
      return readQr(new Uint8Array(await response.arrayBuffer()));
    },
  };
}
