import { utf8 } from '@rielrails/kit';
import { button } from '../render/said.ts';
import { showTime } from '../render/time.ts';
import type { Command, Talk } from '../shop.ts';
import { say, sayPlain } from '../texts/index.ts';

/** `/privacy`: what is kept, with a copy of it, and its erasure. */
export const privacy: Command = (talk) =>
  talk.reply({
    html: say(talk.language, 'privacy'),
    buttons: [
      [button(sayPlain(talk.language, 'button.export'), { type: 'privacy', action: 'export' })],
      [button(sayPlain(talk.language, 'button.erase'), { type: 'privacy', action: 'erase' })],
    ],
  });

/** One of its buttons. */
export async function onPrivacyTap(talk: Talk, action: 'export' | 'erase' | 'erase-sure'): Promise<void> {
  const { buyer } = talk.shop.orders;
  const { language } = talk;
  switch (action) {
    case 'export': {
      const bytes = utf8(toJson(await buyer.exportPerson(talk.chat)));
      return talk.send({ name: 'my-data.json', bytes, caption: say(language, 'privacy.export') });
    }
    case 'erase':
      return talk.reply({
        html: say(language, 'privacy.erase-sure'),
        buttons: [[button(sayPlain(language, 'button.erase-sure'), { type: 'privacy', action: 'erase-sure' })]],
      });
    case 'erase-sure': {
      const erasure = await buyer.erasePerson(talk.chat);
      return talk.replace({
        html:
          erasure.outcome === 'erased'
            ? say(language, 'privacy.erased')
            : say(language, 'privacy.restricted', { until: showTime(erasure.until, language) }),
      });
    }
  }
}

function toJson(data: unknown): string {
  return JSON.stringify(data, (_name, value: unknown) => (typeof value === 'bigint' ? value.toString() : value), 2);
}
