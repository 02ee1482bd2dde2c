import { BTC, InputError, KHR, money } from '@rielrails/core';
import type { Instant, Reference } from '@rielrails/core';
import { Secret } from '@rielrails/kit';
import { createVirtualRuntime } from '@rielrails/kit/virtual';
import { describe, expect, test } from 'vitest';
import type { Admin, CaseFile } from './admin.ts';
import { adminCommands, commandPath } from './command-table.ts';
import { createAdminDoor } from './door.ts';
import type { Operator } from './people.ts';
import type { Desk } from './reports.ts';
import type { ReviewFile, Reviews } from './reviews.ts';

const HOST = '127.0.0.1:8081';
const SOKHA = 'play-money-token-of-sokha';
const DARA = 'play-money-token-of-dara';
const HOSTILE = `"><script>alert('x')</script><img src=x onerror=alert(1)>\u001b[2J\u202e&amp;`;

/** An engine of which only what a test looks at is there; it remembers what it was asked. */
function open(engine: Partial<Admin> = {}, reviews?: Reviews) {
  const asked: { readonly command: string; readonly args: readonly unknown[] }[] = [];
  const told =
    (command: string) =>
    async (...args: readonly unknown[]) => {
      asked.push({ command, args });
    };
  const admin = {
    orders: async () => [],
    order: async () => file(),
    proposals: async () => [],
    balances: async () => [],
    trialBalance: async () => ({ uneven: [], drifted: [] }),
    transfers: async () => [],
    float: async () => [],
    reconcileDay: async () => ({ from: 0, to: 0, places: [], rails: [], inDoubt: 0, agrees: true }) as never,
    queue: async () => [],
    pauseState: async () => ({ paused: false, by: null, at: null }),
    hold: told('hold'),
    pause: told('pause'),
    bringIn: told('bringIn'),
    approve: told('approve'),
    lists: async () => ({ lists: [], unreadSince: null }),
    noteReading: told('noteReading'),
    ...engine,
  } as unknown as Admin;
  const runtime = createVirtualRuntime();
  const health = async () => ({ ready: true, checks: { database: 'ok' }, sales: { price: 'ok' } }) as const;
  const orders: Desk = { admin, health, now: () => runtime.clock.now() };
  const people: readonly Operator[] = [
    { name: 'sokha', token: new Secret(SOKHA), duties: ['compliance'] },
    { name: 'dara', token: new Secret(DARA) },
  ];
  const door = createAdminDoor({ orders, people, sandbox: true, ...(reviews ? { reviews } : {}) }, runtime);
  const ask = (path: string, init: RequestInit & { readonly host?: string | null } = {}) => {
    const { host = HOST, ...rest } = init;
    const headers = new Headers(rest.headers);
    if (host !== null) headers.set('host', host);
    return door(new Request(`http://127.0.0.1:8081${path}`, { ...rest, headers }));
  };
  const post = (
    path: string,
    fields: Readonly<Record<string, string>>,
    headers: Readonly<Record<string, string>> = {},
  ) =>
    ask(path, {
      method: 'POST',
      headers: { origin: `http://${HOST}`, 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body: new URLSearchParams(fields).toString(),
    });
  const signIn = async (token: string) => {
    const response = await post('/sign-in', { token });
    return { response, cookie: (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '' };
  };
  /** A person with a browser: gives what a page says, and sends its forms. */
  const browser = async (token: string) => {
    const { cookie } = await signIn(token);
    const page = async (path: string) => (await ask(path, { headers: { cookie } })).text();
    return {
      cookie,
      page,
      /** The hidden fields of the form for a command. */
      async form(path: string, command: string): Promise<Readonly<Record<string, string>>> {
        const [, form = ''] = new RegExp(`action="/do/${command}"(.*?)</form>`, 's').exec(await page(path)) ?? [];
        return Object.fromEntries(
          [...form.matchAll(/type="hidden" name="(\w+)" value="([^"]*)"/g)].map(([, name = '', value = '']) => [
            name,
            value,
          ]),
        );
      },
      send: (
        command: string,
        fields: Readonly<Record<string, string>>,
        headers: Readonly<Record<string, string>> = {},
      ) => post(`/do/${command}`, fields, { cookie, ...headers }),
    };
  };
  const shell = (path: string, init: RequestInit = {}, token = SOKHA) =>
    ask(`/api/${path}`, { ...init, headers: { authorization: `Bearer ${token}`, ...(init.headers as object) } });
  const shellDo = (path: string, input: unknown, token = SOKHA) =>
    shell(
      path,
      { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(input) },
      token,
    );
  return { door, ask, post, signIn, browser, shell, shellDo, asked, runtime };
}

function file(changes: object = {}) {
  const order = {
    id: '77' as Reference,
    number: 'ABC234',
    state: 'paid',
    disposition: 'undecided',
    hold: 'review',
    holdReasons: ['payer-mismatch'],
    seed: 'seed-canary',
    binding: 'binding-canary',
    chat: 'chat-canary',
    person: 'person-canary',
    createdAt: 1_700_000_000_000,
    rail: 'payway',
    quote: { pay: money(KHR, 1_000_000n), arrives: money(KHR, 1n) },
    sale: null,
    address: 'bcrt1qhere',
    payBy: null,
    endReason: null,
    effects: [],
    receipts: [],
    refundTasks: [],
    ...changes,
  };
  return { order, timeline: [{ at: 1_700_000_000_000, what: 'noted' }], ledger: [], cases: [] } as unknown as Awaited<
    ReturnType<Admin['order']>
  >;
}

/** A desk on which one verification waits (1), and one was approved, about which somebody proposed something (2). */
function reviewDesk(name = 'SOK Dara'): Reviews {
  const file = (reference: Reference): ReviewFile => ({
    reference,
    person: '5',
    version: 3,
    state: reference === '1' ? 'submitted' : 'approved',
    level: name,
    openedAt: 0,
    submittedAt: 0,
    decidedAt: null,
    proposedBy: reference === '1' ? null : 'dara',
    decidedBy: null,
    reasons: [],
    until: null,
    statement: { name, khmerName: name, born: name, country: name, document: name },
    documents: ['front'],
    proposal: reference === '1' ? null : { by: 'dara', at: 0, decision: { to: 'revoked' }, hash: 'a'.repeat(16) },
  });
  return {
    cases: async () => [file('1' as Reference)],
    line: async (reference) => file(reference),
    file: async (reference) => file(reference),
    document: async () => ({ type: 'text/html', bytes: new TextEncoder().encode('<script>') }),
    decide: async () => ({ outcome: 'done' }),
    confirm: async () => {},
  };
}

test('what somebody typed on the upload page is text on ours; what is no picture is not shown', async () => {
  const { browser, ask } = open({}, reviewDesk(HOSTILE));
  const sokha = await browser(SOKHA);
  for (const path of ['/reviews', '/reviews/1']) {
    const page = await sokha.page(path);
    expect(page).toContain('&#60;script&#62;');
    for (const sign of ['<script', '<img src=x', '\u001b', '\u202e']) expect(page).not.toContain(sign);
  }
  const picture = await ask('/reviews/1/front', { headers: { cookie: sokha.cookie } });
  expect([picture.status, await picture.text()]).toEqual([404, 'There is no such picture.\n']);
});

describe('who comes in', () => {
  test.each([[''], ['wrong'], [`${SOKHA}x`], [SOKHA.slice(0, -1)], [SOKHA.toUpperCase()], ['x'.repeat(10_000)]])(
    'not with the token %j',
    async (token) => {
      const { signIn, shell } = open();
      const { response, cookie } = await signIn(token);
      expect([response.status, cookie]).toEqual([403, '']);
      const answer = await shell('orders', {}, token);
      expect(answer.status).toBe(401);
      expect(await answer.text()).not.toContain(token || 'nothing');
    },
  );

  test('nobody sees anything before; afterwards they see their own name', async () => {
    const { ask, browser } = open();
    for (const path of ['/', '/orders', '/orders/ABC234', '/proposals', '/money', '/engine']) {
      const response = await ask(path);
      expect([response.status, response.headers.get('location')]).toEqual([303, '/sign-in']);
      expect(await response.text()).toBe('');
    }
    expect(await (await browser(DARA)).page('/orders')).toContain('<strong data-testid="person">dara</strong>');
  });

  test('the cookie stays out of scripts and of other sites, and ends by sign-out, idleness and age', async () => {
    const { ask, post, signIn, runtime, browser } = open();
    const { response, cookie } = await signIn(SOKHA);
    expect(response.headers.get('set-cookie')).toMatch(
      /^rielrails-operator-8081=[0-9a-f]{64}; Path=\/; HttpOnly; SameSite=Strict$/,
    );
    const status = async () => (await ask('/orders', { headers: { cookie } })).status;
    expect(await status()).toBe(200);
    await runtime.clock.advance(31 * 60_000);
    expect(await status()).toBe(303);

    const busy = await browser(SOKHA);
    for (let hours = 0; hours < 26; hours += 1) {
      expect(await busy.page('/orders')).toContain('sokha');
      await runtime.clock.advance(27 * 60_000);
    }
    expect(await busy.page('/orders')).toContain('sokha');
    await runtime.clock.advance(19 * 60_000);
    expect(await busy.page('/orders')).toBe('');

    const leaving = await browser(SOKHA);
    const { csrf = '' } = await leaving.form('/engine', 'pause');
    await post('/sign-out', { csrf }, { cookie: leaving.cookie });
    expect(await leaving.page('/orders')).toBe('');
  });

  test('a cookie opens no shell, and a token opens no page', async () => {
    const { ask, browser } = open();
    const { cookie } = await browser(SOKHA);
    expect((await ask('/api/orders', { headers: { cookie } })).status).toBe(401);
    expect((await ask('/orders', { headers: { authorization: `Bearer ${SOKHA}` } })).status).toBe(303);
  });
});

describe('what another site can do', () => {
  test.each([
    ['evil.example'],
    ['evil.example:8081'],
    ['127.0.0.1.evil.example'],
    ['127.0.0.1:8081.evil.example'],
    ['[::1]:8081'],
    ['10.0.0.1:8081'],
    [''],
    [null],
  ])('nothing under the name %j, which may be made to mean this machine', async (host) => {
    const { ask, browser, asked } = open();
    const { cookie } = await browser(SOKHA);
    const paths = ['/sign-in', '/orders', '/style.css', '/api/orders'];
    for (const path of paths) {
      const headers = { cookie, authorization: `Bearer ${SOKHA}` };
      expect((await ask(path, { host, headers })).status).toBe(421);
      expect((await ask(path, { host, headers, method: 'POST' })).status).toBe(421);
    }
    expect(asked).toEqual([]);
  });

  test.each([
    ['http://evil.example'],
    ['http://127.0.0.1:9999'],
    ['null'],
    ['https://127.0.0.1:8081'],
    ['http://localhost:8081'],
  ])('no form from %s, even with everything right in it', async (origin) => {
    const { browser, post, shell, asked } = open();
    const sokha = await browser(SOKHA);
    const form = await sokha.form('/engine', 'pause');
    expect((await sokha.send('pause', form, { origin })).status).toBe(403);
    expect((await post('/sign-in', { token: SOKHA }, { origin })).status).toBe(403);
    const headers = { origin, 'content-type': 'application/json' };
    expect((await shell('pause', { method: 'POST', headers, body: '{}' })).status).toBe(403);
    expect(asked).toEqual([]);
  });

  test('no form without an origin, and none without this session’s own mark', async () => {
    const { ask, browser, asked } = open();
    const [sokha, dara] = [await browser(SOKHA), await browser(DARA)];
    const form = await sokha.form('/engine', 'pause');
    const body = new URLSearchParams(form).toString();
    expect((await ask('/do/pause', { method: 'POST', headers: { cookie: sokha.cookie }, body })).status).toBe(403);
    const { csrf: foreign = '' } = await dara.form('/engine', 'pause');
    for (const csrf of ['', foreign, 'f'.repeat(64)])
      expect((await sokha.send('pause', { ...form, csrf })).status).toBe(403);
    expect(asked).toEqual([]);
    expect((await sokha.send('pause', form)).status).toBe(303);
    expect(asked).toEqual([{ command: 'pause', args: [true, 'sokha'] }]);
  });

  test('nothing by GET', async () => {
    const { browser, shell, asked } = open();
    const sokha = await browser(SOKHA);
    const form = await sokha.form('/engine', 'pause');
    await sokha.page(`/do/pause?${new URLSearchParams(form).toString()}`);
    expect((await shell('pause')).status).toBe(405);
    expect(asked).toEqual([]);
  });

  test('no frame, no script, nothing from elsewhere, nothing kept', async () => {
    const { ask, browser } = open();
    const { cookie } = await browser(SOKHA);
    for (const path of ['/sign-in', '/orders', '/style.css', '/api/orders', '/nowhere']) {
      const { headers } = await ask(path, { headers: { cookie } });
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
      expect(headers.get('content-security-policy')).not.toMatch(/script|unsafe|http/);
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
    }
  });
});

describe('who acts', () => {
  test('is the person of the token; a name in a form or in JSON is refused', async () => {
    const { browser, shellDo, asked } = open();
    const sokha = await browser(SOKHA);
    const form = await sokha.form('/engine', 'pause');
    await sokha.send('pause', { ...form, by: 'dara' });
    expect(await sokha.page('/engine')).toContain('pause takes none');
    const refused = await shellDo('pause', { by: 'dara' });
    expect(refused.status).toBe(422);
    expect(asked).toEqual([]);
    await shellDo('pause', {}, DARA);
    expect(asked).toEqual([{ command: 'pause', args: [true, 'dara'] }]);
  });

  test('a proposal of one’s own has no button', async () => {
    const proposal = {
      id: '5',
      action: { type: 'release', order: '77' },
      payloadHash: '0123456789abcdef',
      expiresAt: 1,
    };
    const { browser } = open({ proposals: async () => [{ ...proposal, proposedBy: 'sokha' }] as never });
    expect(await (await browser(SOKHA)).page('/proposals')).toContain('Another person approves it');
    expect(await (await browser(SOKHA)).form('/proposals', 'approve')).toEqual({});
    expect(await (await browser(DARA)).form('/proposals', 'approve')).toMatchObject({
      proposal: '5',
      hash: '0123456789abcdef',
    });
  });

  test('a form counts once, however often it is sent', async () => {
    const { browser, asked } = open();
    const sokha = await browser(SOKHA);
    const form = await sokha.form('/engine', 'pause');
    await sokha.send('pause', form);
    await sokha.send('pause', form);
    expect(asked).toHaveLength(1);
    expect(await sokha.page('/engine')).toContain('it counts once');
  });
});

test('the engine’s page and its command name the list that stops the sale, and say since when none can be read', async () => {
  const day = Date.parse('2026-11-17T00:00:00Z') as Instant;
  const { browser, shell } = open({
    lists: async () => ({
      lists: [
        { source: 'OFAC SDN', state: 'too-old', version: '1', asOf: day, usableUntil: day },
        { source: 'UN Consolidated', state: 'not-read', version: null, asOf: null, usableUntil: null },
      ],
      unreadSince: day,
    }),
  });
  const html = await (await browser(SOKHA)).page('/engine');
  for (const told of ['OFAC SDN', 'too-old', 'UN Consolidated', 'not-read', 'nothing is sold', 'cannot be read since'])
    expect(html).toContain(told);
  expect(await (await shell('queue')).json()).toMatchObject({
    lists: [{ list: 'OFAC SDN', state: 'too-old', asOf: '2026-11-17T00:00:00.000Z' }, { state: 'not-read' }],
    listsUnreadSince: '2026-11-17T00:00:00.000Z',
  });
});

/** A case in which every text is this one. */
function caseFile(text: string): CaseFile {
  const told = { person: text, purchase: text, number: text, rule: text, openedBy: text, decidedBy: text };
  return {
    ...told,
    id: text as Reference,
    person: text as Reference,
    purchase: text as Reference,
    state: 'closed',
    watches: false,
    openedAt: 0,
    decision: 'suspicious',
    decidedAt: 0,
    reportDueAt: 0,
    reportReference: text,
    closedAt: 0,
    entries: 1,
    written: [{ at: 0, by: text, kind: 'note', facts: { [text]: text }, text }],
    toldApart: [
      {
        id: '9',
        source: text,
        entry: text,
        version: text,
        decidedBy: [text, text],
        validUntil: 0 as Instant,
        case: text as Reference,
        decidedAt: 0 as Instant,
        revokedAt: null,
        revokedBy: null,
        state: 'holds',
      },
    ],
  };
}

describe('the duty of compliance', () => {
  const setUp = () => open({ cases: async () => [], caseFile: async () => caseFile('CANARY') });

  test('opens cases in a browser and in a shell', async () => {
    const { browser, shell } = setUp();
    const sokha = await browser(SOKHA);
    expect(await sokha.page('/orders')).toContain('href="/cases"');
    expect(await sokha.page('/cases/7')).toContain('CANARY');
    expect(await (await shell('case?case=7')).text()).toContain('CANARY');
  });

  test('is needed for them: others see no section, no page, no case, and change none', async () => {
    const { browser, shell, shellDo, asked, post } = setUp();
    const dara = await browser(DARA);
    const seen = [await dara.page('/orders'), await dara.page('/cases'), await dara.page('/cases/7')].join('');
    expect(seen).not.toMatch(/CANARY|href="\/cases/);
    for (const command of adminCommands.filter(({ needs }) => needs === 'compliance')) {
      const path = commandPath(command);
      expect((await (command.type === 'read' ? shell(path, {}, DARA) : shellDo(path, {}, DARA))).status).toBe(403);
    }
    const form = await dara.form('/engine', 'pause');
    const response = await post('/do/case-note', { ...form, case: '7', note: 'a note' }, { cookie: dara.cookie });
    expect(response.status).toBe(403);
    expect(asked).toEqual([]);
  });
});

describe('what others wrote', () => {
  const hostile = () =>
    open({
      orders: async () =>
        [{ ...file().order, pay: null, updatedAt: 0, doubts: 2, number: HOSTILE, state: HOSTILE }] as never,
      order: async () => ({
        ...file({
          number: HOSTILE,
          address: HOSTILE,
          endReason: HOSTILE,
          holdReasons: [HOSTILE],
          effects: [
            {
              kind: HOSTILE,
              provider: HOSTILE,
              status: 'unknown',
              reference: HOSTILE,
              plannedAt: 0,
              calledAt: 0,
              lookAt: null,
              lookups: 3,
              tries: 1,
              fault: { reason: HOSTILE },
              result: { kind: 'send', transactionId: HOSTILE },
            },
          ],
          receipts: [
            {
              provider: HOSTILE,
              transaction: HOSTILE,
              amount: money(KHR, 5n),
              payer: HOSTILE,
              seenAt: 0,
              funded: 5n,
              refunded: 0n,
              review: 0n,
              blocked: 0n,
              reversed: true,
            },
          ],
          refundTasks: [
            {
              id: HOSTILE,
              transaction: HOSTILE,
              amount: money({ code: HOSTILE, scale: 0 }, 5n),
              reason: HOSTILE,
              dueAt: 0,
              status: 'open',
              bankReference: HOSTILE,
            },
          ],
        }),
        timeline: [{ at: 0 as never, what: HOSTILE }],
        ledger: [{ at: 0, kind: HOSTILE, account: HOSTILE, amount: money(KHR, 1n) }],
        cases: [caseFile(HOSTILE)],
      }),
      cases: async () => [caseFile(HOSTILE)],
      caseFile: async () => caseFile(HOSTILE),
      proposals: async () =>
        [
          {
            id: HOSTILE,
            action: { type: 'refund-task-done', order: '77', task: HOSTILE, bankReference: HOSTILE },
            payloadHash: HOSTILE,
            proposedBy: HOSTILE,
            expiresAt: 0,
          },
        ] as never,
      balances: async () => [{ account: HOSTILE, amount: money(KHR, 1n) }] as never,
      transfers: async () =>
        [{ reference: HOSTILE, kind: HOSTILE, amount: money(KHR, 1n), plannedBy: HOSTILE, plannedAt: 0 }] as never,
      float: async () => [{ place: HOSTILE, free: money(KHR, 1n), alarmBelow: null, low: true }] as never,
      reconcileDay: async () =>
        ({
          from: 0,
          to: 0,
          inDoubt: 1,
          agrees: false,
          places: [{ place: HOSTILE, books: money(KHR, 1n), there: null, difference: null }],
          rails: [
            {
              rail: HOSTILE,
              lines: 1,
              agreed: 0,
              differences: [{ type: 'payment', transaction: HOSTILE, books: null, statement: money(KHR, 1n) }],
            },
          ],
        }) as never,
      pauseState: async () => ({ paused: true, by: HOSTILE, at: 0 }),
    });

  test.each([
    ['/orders'],
    ['/orders/ABC234'],
    ['/cases'],
    ['/cases/47'],
    ['/proposals'],
    ['/money'],
    ['/reconcile'],
    ['/engine'],
  ])('is text on %s: no element, no attribute, no control sign', async (path) => {
    const text = await (await hostile().browser(SOKHA)).page(path);
    expect(text).toContain('&#60;script&#62;');
    for (const wrong of ['<script', '<img src=x', '\u001b', '\u202e']) expect(text).not.toContain(wrong);
  });

  test('what is in doubt is named by its reference, with the warning not to repeat it', async () => {
    const page = await (await hostile().browser(SOKHA)).page('/orders/ABC234');
    expect(page).toContain('<h2>In doubt</h2>');
    expect(page).toContain('never repeat the write by hand');
    expect(page).toContain('3 times');
  });

  test('what was typed comes back as text, and the engine’s refusal is shown', async () => {
    const { browser } = open({
      bringIn: async () => {
        throw new InputError('evidence', 'used', 'this evidence was booked already');
      },
    });
    const sokha = await browser(SOKHA);
    const form = await sokha.form('/money', 'bring-in');
    const typed = { place: 'wallet:wallet', amount: '5', asset: 'BTC', evidence: 'slip 1' };
    await sokha.send('bring-in', { ...form, ...typed });
    const page = await sokha.page('/money');
    expect(page).toContain('this evidence was booked already');
    expect(page).toContain('value="slip 1"');
    expect(await sokha.page('/money')).not.toContain('slip 1');
    const again = await sokha.form('/money', 'bring-in');
    await sokha.send('bring-in', { ...again, ...typed, evidence: HOSTILE });
    const refused = await sokha.page('/money');
    expect(refused).not.toMatch(/<script|<img src=x/);
    expect(refused).toContain('expected the reference on the receipt');
  });

  test('whoever moves money is brought back to where money is', async () => {
    const sokha = await open().browser(SOKHA);
    for (const command of ['treasury-sweep', 'transfer-plan', 'bring-in']) {
      const form = await sokha.form('/money', command);
      expect((await sokha.send(command, form)).headers.get('location')).toBe('/money');
    }
  });

  test('a file holds no seed, no chat, no person and no key', async () => {
    const { browser, shell } = open();
    const shown =
      (await (await browser(SOKHA)).page('/orders/ABC234')) + (await (await shell('order?order=ABC234')).text());
    expect(shown).toContain('payer-mismatch');
    expect(shown).not.toMatch(/canary/);
  });
});

describe('input', () => {
  test.each([
    ['orders?filter=nothing', 'filter malformed'],
    ['orders?filter=toString', 'filter malformed'],
    ['orders?filtre=open', 'arguments unknown'],
    ['order', 'order missing'],
    [`order?order=${'a'.repeat(1000)}`, 'order too-long'],
    ["order?order=' or ''='", 'order malformed'],
  ])('GET %s is refused by name', async (path, rule) => {
    const response = await open().shell(path);
    const { error } = (await response.json()) as { error: { field: string; rule: string } };
    expect([response.status, `${error.field} ${error.rule}`]).toEqual([422, rule]);
  });

  test.each([
    [{ place: 'capital', amount: '1', asset: 'BTC', evidence: 'slip 1' }, 'place malformed'],
    [{ place: 'wallet:w', amount: '-1', asset: 'BTC', evidence: 'slip 1' }, 'amount malformed'],
    [{ place: 'wallet:w', amount: '1e9', asset: 'BTC', evidence: 'slip 1' }, 'amount malformed'],
    [{ place: 'wallet:w', amount: 1, asset: 'BTC', evidence: 'slip 1' }, 'amount malformed'],
    [{ place: 'wallet:w', amount: '0.000000001', asset: 'BTC', evidence: 'slip 1' }, 'amount too-precise'],
    [{ place: 'wallet:w', amount: '1', asset: 'DOGE', evidence: 'slip 1' }, 'asset malformed'],
    [{ place: 'wallet:w', amount: '1', asset: 'BTC', evidence: 'x'.repeat(10_000) }, 'evidence too-long'],
    [{ place: 'wallet:w', amount: '1', asset: 'BTC' }, 'evidence missing'],
  ])('%j is refused by name', async (input, rule) => {
    const { shellDo, asked } = open();
    const response = await shellDo('bring-in', input);
    const text = await response.text();
    const { error } = JSON.parse(text) as { error: { field: string; rule: string } };
    expect([response.status, `${error.field} ${error.rule}`]).toEqual([422, rule]);
    expect(text.length).toBeLessThan(400);
    expect(asked).toEqual([]);
  });

  test('too much, or not what was expected, is refused before it is read', async () => {
    const { shell, shellDo, browser, ask, asked } = open();
    expect((await shellDo('pause', { x: 'x'.repeat(20_000) })).status).toBe(413);
    for (const body of ['', '[]', 'null', '7', '{', '"x"'])
      expect(
        (await shell('pause', { method: 'POST', headers: { 'content-type': 'application/json' }, body })).status,
      ).toBe(400);
    expect((await shell('pause', { method: 'POST', body: '{}' })).status).toBe(415);
    expect((await shell('nothing')).status).toBe(404);
    expect((await shell('toString')).status).toBe(404);
    expect((await ask(`/orders?filter=${'x'.repeat(10_000)}`)).status).toBe(414);
    const sokha = await browser(SOKHA);
    const form = await sokha.form('/engine', 'pause');
    expect((await sokha.send('pause', { ...form, x: 'x'.repeat(20_000) })).status).toBe(413);
    expect((await sokha.send('orders', form)).status).toBe(404);
    expect(await sokha.page('/orders?filter=nothing')).toContain('expected one of open');
    expect(asked).toEqual([]);
  });
});

test('a day whose places were not all looked at is not said to agree', async () => {
  const seen = { place: 'wallet:hot', books: money(BTC, 1n), there: money(BTC, 1n), difference: money(BTC, 0n) };
  const unseen = { place: 'exchange:venue', books: money(BTC, 2n), there: null, difference: null };
  const day = (places: readonly object[]) => async () =>
    ({ from: 0, to: 0, places, rails: [], inDoubt: 0, agrees: true }) as never;
  const whole = await (await open({ reconcileDay: day([seen]) }).browser(SOKHA)).page('/reconcile');
  expect(whole).toContain('everything agrees');
  const { browser, shell } = open({ reconcileDay: day([seen, unseen]) });
  const part = await (await browser(SOKHA)).page('/reconcile');
  expect(part).not.toContain('everything agrees');
  expect(part).toContain('1 not compared');
  expect(await (await shell('reconcile?day=2026-11-21')).json()).toMatchObject({ agrees: true, notCompared: 1 });
});

test('a failure that nobody expected is told as unknown, without its words', async () => {
  const { browser, shellDo, runtime } = open({
    pause: async () => {
      throw new Error('password=hunter2');
    },
  });
  const sokha = await browser(SOKHA);
  await sokha.send('pause', await sokha.form('/engine', 'pause'));
  const page = await sokha.page('/engine');
  expect(page).toContain('not known whether this happened');
  const response = await shellDo('pause', {});
  expect(response.status).toBe(500);
  expect(page + (await response.text()) + JSON.stringify(runtime.log)).not.toContain('hunter2');
});

test('every command that changes something is a POST, and has a form or a button somewhere', async () => {
  const { browser } = open(
    {
      order: async () =>
        file({
          receipts: [
            {
              funded: 5n,
              review: 0n,
              blocked: 0n,
              refunded: 0n,
              reversed: false,
              amount: money(KHR, 5n),
              seenAt: 0,
              transaction: 't',
              payer: 'match',
            },
          ],
          refundTasks: [
            {
              id: '6',
              amount: money(KHR, 5n),
              status: 'open',
              dueAt: 0,
              reason: 'refused',
              transaction: 't',
              bankReference: null,
            },
          ],
        }),
      caseFile: async (id) => ({ ...caseFile('case'), state: id === '1' ? 'open' : 'decided' }),
      proposals: async () =>
        [
          {
            id: '5',
            action: { type: 'refund', order: '77' },
            payloadHash: 'a'.repeat(16),
            proposedBy: 'dara',
            expiresAt: 0,
          },
        ] as never,
      transfers: async () =>
        [
          { reference: '9', kind: 'float-in', amount: money(KHR, 1n), plannedBy: 'dara', plannedAt: 0 },
          { reference: '10', kind: 'wallet-to-cold', amount: money(BTC, 1n), plannedBy: 'dara', plannedAt: 0 },
        ] as never,
    },
    reviewDesk(),
  );
  const sokha = await browser(SOKHA);
  const paths = [
    '/orders/ABC234',
    '/cases/1',
    '/cases/2',
    '/reviews/1',
    '/reviews/2',
    '/proposals',
    '/money',
    '/reconcile',
    '/engine',
  ];
  const pages = (await Promise.all(paths.map(sokha.page))).join('');
  const offered = adminCommands.filter(({ type }) => type === 'change').map(commandPath);
  // This order is held, and not for a payment that nobody proved; orders are taken.
  const missing = offered.filter((path) => !pages.includes(`action="/do/${path}"`));
  expect(missing).toEqual(['hold', 'payment-stated', 'resume']);
});

describe('people', () => {
  const make = (people: readonly { readonly name: string; readonly token: string }[], sandbox = false) => {
    const { runtime } = open();
    const orders = {} as Desk;
    return createAdminDoor(
      { orders, people: people.map(({ name, token }) => ({ name, token: new Secret(token) })), sandbox },
      runtime,
    );
  };
  const TOKEN = 'a-token-of-twenty-characters';

  test.each([
    ['nobody', [], 'people empty'],
    ['a short token', [{ name: 'sokha', token: 'nineteen-characters' }], 'people[0] token'],
    ['a token with a space', [{ name: 'sokha', token: 'twenty characters and a space' }], 'people[0] token'],
    ['a play token in live mode', [{ name: 'sokha', token: SOKHA }], 'people[0] token'],
    ['a long name', [{ name: 'Sokha Chan', token: TOKEN }], 'people[0] name'],
    [
      'one name twice',
      [
        { name: 'sokha', token: TOKEN },
        { name: 'sokha', token: `${TOKEN}2` },
      ],
      'people same-name',
    ],
    [
      'one token twice',
      [
        { name: 'sokha', token: TOKEN },
        { name: 'dara', token: TOKEN },
      ],
      'people same-token',
    ],
  ])('%s is refused, and no token is told', (_what, people, rule) => {
    let told: unknown;
    try {
      make(people);
    } catch (error) {
      told = error;
    }
    expect(told).toBeInstanceOf(InputError);
    const { field, rule: broken, message } = told as InputError;
    expect(`${field} ${broken}`).toBe(rule);
    for (const { token } of people) expect(message).not.toContain(token);
  });

  test('a token that is not for play is refused in the sandbox', () => {
    expect(() => make([{ name: 'sokha', token: TOKEN }], true)).toThrow('play-');
  });
});
