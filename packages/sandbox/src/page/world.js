import { html, useEffect, useRef, useState } from './preact.js';
import { Button, Card, Empty, Tag, decimal, grouped, shorten } from './parts.js';
import { readPaymentCode, scaleAmount } from './khqr.js';
import { act, now, update, useStore } from './store.js';

/** The middle column: everybody outside the shop, whom a purchase meets first above. */
export function WorldColumn() {
  const { bank, exchange, kyc, lists, chain } = useStore();
  return html`<section class="column" aria-label="The world">
    <h2 class="column-title">The world</h2>
    <div class="stack">
      ${bank && html`<${Bank} bank=${bank} />`} ${kyc && html`<${Kyc} kyc=${kyc} />`}
      ${chain && html`<${Chain} chain=${chain} />`} ${exchange && html`<${Exchange} exchange=${exchange} />`}
      ${lists && html`<${Lists} lists=${lists} />`}
    </div>
  </section>`;
}

const LATE_MS = 31 * 60_000;

function Bank({ bank }) {
  const { scan } = useStore();
  return html`<${Card} title="Bank app" testId="bank">
    ${scan ? html`<${Payment} key=${scan.qr} scan=${scan} />` : html`<${Empty}>Scan a QR code from the chat to pay it.<//>`}
    <${Transfer} />
    <${Receipts} receipts=${bank.receipts} />
  <//>`;
}

/** A scanned code on the bank app's pay screen, brought into sight by each scan. */
function Payment({ scan }) {
  const { qr } = scan;
  const code = readPaymentCode(qr);
  const box = useRef(null);
  useEffect(() => box.current?.scrollIntoView({ block: 'nearest' }), [scan]);
  const [amount, setAmount] = useState(code?.amount ?? '');
  const [name, setName] = useState('');
  const [account, setAccount] = useState('');
  /** What the bank said to the last payments. */
  const [said, setSaid] = useState([]);
  const asked = code?.amount ?? null;
  const payer = { ...(name.trim() === '' ? {} : { name }), ...(account === '' ? {} : { account }) };
  const pay = async (paid, times = 1) => {
    const wrong = paid !== null && paid !== asked ? { amount: paid, asset: code?.asset ?? 'KHR' } : {};
    setSaid([]);
    const done = await act('bank/pay', { qr, times, ...wrong, ...payer });
    setSaid(done ? done.scans : []);
  };
  const payLate = async () => {
    const left = code?.expiresAt ? code.expiresAt - now() + 60_000 : LATE_MS;
    if (left > 0 && !(await act('clock/forward', { ms: Math.ceil(left) }))) return;
    await pay(null);
  };
  if (!code)
    return html`<p class="empty">This QR code is no payment.</p>
      <${Button} kind="quiet" onPress=${() => update({ scan: null })}>Close<//>`;
  return html`<div class="payment" ref=${box} data-testid="bank-payment">
    <p class="muted">Pay to</p>
    <p class="payee">${code.name || 'unnamed merchant'}</p>
    <div class="fields">
      <label
        >Amount, ${code.asset ?? 'unknown currency'}
        <input
          inputmode="decimal"
          value=${amount}
          onInput=${(event) => setAmount(event.target.value.trim())}
          data-testid="bank-amount"
      /></label>
      <label
        >Payer’s name
        <input
          value=${name}
          placeholder="account owner"
          onInput=${(event) => setName(event.target.value)}
          data-testid="bank-name"
      /></label>
      <label
        >Payer’s bank
        <select value=${account} onChange=${(event) => setAccount(event.target.value)} data-testid="bank-of">
          ${BANKS.map(([id, bank]) => html`<option key=${bank} value=${id}>${bank}</option>`)}
        </select></label
      >
    </div>
    <div class="row">
      <${Button} kind="primary" testId="bank-pay" onPress=${() => pay(amount || null)}>Pay<//>
      <${Button} testId="bank-less" disabled=${!asked} onPress=${() => pay(scaleAmount(asked, 9n, 10n))}>10% less<//>
      <${Button} testId="bank-more" disabled=${!asked} onPress=${() => pay(scaleAmount(asked, 11n, 10n))}>10% more<//>
      <${Button} testId="bank-twice" onPress=${() => pay(null, 2)}>Twice<//>
      <${Button} testId="bank-late" label="Puts the clock past the deadline, then pays" onPress=${payLate}>Late<//>
      <${Button} kind="quiet" testId="bank-close" onPress=${() => update({ scan: null })}>Close<//>
    </div>
    <div role="status" data-testid="bank-said">
      ${said.map(
        (scan, index) =>
          html`<p key=${index} class=${scan.outcome === 'paid' ? 'good-text' : 'bad-text'}>
            ${scan.outcome === 'paid' ? `Paid. Transaction ${scan.transaction}` : `Refused: ${scan.message}`}
          </p>`,
      )}
    </div>
  </div>`;
}

const BANKS = [
  ['', 'ABA'],
  ['payer@aclb', 'ACLEDA'],
  ['payer@wing', 'Wing'],
];

/** Money to an account that was typed: its transaction id is what the shop asks for. */
function Transfer() {
  const [to, setTo] = useState({ account: '', amount: '', asset: 'KHR' });
  const [said, setSaid] = useState(null);
  const field = (name) => (event) => setTo({ ...to, [name]: event.target.value.replaceAll(/[\s,]/g, '') });
  const send = async (event) => {
    event.preventDefault();
    setSaid(await act('bank/transfer', to));
  };
  return html`<details class="transfer" data-testid="bank-transfer">
    <summary>Transfer to an account</summary>
    <form onSubmit=${send}>
      <div class="fields">
        <label
          >Account
          <input inputmode="numeric" value=${to.account} onInput=${field('account')} data-testid="transfer-account"
        /></label>
        <label
          >Amount, KHR
          <input inputmode="decimal" value=${to.amount} onInput=${field('amount')} data-testid="transfer-amount"
        /></label>
      </div>
      <button type="submit" class="button primary" data-testid="transfer-send" disabled=${!to.account || !to.amount}>
        Send
      </button>
    </form>
    <p role="status" class=${said?.outcome === 'paid' ? 'good-text' : 'bad-text'} data-testid="transfer-said">
      ${said && (said.outcome === 'paid' ? `Sent. Transaction ${said.transaction}` : `Refused: ${said.message}`)}
    </p>
  </details>`;
}

function Receipts({ receipts }) {
  if (receipts.length === 0) return null;
  return html`<table class="table" data-testid="bank-receipts">
    <caption class="hidden">
      Paid so far
    </caption>
    <tbody>
      ${receipts.toReversed().map(
        (one) =>
          html`<tr key=${one.transaction}>
            <td class="mono">${shorten(one.transaction, 7)}</td>
            <td class="number">${grouped(one.amount)} ${one.asset}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}

function Exchange({ exchange }) {
  const [move, setMove] = useState(0);
  const [usdt, setUsdt] = useState('');
  const [ask] = exchange.asks[0] ?? ['–'];
  const [bid] = exchange.bids[0] ?? ['–'];
  const moved = async () => {
    if (move !== 0 && (await act('exchange/move', { basisPoints: move }))) setMove(0);
  };
  return html`<${Card}
    title="Exchange"
    testId="exchange"
    aside=${html`<span class="muted">${exchange.symbol}</span> ${exchange.halted && html`<${Tag} word="halted" />`}`}
  >
    <div class="book">
      <${Levels} side="bid" levels=${exchange.bids} />
      <${Levels} side="ask" levels=${exchange.asks} />
    </div>
    <p class="hidden" data-testid="exchange-price">${bid} ${ask}</p>
    <label class="slider"
      >Move the price by <output>${move > 0 ? '+' : ''}${(move / 100).toFixed(1)} %</output>
      <input
        type="range"
        min="-1000"
        max="1000"
        step="10"
        value=${move}
        onInput=${(event) => setMove(Number(event.target.value))}
        onChange=${moved}
        data-testid="exchange-slider"
    /></label>
    <div class="row">
      ${[-500, -100, 100, 500].map(
        (step) =>
          html`<${Button}
            key=${step}
            kind="small"
            testId=${`exchange-move${step}`}
            onPress=${() => act('exchange/move', { basisPoints: step })}
            >${step > 0 ? '+' : '−'}${Math.abs(step) / 100}%<//
          >`,
      )}
      <${Button}
        kind="small"
        testId="exchange-partly"
        onPress=${() => act('exchange/fill-partly', { basisPoints: 5000 })}
        >Fill half<//
      >
      <${Button} kind="small" testId="exchange-jump" onPress=${() => act('exchange/jump', { basisPoints: 300 })}
        >Jump at the next order<//
      >
      ${
        exchange.second &&
        html`<${Button}
          kind="small"
          testId="exchange-second"
          onPress=${() => act('exchange/move-second', { basisPoints: 500 })}
          >Move ${exchange.second.name} alone +5%<//
        >`
      }
      <${Button} kind="small" testId="exchange-halt" onPress=${() => act('exchange/halt', { halted: !exchange.halted })}
        >${exchange.halted ? 'Resume' : 'Halt'}<//
      >
    </div>
    <form
      class="row balances"
      onSubmit=${(event) => {
        event.preventDefault();
        if (usdt) void act('exchange/balance', { asset: 'USDT', amount: usdt }).then((done) => done && setUsdt(''));
      }}
    >
      ${Object.entries(exchange.balances).map(
        ([asset, amount]) =>
          html`<span class="balance" key=${asset}><span class="muted">${asset}</span> ${grouped(amount)}</span>`,
      )}
      <span class="pair"
        ><input
          class="narrow"
          inputmode="decimal"
          placeholder="set USDT"
          aria-label="USDT balance"
          value=${usdt}
          onInput=${(event) => setUsdt(event.target.value.trim())}
          data-testid="exchange-usdt"
        />
        <button type="submit" class="button small">Set</button></span
      >
    </form>
  <//>`;
}

function Levels({ side, levels }) {
  const shown = levels.slice(0, 4);
  return html`<table class=${`levels ${side}`}>
    <caption>
      ${side === 'bid' ? 'Bids' : 'Asks'}
    </caption>
    <tbody>
      ${shown.map(
        ([price, quantity]) =>
          html`<tr key=${price}>
            <td class="number">${grouped(price)}</td>
            <td class="number muted">${grouped(quantity)}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}

function Kyc({ kyc }) {
  const [name, setName] = useState('');
  const identity = name.trim() === '' ? {} : { name, country: 'KH' };
  return html`<${Card} title="KYC desk" testId="kyc">
    ${
      kyc.cases.length === 0
        ? html`<${Empty}>Nobody asked to be verified.<//>`
        : html`<label
              >Verified name
              <input
                value=${name}
                placeholder="as on the document"
                onInput=${(event) => setName(event.target.value)}
                data-testid="kyc-name"
            /></label>
            ${kyc.cases.toReversed().map(
              ({ reference, status }) =>
                html`<div class="case" key=${reference}>
                  <p><span class="mono">${shorten(reference, 6)}</span> <${Tag} word=${status} /></p>
                  <div class="row">
                    <${Button}
                      kind="small primary"
                      testId=${`kyc-approve-${reference}`}
                      onPress=${() => act('kyc/approve', { reference, ...identity })}
                      >Approve<//
                    >
                    <${Button}
                      kind="small"
                      testId=${`kyc-retry-${reference}`}
                      onPress=${() => act('kyc/reject', { reference, type: 'retry' })}
                      >Ask again<//
                    >
                    <${Button}
                      kind="small danger"
                      testId=${`kyc-reject-${reference}`}
                      onPress=${() => act('kyc/reject', { reference, type: 'final' })}
                      >Reject<//
                    >
                    <${Button}
                      kind="small"
                      testId=${`kyc-revoke-${reference}`}
                      onPress=${() => act('kyc/revoke', { reference })}
                      >Revoke<//
                    >
                  </div>
                </div>`,
            )}`
    }
  <//>`;
}

function Chain({ chain }) {
  const { chats, chatId } = useStore();
  const person = chatId ?? chats?.chats[0]?.id;
  const [address, setAddress] = useState('');
  /** The last address that was made here. */
  const [made, setMade] = useState('');
  const [found, setFound] = useState(null);
  const look = async (at) => {
    const held = await act('chain/lookup', { address: at });
    setFound(held && { ...held, address: at });
  };
  const lookUp = (event) => {
    event.preventDefault();
    return look(address.trim());
  };
  // What was looked up stays true while blocks and payments come.
  useEffect(() => {
    if (found) void look(found.address);
  }, [chain.blocks?.[0]?.hash, chain.mempool?.length]);
  const fresh = async () => {
    const wallet = await act('chain/address');
    if (!wallet) return;
    setMade(wallet.address);
    setAddress(wallet.address);
    await look(wallet.address);
  };
  if (chain.unreachable) return html`<${Card} title="Chain" testId="chain"><${Empty}>The node does not answer.<//><//>`;
  return html`<${Card} title="Chain" testId="chain" aside=${html`<span class="muted">${chain.backend}</span>`}>
    <ol class="blocks" aria-label="Latest blocks">
      <li class="block waiting"><strong>${chain.mempool.length}</strong><span>waiting</span></li>
      ${chain.blocks
        .slice(0, 5)
        .map(
          (block, index) =>
            html`<li class="block" key=${block.hash} title=${block.hash}>
              <strong data-testid=${index === 0 ? 'chain-height' : undefined}>${block.height}</strong
              ><span>${block.transactions} tx</span>
            </li>`,
        )}
    </ol>
    ${chain.mempool.slice(0, 4).map(
      (one) =>
        html`<p class="line" key=${one.txid}>
          <span class="mono" title=${one.txid}>${shorten(one.txid, 8)}</span>
          <span class="number">${decimal(one.sats, 0)} sat · ${one.satPerVbyte} sat/vB</span>
        </p>`,
    )}
    <div class="row">
      <${Button} kind="primary" testId="chain-mine" onPress=${() => act('chain/mine', { blocks: 1 })}>Mine 1<//>
      <${Button} testId="chain-mine-6" onPress=${() => act('chain/mine', { blocks: 6 })}>Mine 6<//>
      <${Button} testId="chain-reorg" kind="danger" onPress=${() => act('chain/reorg', { blocks: 1 })}>Reorg 1<//>
      <${Button} testId="chain-reorg-3" kind="danger" onPress=${() => act('chain/reorg', { blocks: 3 })}>Reorg 3<//>
    </div>
    <form class="row" onSubmit=${lookUp}>
      <input
        class="grow mono"
        placeholder="bcrt1…"
        aria-label="Address"
        value=${address}
        onInput=${(event) => setAddress(event.target.value)}
        data-testid="chain-address"
      />
      <button type="submit" class="button" data-testid="chain-lookup" disabled=${address.trim() === ''}>Look up</button>
      <${Button} testId="chain-fresh" label="A fresh address of the buyer’s wallet" onPress=${fresh}>New address<//>
    </form>
    ${
      found &&
      html`<p class="line" data-testid="chain-found">
        <span class="muted">holds</span>
        <span class="number"
          >${decimal(found.confirmedSats, 0)} sat confirmed · ${decimal(found.waitingSats, 0)} sat waiting</span
        >
      </p>`
    }
    ${
      made &&
      made === address &&
      html`<${Button}
        testId="chain-to-chat"
        onPress=${async () => (await act('chat/text', { chat: person, text: made })) && setMade('')}
        >Send it in the chat<//
      >`
    }
  <//>`;
}

/** What the publisher of the sanctions list does; the shop reads it each hour. */
function Lists({ lists }) {
  const [text, setText] = useState('');
  const add = (name, input) => {
    void act(name, input);
    setText('');
  };
  const isOld = lists.age === 'too-old';
  return html`<${Card}
    title="Sanctions list"
    testId="lists"
    aside=${html`<${Tag} word=${isOld ? 'too old' : 'fresh'} />`}
  >
    <label
      >Name or address
      <input
        value=${text}
        placeholder="as the list writes it: DARA, Sok"
        onInput=${(event) => setText(event.target.value)}
        data-testid="lists-text"
    /></label>
    <div class="row">
      <${Button}
        kind="small"
        testId="lists-add-name"
        disabled=${text.trim() === ''}
        onPress=${() => add('lists/add-name', { name: text.trim() })}
        >List the name<//
      >
      <${Button}
        kind="small"
        testId="lists-add-address"
        disabled=${text.trim().length < 14}
        onPress=${() => add('lists/add-address', { address: text.trim() })}
        >List the address<//
      >
      <${Button}
        kind="small"
        testId="lists-age"
        label="The shop notices at its next hourly reading"
        onPress=${() => act('lists/age', { age: isOld ? 'fresh' : 'too-old' })}
        >${isOld ? 'Publish anew' : 'Let it grow old'}<//
      >
    </div>
    ${lists.names.map(
      (name) =>
        html`<div class="row" key=${name}>
          <span>${name}</span>
          <${Button} kind="small quiet" testId="lists-remove" onPress=${() => act('lists/remove-name', { name })}
            >Take off<//
          >
        </div>`,
    )}
    ${lists.addresses.map((address) => html`<p class="mono" key=${address}>${shorten(address, 10)}</p>`)}
  <//>`;
}
