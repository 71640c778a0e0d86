// Live updates: one stream for all pages of this browser. The stream is a comfort; without it pages work as before.
//
// Browsers open six connections to a server, and a stream holds one. So one page listens (it holds a lock) and tells
// the others over a channel. Where there are no locks (plain HTTP), the page that is being looked at listens.
import htmx from 'htmx.org/dist/htmx.esm.js';
import { flash } from './flash.js';
import { send } from './net.js';
import { element, isChinese, meta } from './page.js';
import { ring } from './sound.js';
import { t } from './texts.js';

const NAME = 'yongzhi-live';
const SILENT = 70_000; // the stream says something every 20 seconds
const LONGEST_PAUSE = 120_000;
const KNOWN = 60;

const channel = 'BroadcastChannel' in window ? new BroadcastChannel(NAME) : null;
let title = document.title;
let source = null;
let pause = 2000;
let heardAt = Date.now();
let stale = false;
document.addEventListener('page:turned', () => { title = document.title; });

/** Begin to listen, if this page's person has an inbox. */
export function beginLive() {
  if (!meta('live') || !('EventSource' in window)) return;
  channel?.addEventListener('message', ({ data }) => {
    heardAt = Date.now();
    if (data.pulse) show(data.pulse);
  });
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden && stale) refresh();
    if (!navigator.locks) (document.hidden ? close() : listen());
  });
  window.addEventListener('pagehide', close);
  if (navigator.locks) {
    hold();
    // a page in the background that holds the lock may have been put to sleep
    setInterval(() => { if (!document.hidden && !source && Date.now() - heardAt > SILENT) hold(true); }, 15_000);
  } else if (!document.hidden) listen();
}

function hold(steal = false) {
  heardAt = Date.now();
  navigator.locks.request(NAME, { steal }, () => new Promise((_, lost) => {
    listen();
    hold.lost = lost;
  })).catch(close);
}

async function listen() {
  if (source) return;
  try {
    const { address } = await send(meta('live'));
    source = new EventSource(address);
  } catch (problem) {
    if (problem.status !== 401 && problem.status !== 403) later();
    return;
  }
  source.addEventListener('pulse', ({ data }) => {
    pause = 2000;
    const pulse = JSON.parse(data);
    heard({ pulse });
    tell(pulse);
    show(pulse);
  });
  source.addEventListener('beat', () => heard({}));
  source.addEventListener('ended', close);
  // the ticket is good for one opening: for the next one there is a new ticket
  source.onerror = () => { close(); later(); };
}

function heard(message) {
  heardAt = Date.now();
  channel?.postMessage(message);
}

function later() {
  setTimeout(() => { if (navigator.locks || !document.hidden) listen(); }, pause * (1 + Math.random()));
  pause = Math.min(pause * 2, LONGEST_PAUSE);
}

function close() {
  source?.close();
  source = null;
}

// --- what a page shows ---------------------------------------------------------------------------

function show({ counts, unread }) {
  for (const [box, n] of Object.entries(counts)) {
    for (const link of document.querySelectorAll(`nav.boxes a[href*="box=${box}"]`)) {
      let count = link.querySelector('.count');
      if (!count && n) link.append(count = element('span', { class: 'count' }));
      if (count) count.textContent = n <= 1000 ? n : '1000+';
    }
  }
  document.title = counts.todo ? `(${counts.todo <= 1000 ? counts.todo : '1000+'}) ${title}` : title;
  for (const mark of document.querySelectorAll('[data-unread]')) {
    mark.textContent = unread;
    mark.hidden = !unread;
  }
  if (!document.getElementById('tasks')) return;
  if (document.hidden) stale = true;
  else refresh();
}

/** Somebody is at work in the list: what he ticked or opened must not go away under his hand. */
const isBusy = (list) => list.contains(document.activeElement) || list.querySelector('input:checked, details[open], dialog[open]');
const here = () => window.location.pathname + window.location.search;

/** Fetch the list again, unless somebody is at work in it. */
function refresh() {
  const list = document.getElementById('tasks');
  stale = false;
  if (!list) return;
  if (isBusy(list)) offer(list);
  else htmx.ajax('GET', here(), { target: '#tasks', swap: 'outerHTML', event: new CustomEvent('live:pulse', { detail: here() }) });
}

// Between question and answer somebody may have begun to work in the list, or may have asked for another one.
document.addEventListener('htmx:beforeSwap', ({ detail }) => {
  const asked = detail.requestConfig.triggeringEvent;
  if (asked?.type !== 'live:pulse') return;
  const list = document.getElementById('tasks');
  if (list && asked.detail === here() && !isBusy(list)) return;
  detail.shouldSwap = false;
  refresh();
});

/** Leave the list as it is, and offer the newer one. */
function offer(list) {
  if (document.querySelector('[data-live-stale]')) return;
  const button = element('button', { type: 'button', class: 'btn btn-sm btn-outline-primary live-stale', 'data-live-stale': true },
    t('liveStale'));
  button.addEventListener('click', () => { button.remove(); document.activeElement?.blur(); window.location.reload(); });
  list.before(button);
}

// --- what is new ---------------------------------------------------------------------------------

function remembered() {
  try {
    const kept = JSON.parse(localStorage.getItem(NAME));
    return kept?.actor === meta('actor') ? kept.ids : null;
  } catch {
    return null;
  }
}

function remember(ids) {
  try {
    localStorage.setItem(NAME, JSON.stringify({ actor: meta('actor'), ids: ids.slice(0, KNOWN) }));
  } catch { /* then everything is new once more */ }
}

function tell(pulse) {
  const known = remembered();
  const ids = [...pulse.tasks, ...pulse.notices].map((one) => one.id);
  remember([...new Set([...ids, ...(known ?? [])])]);
  if (known === null) return;
  const isNew = (one) => !known.includes(one.id);
  const tasks = pulse.tasks.filter(isNew);
  const urgent = tasks.filter((one) => one.urgent);
  if (urgent.length) {
    ring();
    for (const one of urgent) flash('danger', t('liveUrgent', { task: worded(one) }));
  }
  for (const one of tasks) notify(one, `/tasks/${one.id}`, one.urgent ? 'liveUrgent' : 'liveTask');
  for (const one of pulse.notices.filter(isNew)) notify(one, '/inbox#notices', 'liveNotice');
}

function worded(one) {
  const text = (isChinese ? one.zh : one.en || one.zh) || one.zh;
  return one.event_no && !text.includes(one.event_no) ? `${text} ${one.event_no}` : text;
}

/** Tell the person through the browser, where he has asked for it and looks elsewhere; urgent tasks always. */
async function notify(one, url, key) {
  if (!('Notification' in window) || Notification.permission !== 'granted') return;
  if (!document.hidden && !one.urgent) return;
  const options = { body: t(key, { task: worded(one) }), tag: one.id, icon: '/static/icons/192.png', data: { url }, lang: document.documentElement.lang };
  const worker = await navigator.serviceWorker?.getRegistration();
  if (worker) {
    worker.showNotification(t('product'), options);
    return;
  }
  const made = new Notification(t('product'), options);
  made.onclick = () => { window.focus(); window.location.assign(url); made.close(); };
}

// --- buttons -------------------------------------------------------------------------------------

function showPermission(button) {
  const state = 'Notification' in window && window.isSecureContext ? Notification.permission : 'missing';
  button.disabled = state !== 'default';
  const said = button.parentElement.querySelector('[data-notify-state]');
  if (said) said.textContent = t(`notify_${state}`);
}

document.addEventListener('click', async ({ target }) => {
  const ask = target.closest?.('[data-notify-ask]');
  if (ask) {
    // a permission is asked for by a person's hand, never by a page that opens
    await Notification.requestPermission();
    showPermission(ask);
  }
  if (target.closest?.('[data-sound-try]')) ring(true);
});
document.querySelectorAll('[data-notify-ask]').forEach(showPermission);
