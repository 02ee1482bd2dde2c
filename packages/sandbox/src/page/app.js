import { html, render, useEffect, useState } from './preact.js';
import { ChatColumn } from './chat.js';
import { MachineColumn } from './machine.js';
import { Button, clockTime } from './parts.js';
import { follow, now, update, useStore } from './store.js';
import { WorldColumn } from './world.js';

function App() {
  const { problem } = useStore();
  return html`<${TopBar} />
    <main class="columns"><${ChatColumn} /><${WorldColumn} /><${MachineColumn} /></main>
    ${
      problem &&
      html`<div class="problem" role="alert" data-testid="problem">
        <span>${problem}</span><${Button} kind="small" onPress=${() => update({ problem: null })}>Close<//>
      </div>`
    }`;
}

function TopBar() {
  const { online, clock } = useStore();
  return html`<header class="top">
    <h1><img class="logo" src="/page/icon.svg" alt="" />Rielrails <span class="muted">sandbox</span></h1>
    <p class="banner" data-testid="banner">SANDBOX – PLAY MONEY</p>
    <p class="status">
      <${Time} offsetMs=${clock?.offsetMs ?? 0} />
      <span class=${`dot ${online ? 'good' : 'bad'}`} aria-hidden="true"></span>
      <span data-testid="online">${online ? 'connected' : 'reconnecting'}</span>
    </p>
  </header>`;
}

/** The sandbox's time, and how far it was put forward. */
function Time({ offsetMs }) {
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((count) => count + 1), 1000);
    return () => clearInterval(timer);
  }, []);
  const minutes = Math.round(offsetMs / 60_000);
  const ahead = minutes >= 60 ? `${Math.floor(minutes / 60)} h ${minutes % 60} min` : `${minutes} min`;
  return html`<time data-testid="clock">
    <span class="wide">${clockTime(now(), 'day')}, </span>${clockTime(now())}<span class="wide"> in Phnom Penh</span>
    ${offsetMs > 0 && html`<span class="tag doubt">${ahead} ahead</span>`}
  </time>`;
}

render(html`<${App} />`, document.body);
follow();
