import { html, useEffect, useRef, useState } from './preact.js';
import { Button, clockTime, decimal, Empty } from './parts.js';
import { readPaymentCode, scanPicture } from './khqr.js';
import { act, update, useStore } from './store.js';

/** The left column: the bot's chats, as on a phone. */
export function ChatColumn() {
  const { chats, chatId, notices } = useStore();
  const list = chats?.chats ?? [];
  const current = list.find(({ id }) => id === chatId) ?? list[0];
  return html`<section class="column" aria-label="The chat">
    <h2 class="column-title">The chat</h2>
    <div class="phone">
      <${People} list=${list} current=${current} />
      ${current ? html`<${Chat} key=${current.id} chat=${current} bot=${chats.bot} notices=${notices} />` : html`<${Empty}>Nobody is here yet.<//>`}
    </div>
  </section>`;
}

function People({ list, current }) {
  return html`<div class="people" role="tablist" aria-label="Phones">
    ${list.map(
      (chat) =>
        html`<button
          type="button"
          role="tab"
          key=${chat.id}
          class="person"
          aria-selected=${chat.id === current?.id}
          data-testid=${`chat-tab-${chat.id}`}
          onClick=${() => update({ chatId: chat.id })}
        >
          <span class="avatar" aria-hidden="true">${[...chat.name][0]}</span>${chat.name}
        </button>`,
    )}
    <${NewPerson} />
  </div>`;
}

const FIRST_NAMES = [
  ['Dara', 'en'],
  ['សុខា', 'km'],
  ['Bopha', 'km'],
  ['Alex', 'en'],
];

/** Another phone, so that two people can be seen side by side. */
function NewPerson() {
  const { chats } = useStore();
  const open = async () => {
    const count = chats?.chats.length ?? 0;
    const [firstName, languageCode] = FIRST_NAMES[count % FIRST_NAMES.length];
    const id = 1000 + Math.max(0, ...(chats?.chats ?? []).map((chat) => chat.id % 1_000_000));
    if (await act('chat/open', { id, firstName, languageCode })) update({ chatId: id });
  };
  return html`<${Button} kind="quiet small" testId="chat-new" label="Another person" onPress=${open}>+<//>`;
}

function Chat({ chat, bot, notices }) {
  const log = useRef(null);
  const last = chat.messages.at(-1)?.message.message_id;
  useEffect(() => {
    if (log.current) log.current.scrollTop = log.current.scrollHeight;
  }, [last, chat.messages.length]);
  return html`<div class="chat-head">
      <div><strong>${bot.first_name}</strong><span class="muted">${chat.blocked ? 'blocked' : 'bot'}</span></div>
      <${Button}
        kind="quiet small"
        testId="chat-block"
        onPress=${() => act('chat/block', { chat: chat.id, blocked: !chat.blocked })}
        >${chat.blocked ? 'Unblock bot' : 'Block bot'}<//
      >
    </div>
    <div
      class="chat-log"
      role="log"
      aria-live="polite"
      aria-label="Messages"
      tabindex="0"
      ref=${log}
      data-testid="chat-log"
    >
      <p class="day">SANDBOX – PLAY MONEY</p>
      ${chat.messages.map((one) => html`<${Bubble} key=${one.message.message_id} chat=${chat} entry=${one} />`)}
      <${PictureLoads} onLoad=${() => log.current?.scrollTo(0, log.current.scrollHeight)} log=${log} />
    </div>
    ${notices && html`<${Notice} chat=${chat} notices=${notices} />`}
    ${chat.keyboard && html`<${ReplyKeyboard} chat=${chat} />`}
    <${InvoiceSheet} chat=${chat} />
    <${TypingBox} chat=${chat} />`;
}

/** Keeps the newest message in sight when a picture arrives after it was placed. */
function PictureLoads({ log, onLoad }) {
  useEffect(() => {
    const element = log.current;
    element?.addEventListener('load', onLoad, true);
    return () => element?.removeEventListener('load', onLoad, true);
  }, []);
  return null;
}

function Bubble({ chat, entry }) {
  const { message, byBot, deleted, edits } = entry;
  const id = message.message_id;
  const picture = message.photo?.at(-1);
  const time = clockTime((message.edit_date ?? message.date) * 1000, 'minute');
  const side = byBot ? 'theirs' : 'mine';
  return html`<article class=${`message ${side} ${deleted ? 'deleted' : ''}`} data-testid=${`message-${id}`}>
    <div class="bubble">
      ${
        picture &&
        html`<img
          class="picture"
          src=${`/files/${picture.file_id}`}
          width=${picture.width}
          height=${picture.height}
          alt=${message.caption ?? 'Picture'}
        />`
      }
      ${
        message.document &&
        html`<a class="document" href=${`/files/${message.document.file_id}`} download=${message.document.file_name}>
          <span aria-hidden="true">⬇</span> ${message.document.file_name}
          <span class="muted">${Math.ceil(message.document.file_size / 1024)} KB</span>
        </a>`
      }
      ${
        message.invoice &&
        html`<p class="words">
          <strong>${message.invoice.title}</strong
          ><br />${message.invoice.description}<br />${priceWords(message.invoice)}
        </p>`
      }
      ${
        message.successful_payment &&
        html`<p class="words service">${chat.name} paid ${priceWords(message.successful_payment)} to the bot</p>`
      }
      ${
        (message.text ?? message.caption) &&
        html`<p class="words">
          ${formatted(message.text ?? message.caption, message.entities ?? message.caption_entities ?? [])}
        </p>`
      }
      <p class="stamp">${deleted ? 'deleted · ' : ''}${edits > 0 ? 'edited · ' : ''}${time}</p>
    </div>
    ${!deleted && message.reply_markup && html`<${InlineButtons} chat=${chat} message=${message} />`}
    ${!deleted && byBot && picture && html`<${Scan} id=${id} address=${`/files/${picture.file_id}`} />`}
  </article>`;
}

/** What the app shows of an invoice: whoever has its link may pay, and again. */
function InvoiceSheet({ chat }) {
  const { chats, invoice: slug } = useStore();
  const [said, setSaid] = useState(null);
  const invoice = chats.invoices.find((one) => one.slug === slug);
  useEffect(() => setSaid(null), [slug]);
  if (!invoice) return null;
  const price = priceWords({ total_amount: invoice.total, currency: invoice.currency });
  const pay = async (leave) => {
    setSaid({ good: true, text: 'The bot is asked…' });
    const done = await act('chat/pay-invoice', { chat: chat.id, slug, leave });
    if (!done) setSaid(null);
    else if (done.outcome === 'paid') setSaid({ good: true, text: `Paid. Charge ${done.charge.providerId}` });
    else setSaid({ good: false, text: `Not paid: ${done.message}` });
  };
  return html`<section class="sheet" aria-label="Invoice" data-testid="invoice">
    <p class="muted">SANDBOX – PLAY MONEY · ${chat.name} pays</p>
    <h3>${invoice.title}</h3>
    <p>${invoice.description}</p>
    <p class="payee">${price}</p>
    <div class="row">
      <${Button} kind="primary" testId="invoice-pay" onPress=${() => pay(false)}
        >${invoice.paid > 0 ? `Pay ${price} again` : `Pay ${price}`}<//
      >
      <${Button}
        testId="invoice-leave"
        label="Is let through by the bot, and goes before the charge"
        onPress=${() => pay(true)}
        >Leave at the last step<//
      >
      <${Button} kind="quiet" testId="invoice-close" onPress=${() => update({ invoice: null })}>Close<//>
    </div>
    <p class="muted">Forward it: open another phone above; the invoice stays open there.</p>
    <p role="status" class=${said?.good ? 'good-text' : 'bad-text'} data-testid="invoice-said">${said?.text}</p>
  </section>`;
}

/** Amounts have two decimal places but for currencies without any. */
function priceWords({ total_amount: total, currency }) {
  return `${decimal(String(total), ['JPY', 'KRW', 'VND'].includes(currency) ? 0 : 2)} ${currency}`;
}

function InlineButtons({ chat, message }) {
  const tap = async (button) => {
    const tapped = await act('chat/tap', {
      chat: chat.id,
      message: message.message_id,
      button: button.callback_data ?? button.text,
    });
    if (tapped?.type === 'invoice') update({ invoice: tapped.slug });
    if (tapped?.type === 'copied') await navigator.clipboard?.writeText(tapped.text).catch(() => {});
  };
  return html`<div class="inline-buttons">
    ${message.reply_markup.inline_keyboard.map(
      (row, index) =>
        html`<div class="inline-row" key=${index}>
          ${row.map((button) =>
            button.url
              ? html`<${OutsideLink} key=${button.text} url=${button.url} kind="inline-button">${button.text} ↗<//>`
              : html`<${Button}
                  key=${button.text}
                  kind="inline-button"
                  testId=${`tap-${message.message_id}-${button.callback_data ?? button.text}`}
                  onPress=${() => tap(button)}
                  >${button.text}<//
                >`,
          )}
        </div>`,
    )}
  </div>`;
}

/** A link into the emulated internet: it stays on this machine, and other addresses lead nowhere. */
function OutsideLink({ url, kind = '', children }) {
  const { hosts } = useStore();
  const target = URL.parse(url);
  const slug = target?.host === 't.me' && /^\/\$([\w-]+)$/.exec(target.pathname)?.[1];
  if (slug)
    return html`<button
      type="button"
      class=${kind}
      data-testid=${`invoice-${slug}`}
      onClick=${() => update({ invoice: slug })}
    >
      ${children}
    </button>`;
  const known = target && hosts?.includes(target.host);
  return known
    ? html`<a
        class=${kind}
        href=${`/host/${target.host}${target.pathname}${target.search}`}
        target="_blank"
        rel="noopener noreferrer"
        >${children}</a
      >`
    : html`<span class=${`${kind} dead-link`} title=${`${url} – not in this world`}>${children}</span>`;
}

/** Offered below a picture that holds a code to pay, as only there somebody would reach for the bank app. */
function Scan({ id, address }) {
  // Until the picture was read the place is kept: the chat is scrolled to its end before.
  const [qr, setQr] = useState(undefined);
  useEffect(() => {
    let left = false;
    const read = (text) => left || setQr(text && readPaymentCode(text) ? text : null);
    scanPicture(address).then(read, () => read(null));
    return () => {
      left = true;
    };
  }, [address]);
  if (qr === null) return null;
  const words = 'Scan with the bank app';
  if (qr === undefined)
    return html`<div class="button scan" style=${{ visibility: 'hidden' }} aria-hidden>${words}</div>`;
  const scan = () => update({ scan: { qr }, problem: null });
  return html`<${Button} kind="scan" testId=${`scan-${id}`} onPress=${scan}>${words}<//>`;
}

/** The line or alert with which the bot answered a tap. Those of before the page was opened are not shown again. */
function Notice({ chat, notices }) {
  const [seen, setSeen] = useState(() => new Set(notices.map(({ id }) => id)));
  const notice = notices.findLast((one) => one.chatId === chat.id && !seen.has(one.id));
  const close = () => setSeen((before) => new Set([...before, ...notices.map(({ id }) => id)]));
  useEffect(() => {
    if (!notice || notice.alert) return undefined;
    const timer = setTimeout(close, 4000);
    return () => clearTimeout(timer);
  }, [notice?.id]);
  if (!notice) return null;
  return html`<div class="notice" role=${notice.alert ? 'alert' : 'status'} data-testid="chat-notice">
    <span>${notice.text}</span>
    ${notice.alert && html`<${Button} kind="small" onPress=${close}>OK<//>`}
  </div>`;
}

function ReplyKeyboard({ chat }) {
  return html`<div class="reply-keyboard">
    ${chat.keyboard.map(
      (row, index) =>
        html`<div class="inline-row" key=${index}>
          ${row.map((text) => html`<${Button} key=${text} onPress=${() => act('chat/text', { chat: chat.id, text })}>${text}<//>`)}
        </div>`,
    )}
  </div>`;
}

/** The bot's commands, in the language of the phone. */
function Menu({ chat }) {
  const box = useRef(null);
  const choose = async (command) => {
    box.current.open = false;
    await act('chat/text', { chat: chat.id, text: `/${command}` });
  };
  return html`<details class="menu" ref=${box}>
    <summary class="attach" aria-label="Commands" data-testid="chat-menu">
      <${Icon} path="M5 7h14M5 12h14M5 17h14" />
    </summary>
    <div class="menu-list">
      ${chat.commands.map(
        ({ command, description }) =>
          html`<button
            type="button"
            key=${command}
            class="menu-item"
            data-testid=${`command-${command}`}
            onClick=${() => choose(command)}
          >
            <strong>/${command}</strong> <span class="muted">${description}</span>
          </button>`,
      )}
    </div>
  </details>`;
}

function TypingBox({ chat }) {
  const [text, setText] = useState('');
  const file = useRef(null);
  const send = async (event) => {
    event.preventDefault();
    if (text.trim() === '') return;
    if (await act('chat/text', { chat: chat.id, text })) setText('');
  };
  const attach = async () => {
    const chosen = file.current.files[0];
    if (!chosen) return;
    const bytes = await toBase64(chosen);
    if (/^image\/(png|jpeg)$/.test(chosen.type)) await act('chat/photo', { chat: chat.id, bytes });
    else await act('chat/document', { chat: chat.id, name: chosen.name, type: chosen.type, bytes });
    file.current.value = '';
  };
  const fresh = chat.messages.length === 0;
  return html`<form class="typing" onSubmit=${send}>
    ${fresh && html`<${Button} kind="start" testId="chat-start" onPress=${() => act('chat/text', { chat: chat.id, text: '/start' })}>START<//>`}
    ${chat.commands.length > 0 && html`<${Menu} chat=${chat} />`}
    <label class="attach" title="Send a file">
      <${Icon}
        path="M20 11.5 12 19.5a5 5 0 0 1-7-7l8.5-8.5a3.4 3.4 0 0 1 4.8 4.8L9.8 17.3a1.7 1.7 0 0 1-2.4-2.4L15 7.3"
      /><span class="hidden">Send a file</span>
      <input type="file" ref=${file} onChange=${attach} data-testid="chat-file" disabled=${chat.blocked} />
    </label>
    <input
      class="typing-text"
      value=${text}
      onInput=${(event) => setText(event.target.value)}
      placeholder=${chat.blocked ? 'The bot is blocked' : 'Message'}
      aria-label="Message"
      autocomplete="off"
      maxlength="4096"
      disabled=${chat.blocked}
      data-testid="chat-input"
    />
    <button
      type="submit"
      class="send"
      aria-label="Send"
      data-testid="chat-send"
      disabled=${chat.blocked || text.trim() === ''}
    >
      <${Icon} path="M5 12h14M13 6l6 6-6 6" />
    </button>
  </form>`;
}

function Icon({ path }) {
  return html`<svg viewBox="0 0 24 24" aria-hidden="true"><path d=${path} /></svg>`;
}

function toBase64(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener('load', () =>
      resolve(typeof reader.result === 'string' ? reader.result.split(',')[1] : ''),
    );
    reader.addEventListener('error', () => reject(reader.error));
    reader.readAsDataURL(blob);
  });
}

const ELEMENTS = {
  bold: 'strong',
  italic: 'em',
  underline: 'u',
  strikethrough: 's',
  code: 'code',
  pre: 'pre',
  blockquote: 'blockquote',
  spoiler: 'mark',
  bot_command: 'b',
};

/** A text with its entities as elements; entities may lie in each other. */
function formatted(text, entities) {
  const parts = [];
  let at = 0;
  const outer = entities.filter((one) => !entities.some((other) => other !== one && contains(other, one, entities)));
  for (const entity of outer) {
    if (entity.offset > at) parts.push(text.slice(at, entity.offset));
    const end = entity.offset + entity.length;
    const inner = entities
      .filter((one) => one !== entity && one.offset >= entity.offset && one.offset + one.length <= end)
      .map((one) => ({ ...one, offset: one.offset - entity.offset }));
    const words = text.slice(entity.offset, end);
    parts.push(wrap(entity, words, formatted(words, inner)));
    at = end;
  }
  if (at < text.length) parts.push(text.slice(at));
  return parts;
}

/** Whether `outer` holds `inner`; of two equal ones the first is the outer. */
function contains(outer, inner, all) {
  const outerEnd = outer.offset + outer.length;
  const innerEnd = inner.offset + inner.length;
  if (outer.offset > inner.offset || outerEnd < innerEnd) return false;
  return outer.offset < inner.offset || outerEnd > innerEnd || all.indexOf(outer) < all.indexOf(inner);
}

function wrap(entity, words, children) {
  if (entity.type === 'text_link' || entity.type === 'url')
    return html`<${OutsideLink} url=${entity.url ?? words}>${children}<//>`;
  const element = ELEMENTS[entity.type];
  return element ? html`<${element}>${children}<//>` : children;
}
