import { InputError, kycReasons } from '@rielrails/core';
import { create } from 'qrcode';
import { createCanvas } from '@napi-rs/canvas';
import { describe, expect, test } from 'vitest';
import { ADDRESS, payableView, viewOf } from './fake-orders.ts';
import { texts } from '../src/texts/index.ts';
import { createBench } from './bench.ts';

/** The account of BIP84's test vectors, and what only looks like a private key. */
const TPUB =
  'tpubD6NzVbkrYhZ4X5YM11BoPNrzMKgP7K4kussboEHDV5fXnGDTbfi5EGp6pS9dxEFjVC6NUnEA3Ypj3caD3SRhAwx4mR1Vny1sRK7hBZGvZr8';
const XPRV = `xprv${'s21Z'.repeat(27)}`;
const IN_FOURS = 'bcrt 1qw5 08d6 qejx tdg4 y5r3 zarv ary0 c5xw 7kyg t080';

/** A photo of a QR code, as a wallet shows it. */
function photoOf(text: string): Uint8Array {
  const { modules } = create(text, { errorCorrectionLevel: 'M' });
  const canvas = createCanvas((modules.size + 8) * 6, (modules.size + 8) * 6);
  const context = canvas.getContext('2d');
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = '#000';
  for (let row = 0; row < modules.size; row += 1) {
    for (let column = 0; column < modules.size; column += 1)
      if (modules.get(row, column)) context.fillRect((column + 4) * 6, (row + 4) * 6, 6, 6);
  }
  return new Uint8Array(canvas.toBuffer('image/jpeg'));
}

test('a whole purchase by taps, from the language to the confirmation', async () => {
  const bench = createBench('km');
  bench.fake.verified = false;
  await bench.type('/start');
  expect(bench.last()).toContain('Choose your language');
  await bench.tap('English');
  expect(bench.last()).toContain('SANDBOX – PLAY MONEY');
  await bench.tap('40,000 KHR');
  expect(bench.fake.asked).toEqual(['quote spend 40000 KHR in KHR']);
  for (const said of [
    'You pay in total: 41,000 KHR',
    'Our fee, included: 615 KHR',
    'Exchange fee, included: 0.00000010 BTC (10 sats)',
    'Network fee, included: 0.00000282 BTC (282 sats)',
    '1 BTC costs, with all fees: 409,200,000 KHR',
    'Arrives at your address: 0.00010021 BTC (10,021 sats)',
    'This price holds until 09:55',
    'If the price moves after you paid',
    'within 72 hours',
    'we must know who you are',
  ])
    expect(bench.last()).toContain(said);
  await bench.tap('Verify my identity');
  expect(bench.messages().at(-1)?.message.reply_markup?.inline_keyboard[0]?.[0]).toMatchObject({
    url: 'https://kyc.example/link',
  });
  bench.fake.verified = true;
  bench.fake.order = viewOf({ version: 4 });
  await bench.bot.verified({
    person: viewOf().id,
    status: 'approved',
    chats: [{ channel: 'telegram', chat: '42' }],
    orders: [],
  });
  expect(bench.last()).toContain('You are verified');
  expect(bench.last()).toContain('send your bitcoin address');
  await bench.type(ADDRESS);
  expect(bench.last()).toContain(IN_FOURS);
  expect(bench.last()).toContain('Sold once. <No> disguise.');
  await bench.tap('○ No answer: deliver');
  expect(bench.last()).toContain('less than 0.00009920 BTC (9,920 sats)');
  await bench.tap('Confirm & Pay');
  expect(bench.fake.asked.at(-1)).toBe('confirm true deliver');
  expect(bench.messages().at(-1)?.message).not.toHaveProperty('reply_markup');
});

describe('a verification that did not succeed', () => {
  const news = { person: viewOf().id, chats: [{ channel: 'telegram', chat: '42' }], orders: [] };

  test.each([
    ['retry', ['document-unreadable', 'face-mismatch'], 'The face is not the one on the document.', 'try again'],
    ['retry', ['other'], 'We have no further explanation.', 'try again'],
    ['rejected', ['too-young'], 'You are not old enough for this service.', '/support'],
    ['revoked', [], 'ended without success', '/support'],
  ] as const)('%s for %o', async (status, reasons, ...said) => {
    const bench = createBench();
    Object.assign(bench.fake, { verified: false, reasons });
    await bench.type('/start');
    await bench.bot.verified({ ...news, status });
    for (const one of said) expect(bench.last()).toContain(one);
  });

  test('who may try again gets there with one tap', async () => {
    const bench = createBench();
    const reasons = ['document-expired'];
    Object.assign(bench.fake, { verified: false, reasons, order: viewOf({ may: ['verify'] }) });
    await bench.type('/start');
    await bench.bot.verified({ ...news, status: 'retry' });
    await bench.tap('Verify my identity');
    expect(bench.last()).toContain('Open the page');
  });

  test('the link to try again says why once more', async () => {
    const bench = createBench();
    Object.assign(bench.fake, { verified: false, reasons: ['document-expired'], order: viewOf({ may: ['verify'] }) });
    await bench.type('/status');
    await bench.tap('Verify my identity');
    expect(bench.last()).toContain('The document has expired.');
  });

  test('every reason has its own sentence in every language', () => {
    for (const language of ['en', 'km'] as const) {
      const sentences = kycReasons.map((reason) => texts[language][`verify.reason.${reason}`]);
      expect(new Set(sentences).size).toBe(kycReasons.length);
      expect(sentences.every((sentence) => sentence.length > 5)).toBe(true);
    }
  });
});

describe('addresses', () => {
  test.each([
    ['as text', (address: string) => address],
    ['as a link', (address: string) => `bitcoin:${address}?label=Mine`],
  ])('%s', async (_how, written) => {
    const bench = createBench();
    bench.fake.order = viewOf();
    await bench.type(written(ADDRESS));
    expect(bench.fake.asked).toEqual([`address ${ADDRESS}`]);
    expect(bench.last()).toContain(IN_FOURS);
  });

  test('an amount in a link is shown and changes nothing', async () => {
    const bench = createBench();
    bench.fake.order = viewOf();
    await bench.type(`bitcoin:${ADDRESS}?amount=0.5`);
    expect(bench.fake.asked).toEqual([`address ${ADDRESS}`]);
    expect(bench.last()).toContain('Your link names 0.50000000 BTC (50,000,000 sats)');
  });

  test('as a photo of a QR code', async () => {
    const bench = createBench();
    bench.fake.order = viewOf();
    bench.sok.sendPhoto(photoOf(`bitcoin:${ADDRESS}`));
    await bench.handle();
    expect(bench.fake.asked).toEqual([`address ${ADDRESS}`]);
  });

  test('as the key of an account: the next of its addresses is shown to be compared', async () => {
    const bench = createBench();
    bench.fake.order = viewOf();
    await bench.type(`wpkh(${TPUB}/0/*)`);
    expect(bench.fake.asked).toEqual(['address bcrt1qcr8te4kr609gcawutmrza0j4xv80jy8zeqchgx']);
    expect(bench.last()).toContain('bcrt 1qcr 8te4 kr60 9gca wutm rza0 j4xv 80jy 8zeq chgx');
    expect(bench.last()).toContain('address number 0 of your account');
  });

  test.each([
    ['typed', (bench: ReturnType<typeof createBench>) => bench.sok.sendText(XPRV)],
    ['in a photo', (bench: ReturnType<typeof createBench>) => bench.sok.sendPhoto(photoOf(XPRV))],
    ['as an account', (bench: ReturnType<typeof createBench>) => bench.sok.sendText(`wpkh(${XPRV}/0/*)`)],
  ])('a private key %s is refused with what to do now', async (_how, send) => {
    const bench = createBench();
    bench.fake.order = viewOf();
    send(bench);
    await bench.handle();
    expect(bench.last()).toContain('This is a private key, or recovery words');
    expect(bench.fake.asked).toEqual([]);
    expect(JSON.stringify(bench.runtime.entries)).not.toContain(XPRV.slice(4));
  });

  test('a photo without a code, and one that is no picture, are refused with advice', async () => {
    const bench = createBench();
    bench.fake.order = viewOf();
    const blank = createCanvas(200, 200);
    bench.sok.sendPhoto(new Uint8Array(blank.toBuffer('image/jpeg')));
    await bench.handle();
    expect(bench.last()).toContain('no QR code in this picture');
    const bomb = new Uint8Array(33);
    bomb.set([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
    new DataView(bomb.buffer).setUint32(16, 9000);
    new DataView(bomb.buffer).setUint32(20, 1000);
    bench.sok.sendPhoto(bomb);
    await bench.handle();
    expect(bench.last()).toContain('too large');
    expect(bench.fake.asked).toEqual([]);
  });

  test.each([
    ['lnbc1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqq', 'This is Lightning'],
    ['me@wallet.example', 'This is Lightning'],
    ['litecoin:LcHKx9qTBWMkfhCvXcqXBBvYJXCkLDqKZc', 'another coin'],
  ])('%s', async (text, answer) => {
    const bench = createBench();
    bench.fake.order = viewOf();
    await bench.type(text);
    expect(bench.last()).toContain(answer);
    expect(bench.fake.asked).toEqual([]);
  });

  test.each([
    ['checksum', 'A character of this address is wrong or missing. Copy it again from your wallet.'],
    ['other-network', 'This address belongs to another network. Send one of your bitcoin wallet.'],
    ['unsupported', 'We cannot pay to this address: it is of another coin, or of a kind that we do not know.'],
    ['malformed', 'This is not a bitcoin address. Copy it again from your wallet.'],
  ])('one that the engine refuses (%s) is answered with the reason and the remedy', async (rule, answer) => {
    const bench = createBench();
    bench.fake.order = viewOf();
    bench.fake.failure = new InputError('address', rule, 'for developers');
    await bench.type(ADDRESS);
    expect(bench.last()).toContain(answer);
    // A real address is what people have at hand when they try the sandbox.
    expect(bench.last().includes('Nothing here is real.')).toBe(rule === 'other-network');
  });

  test('without a wish, and after the agreement, an address changes nothing', async () => {
    const bench = createBench();
    await bench.type(ADDRESS);
    expect(bench.last()).toContain('Say first how much');
    bench.fake.order = payableView();
    await bench.type(ADDRESS);
    expect(bench.last()).toContain('not possible any more');
    expect(bench.fake.asked).toEqual([]);
  });
});

describe('amounts', () => {
  test.each([
    ['/buy 41,000', 'quote spend 41000 KHR in KHR'],
    ['៤១០០០', 'quote spend 41000 KHR in KHR'],
    ['50000 sats', 'quote receive 50000 BTC in KHR'],
  ])('%s', async (text, asked) => {
    const bench = createBench();
    await bench.type(text);
    expect(bench.fake.asked).toEqual([asked]);
  });

  test.each([
    ['1e9', 'without “e”'],
    ['-5', 'without plus or minus'],
    ['١٠', 'digits 0–9'],
    ['0.1 KHR', 'Riel have no decimals'],
    ['10 usd', 'You can pay in KHR'],
    ['hello', 'cannot read this amount'],
  ])('%s is refused: %s', async (text, answer) => {
    const bench = createBench();
    await bench.type(text);
    expect(bench.last()).toContain(answer);
    expect(bench.fake.asked).toEqual([]);
  });
});

describe('what changes nothing', () => {
  test('the button of an older quote', async () => {
    const bench = createBench();
    bench.fake.order = viewOf({ address: ADDRESS, may: ['confirm', 'refresh-quote', 'cancel'] });
    await bench.type('/status');
    bench.fake.order = { ...bench.fake.order, version: 4 };
    await bench.tap('Confirm & Pay');
    expect(bench.alerts).toEqual(['This offer has ended. See the newest message, or /buy again.']);
    expect(bench.fake.asked).toEqual([]);
  });

  test('terms that are no longer those that were shown', async () => {
    const bench = createBench();
    bench.fake.order = viewOf({ address: ADDRESS, may: ['confirm', 'refresh-quote', 'cancel'] });
    await bench.type('/status');
    bench.fake.orders.buyer.terms = async () => ({ text: 'Other terms.', hash: 'cd'.repeat(32) });
    await bench.tap('Confirm & Pay');
    expect(bench.fake.asked).toEqual([]);
    expect(bench.last()).toContain('Price or terms have changed');
    expect(bench.last()).toContain('Other terms.');
  });

  test('a second tap on Confirm & Pay', async () => {
    const bench = createBench();
    bench.fake.order = viewOf({ address: ADDRESS, may: ['confirm', 'refresh-quote', 'cancel'] });
    await bench.type('/status');
    const { message_id: id } = bench.messages().at(-1)?.message ?? { message_id: 0 };
    bench.sok.tap(id, 'Confirm & Pay');
    bench.sok.tap(id, 'Confirm & Pay');
    await bench.handle();
    expect(bench.fake.asked).toEqual(['confirm true refund']);
    expect(bench.alerts).toEqual(['Confirmed already. See the payment message below.']);
  });

  test('the button of another person’s order', async () => {
    const bench = createBench();
    const dara = bench.telegram.openChat({ id: 43, firstName: 'Dara', languageCode: 'en' });
    bench.fake.order = viewOf();
    dara.sendText('/status');
    await bench.handle();
    const shown = bench.telegram.chat(43)?.messages.at(-1)?.message.message_id ?? 0;
    dara.tap(shown, 'Cancel');
    await bench.handle();
    expect(bench.fake.asked).toEqual([]);
    expect(bench.alerts).toEqual(['This offer has ended. See the newest message, or /buy again.']);
  });

  test('a group', async () => {
    const bench = createBench();
    const group = bench.telegram.openGroup({ id: -7, title: 'Friends' });
    group.sendText(bench.sok, '/buy 41000');
    group.sendText(bench.sok, '@riel_bot 41000');
    await bench.handle();
    const said = bench.telegram.chat(-7)?.messages.filter(({ byBot }) => byBot) ?? [];
    expect(said.map(({ message }) => message.text?.split('\n')[0])).toEqual(['I only talk in private chats.']);
    expect(bench.fake.asked).toEqual([]);
    expect(bench.fake.languages.size).toBe(0);
  });
});

describe('commands', () => {
  test.each([
    ['/limits', 'One day: 41,000 KHR of 1,000,000 KHR used'],
    ['/terms', 'Sold once.'],
    ['/support', '@riel_support'],
    ['/privacy', 'never pass through this chat'],
    ['/help', '/history'],
    ['/language', 'សូមជ្រើសរើសភាសា'],
    ['/status', 'You have no order yet'],
    ['/history', 'You have no order yet'],
    ['/cancel', 'You have no open order'],
    ['/buy', 'How much would you like?'],
    ['/nonsense', 'did not understand'],
  ])('%s', async (command, answer) => {
    const bench = createBench();
    await bench.type(command);
    expect(bench.last()).toContain(answer);
  });

  test('/cancel, /history and a receipt', async () => {
    const bench = createBench();
    bench.fake.order = payableView();
    await bench.type('/cancel');
    expect(bench.fake.asked).toEqual(['cancel']);
    expect(bench.last()).toContain('Order R-4821-3907 is cancelled');
    bench.fake.order = viewOf({ step: 'delivered', state: 'DELIVERED', may: [], address: ADDRESS });
    await bench.type('/history');
    expect(bench.last()).toContain('R-4821-3907 · 21 Nov 2026, 09:50 · 41,000 KHR · delivered');
    await bench.tap('Receipt R-4821-3907');
    expect(bench.messages().at(-1)?.message.photo).toHaveLength(1);
  });

  test('/privacy gives a file, and erases after a second question only', async () => {
    const bench = createBench();
    await bench.type('/privacy');
    await bench.tap('My data');
    expect(bench.messages().at(-1)?.message.document).toMatchObject({ file_name: 'my-data.json' });
    await bench.tap('Erase my data');
    expect(bench.fake.asked).toEqual([]);
    await bench.tap('Yes, erase');
    expect(bench.fake.asked).toEqual(['erase']);
  });

  test('in Khmer, by the language of the app', async () => {
    const bench = createBench('km');
    await bench.type('/buy ៤១០០០');
    expect(bench.last()).toContain('អ្នកបង់សរុប: 41,000 ៛');
    expect(bench.fake.languages.get('42')).toBe('km');
  });
});

describe('what goes wrong', () => {
  test('a broken rule is told as a sentence, without the engine’s own words', async () => {
    const bench = createBench();
    bench.fake.failure = new InputError('order', 'float-short', 'internal words');
    await bench.type('41000');
    expect(bench.last()).toContain('Nothing was charged');
    expect(bench.last()).not.toContain('internal');
  });

  test('anything else is an apology with the order’s number and no detail', async () => {
    const bench = createBench();
    bench.fake.order = viewOf();
    bench.fake.failure = new TypeError('secret detail');
    await bench.type('41000');
    expect(bench.last()).toContain('R-4821-3907');
    expect(bench.last()).not.toContain('detail');
  });
});
