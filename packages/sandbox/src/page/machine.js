import { html, useState } from './preact.js';
import { Button, Card, Empty, Tag, clockTime, decimal, shorten } from './parts.js';
import { act, useStore } from './store.js';

/** @type {readonly (readonly [id: string, title: string, Panel: () => unknown])[]} */
const TABS = [
  ['orders', 'Orders', OrdersTab],
  ['money', 'Money', MoneyTab],
  ['faults', 'Faults', FaultsTab],
  ['traffic', 'Traffic', TrafficTab],
  ['log', 'Log', LogTab],
];

/** The right column: what goes on inside the shop. */
export function MachineColumn() {
  const [tab, setTab] = useState('orders');
  const { machine } = useStore();
  const index = TABS.findIndex(([id]) => id === tab);
  const [, , Panel] = TABS[index];
  const onKey = (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const [next] = TABS[(index + step + TABS.length) % TABS.length];
    setTab(next);
    document.getElementById(`tab-${next}`)?.focus();
  };
  return html`<section class="column" aria-label="The machine">
    <h2 class="column-title">
      The machine
      ${
        machine?.operators &&
        html`<a class="aside-link" href=${machine.operators} target="_blank" rel="noopener" data-testid="operators"
          >Operators’ page</a
        >`
      }
    </h2>
    <div class="stack">
      <${Engine} machine=${machine} />
      <div class="tabs" role="tablist" aria-label="Views of the machine" onKeyDown=${onKey}>
        ${TABS.map(
          ([id, title]) =>
            html`<button
              type="button"
              role="tab"
              key=${id}
              id=${`tab-${id}`}
              aria-selected=${id === tab}
              aria-controls="tab-panel"
              tabindex=${id === tab ? 0 : -1}
              data-testid=${`tab-${id}`}
              onClick=${() => setTab(id)}
            >
              ${title}
            </button>`,
        )}
      </div>
      <div id="tab-panel" role="tabpanel" aria-labelledby=${`tab-${tab}`} class="stack"><${Panel} /></div>
    </div>
  </section>`;
}

const LABELS = { kill: 'kill -9', restart: 'Restart', freeze: 'Freeze', thaw: 'Thaw' };
const STEPS = [
  [60_000, '+1 min'],
  [10 * 60_000, '+10 min'],
  [60 * 60_000, '+1 h'],
  [24 * 60 * 60_000, '+1 day'],
];

function Engine({ machine }) {
  const status = machine?.reachable ? 'running' : 'stopped';
  return html`<${Card} title="Engine" testId="engine" aside=${machine && html`<${Tag} word=${status} />`}>
    <div class="row">
      ${(machine?.actions ?? []).map(
        (action) =>
          html`<${Button}
            key=${action}
            kind=${action === 'kill' ? 'danger' : ''}
            testId=${`machine-${action}`}
            onPress=${() => act('machine/act', { action })}
            >${LABELS[action] ?? action}<//
          >`,
      )}
    </div>
    ${machine && !machine.reachable && html`<p class="muted">Below stands what it told last. Its money and orders are in the database.</p>`}
    <div class="row" role="group" aria-label="Clock forward">
      <span class="muted">Clock</span>
      ${STEPS.map(
        ([ms, label]) =>
          html`<${Button} key=${ms} kind="small" testId=${`clock-${ms}`} onPress=${() => act('clock/forward', { ms })}
            >${label}<//
          >`,
      )}
    </div>
  <//>`;
}

function OrdersTab() {
  const orders = useStore().machine?.state?.orders ?? [];
  const [open, setOpen] = useState(null);
  if (orders.length === 0) return html`<${Card} title="Orders"><${Empty}>No orders yet.<//><//>`;
  const shown = open ?? orders[0].number;
  return orders.map(
    (order) =>
      html`<${Order}
        key=${order.number}
        order=${order}
        open=${order.number === shown}
        onToggle=${() => setOpen(order.number === shown ? '' : order.number)}
      />`,
  );
}

function Order({ order, open, onToggle }) {
  const inDoubt = order.effects.some(({ status }) => status === 'unknown');
  return html`<section class="card order" data-testid=${`order-${order.number}`}>
    <button type="button" class="order-head" aria-expanded=${open} onClick=${onToggle}>
      <span class="mono">${order.number}</span>
      <span class="order-tags">
        ${inDoubt && html`<${Tag} word="in doubt" tone="doubt" />`}
        ${order.hold !== 'none' && html`<${Tag} word=${order.hold} />`}
        ${order.disposition === 'refund' && html`<${Tag} word="refund" />`}
        <${Tag} word=${order.state} />
      </span>
    </button>
    ${
      open &&
      html`<ol class="timeline">
          ${order.timeline.map(
            (moment, index) =>
              html`<li key=${index}>
                <time>${clockTime(moment.at)}</time>
                <div>
                  <span class="event">${moment.event}</span>
                  ${moment.text && html`<p>${moment.text}</p>`}
                </div>
              </li>`,
          )}
        </ol>
        ${order.effects.length > 0 && html`<${Effects} effects=${order.effects} />`}
        ${order.receipts.length > 0 && html`<${OrderReceipts} receipts=${order.receipts} />`}`
    }
  </section>`;
}

function Effects({ effects }) {
  return html`<table class="table">
    <caption>
      Effects
    </caption>
    <tbody>
      ${effects.map(
        (one) =>
          html`<tr key=${`${one.kind}-${one.seq}`}>
            <td>${one.kind} <span class="muted">#${one.seq}</span></td>
            <td class="mono muted" title=${one.reference}>${shorten(one.reference, 5)}</td>
            <td><${Tag} word=${one.status} /> ${one.reason && html`<span class="muted">${one.reason}</span>`}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}

const SCALES = { KHR: 0, USD: 2, BTC: 8, USDT: 8 };

function OrderReceipts({ receipts }) {
  return html`<table class="table">
    <caption>
      Receipts
    </caption>
    <tbody>
      ${receipts.map(
        (one) =>
          html`<tr key=${one.transaction}>
            <td class="mono" title=${one.transaction}>${shorten(one.transaction, 6)}</td>
            <td class="number">${decimal(one.minor, SCALES[one.asset] ?? 0)} ${one.asset}</td>
            <td><${Tag} word=${one.end} /></td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}

function MoneyTab() {
  const { balances = [], queues = [] } = useStore().machine?.state ?? {};
  return html`<${Card} title="Ledger" testId="ledger">
      ${balances.length === 0 && html`<${Empty}>Nothing is booked yet.<//>`}
      <table class="table">
        <caption class="hidden">
          Balances by account
        </caption>
        <tbody>
          ${balances.map(
            (one) =>
              html`<tr key=${`${one.account} ${one.asset}`}>
                <td>${one.account}</td>
                <td class="number">${decimal(one.minor, one.scale)}</td>
                <td class="muted">${one.asset}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    <//>
    <${Card} title="Queue" testId="queue">
      ${queues.length === 0 && html`<${Empty}>No jobs.<//>`}
      <table class="table">
        ${
          queues.length > 0 &&
          html`<thead>
            <tr>
              <th scope="col">Job</th>
              <th scope="col" class="number">waiting</th>
              <th scope="col" class="number">active</th>
              <th scope="col" class="number">failed</th>
            </tr>
          </thead>`
        }
        <tbody>
          ${queues.map(
            (one) =>
              html`<tr key=${one.name}>
                <td>${one.name}</td>
                <td class="number">${one.waiting}</td>
                <td class="number">${one.active}</td>
                <td class=${`number ${one.failed > 0 ? 'bad-text' : ''}`}>${one.failed}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    <//>`;
}

function FaultsTab() {
  const { faults = [], faultNames = [] } = useStore();
  const [emulator, setEmulator] = useState('');
  const [route, setRoute] = useState('*');
  const [fault, setFault] = useState('timeout-after-apply');
  const [times, setTimes] = useState(1);
  const chosen = faults.find((one) => one.emulator === emulator) ?? faults[0];
  const planned = faults.flatMap((one) => one.planned.map((plan) => ({ ...plan, emulator: one.emulator })));
  if (!chosen) return html`<${Card} title="Faults"><${Empty}>There is nothing to break.<//><//>`;
  const pick = (set) => (event) => set(event.target.value);
  return html`<${Card} title="Break something" testId="faults">
      <div class="fields">
        <label
          >Who
          <select
            onChange=${(event) => {
              setEmulator(event.target.value);
              setRoute('*');
            }}
            data-testid="fault-emulator"
          >
            ${faults.map((one) => html`<option key=${one.emulator} value=${one.emulator} selected=${one === chosen}>${one.emulator}</option>`)}
          </select></label
        >
        <label
          >Which call
          <select onChange=${pick(setRoute)} data-testid="fault-route">
            <option value="*">any</option>
            ${chosen.routes.map((one) => html`<option key=${one} value=${one} selected=${one === route}>${one}</option>`)}
          </select></label
        >
        <label
          >How
          <select onChange=${pick(setFault)} data-testid="fault-name">
            ${faultNames.map((one) => html`<option key=${one} value=${one} selected=${one === fault}>${one}</option>`)}
          </select></label
        >
        <label
          >Times
          <input
            type="number"
            min="1"
            max="1000"
            value=${times}
            onInput=${(event) => setTimes(Number(event.target.value))}
            data-testid="fault-times"
        /></label>
      </div>
      <div class="row">
        <${Button}
          kind="danger"
          testId="fault-add"
          onPress=${() =>
            act('fault/add', {
              emulator: chosen.emulator,
              fault,
              route: fault.includes('webhook') ? '*' : route,
              times,
            })}
          >Break it<//
        >
        <${Button}
          testId="fault-flush"
          label="Sends the webhooks that were held back"
          onPress=${() => act('fault/flush', { emulator: chosen.emulator })}
          >Send held webhooks<//
        >
      </div>
    <//>
    <${Card} title="Still to come" testId="faults-planned">
      ${planned.length === 0 && html`<${Empty}>Everything works.<//>`}
      ${planned.map(
        (one, index) =>
          html`<p class="line" key=${index}>
            <span>${one.emulator} · ${one.route === '*' ? 'any call' : one.route}</span
            ><span>${one.fault} × ${one.times}</span>
          </p>`,
      )}
      ${
        planned.length > 0 &&
        html`<div class="row">
          <${Button}
            testId="fault-clear"
            onPress=${() => Promise.all(faults.map((one) => act('fault/clear', { emulator: one.emulator })))}
            >Repair everything<//
          >
        </div>`
      }
    <//>`;
}

function TrafficTab() {
  const traffic = useStore().traffic ?? [];
  return html`<${Card} title="Calls that providers received" testId="traffic">
    ${traffic.length === 0 && html`<${Empty}>No calls yet.<//>`}
    <table class="table dense">
      <caption class="hidden">
        Newest first
      </caption>
      <tbody>
        ${traffic.toReversed().map(
          (one, index) =>
            html`<tr key=${`${one.at}-${index}`}>
              <td class="muted mono">${clockTime(one.at)}</td>
              <td>${one.emulator}</td>
              <td>${one.route ?? 'unknown route'}</td>
              <td class="number">
                ${one.fault ? html`<${Tag} word=${one.fault} tone="bad" />` : html`<span class=${one.status >= 400 ? 'bad-text' : 'muted'}>${one.status ?? '–'}</span>`}
              </td>
            </tr>`,
        )}
      </tbody>
    </table>
  <//>`;
}

function LogTab() {
  const log = useStore().machine?.state?.log ?? [];
  return html`<${Card} title="Engine’s log" testId="log">
    ${log.length === 0 && html`<${Empty}>Silence.<//>`}
    <ol class="log">
      ${log.toReversed().map(
        (line, index) =>
          html`<li key=${`${line.at}-${index}`} class=${line.level}>
            <time>${clockTime(line.at)}</time> <strong>${line.event}</strong>
            <span class="muted">${line.fields}</span>
          </li>`,
      )}
    </ol>
  <//>`;
}
