// The phone page. Everything that is done here goes through the store on the device first, with network or without.
import './phone.css';
import { flash } from './lib/flash.js';
import { entries, forgetAct, keepAct, person, sendKept, sweepActs } from './lib/kept.js';
import { follow, newKey, send } from './lib/net.js';
import { element, isChinese } from './lib/page.js';
import { locate } from './lib/position.js';
import { askVoice } from './lib/recorder.js';
import { smaller } from './lib/smaller.js';
import { t } from './lib/texts.js';
import { beginArrivals } from './phone/arrive.js';
import { beginTrack } from './phone/track.js';

const root = document.querySelector('[data-phone]');
const GRIDS = 'yongzhi-grids';
// a network that is there and leads nowhere says that it is there
const AGAIN = 10_000;
let spot = null;
let reached = !('shell' in root.dataset);

// --- who and where -------------------------------------------------------------------------------

function grids() {
  const here = JSON.parse(root.dataset.grids);
  try {
    if (!('shell' in root.dataset)) localStorage.setItem(GRIDS, JSON.stringify({ person: person(), here }));
    const known = JSON.parse(localStorage.getItem(GRIDS));
    return here.length || known?.person !== person() ? here : known.here;
  } catch {
    return here;
  }
}

async function findSpot() {
  const said = root.querySelector('[data-spot]');
  said.textContent = t('positioning');
  try {
    spot = await locate();
    said.textContent = t('positionFound', { n: spot.accuracy });
  } catch (reason) {
    said.textContent = reason.message;
  }
  return spot;
}

function now() {
  return new Date().toISOString();
}

// --- what is kept --------------------------------------------------------------------------------

document.addEventListener('kept', ({ detail }) => {
  const box = root.querySelector('[data-kept]');
  box.hidden = !detail.length;
  root.querySelector('[data-kept-count]').textContent = detail.length;
  root.querySelector('[data-kept-list]').replaceChildren(...detail.map((one) => element('li', {},
    element('span', { class: 'what' }, `${new Date(one.at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })} ${one.title}`,
      one.problem ? element('div', { class: 'problem' }, one.problem) : null),
    element('button', { type: 'button', class: 'btn btn-sm btn-outline-secondary', onclick: () => window.confirm(t('dropKept')) && forgetAct(one.key) }, t('remove')))));
});

async function deliver() {
  const { sent, left, signedOut, answered } = await sendKept();
  if (answered || left) reached = answered;
  away();
  for (const { title, answer } of sent) flash('success', t('keptSent', { title: answer?.event_no ? `${title} ${answer.event_no}` : title }));
  return { left, signedOut };
}

async function act(what) {
  await keepAct(what);
  const { left, signedOut } = await deliver();
  if (signedOut) flash('warning', t('keptSignIn'));
  else if (left && !reached) flash('info', t('keptHere'));
}

function away() {
  root.querySelector('[data-away]').hidden = navigator.onLine && reached;
}

// --- report, visit, patrol -----------------------------------------------------------------------

const shots = [];
const voices = [];
const MOST_VOICES = 3;

function showVoices() {
  root.querySelector('[data-voices]').replaceChildren(...voices.map((file) => {
    const player = element('audio', { controls: true, src: URL.createObjectURL(file), 'aria-label': t('voice') });
    const drop = () => { URL.revokeObjectURL(player.src); voices.splice(voices.indexOf(file), 1); showVoices(); };
    return element('li', {}, player, element('button', { type: 'button', class: 'btn btn-sm btn-outline-secondary', 'aria-label': `${t('remove')} ${file.name}`, onclick: drop }, '×'));
  }));
}

function showShots() {
  root.querySelector('[data-shots]').replaceChildren(...shots.map((file) => {
    const picture = element('img', { alt: file.name, src: URL.createObjectURL(file) });
    picture.onload = () => URL.revokeObjectURL(picture.src);
    return element('li', {}, picture);
  }));
}

async function report(form) {
  const item = form.querySelector('[name=item]:checked');
  const typed = form.elements.content.value.trim();
  if (!item && typed.length < 6) return flash('warning', t('whatIsIt'));
  if (!spot && !(await findSpot())) return flash('warning', t('needSpot'));
  const name = item?.dataset.name ?? typed.slice(0, 30);
  await act({
    title: `${t('report')} · ${name}`, url: '/api/v1/reports', photos: shots.splice(0), voices: voices.splice(0),
    json: {
      channel: 'GRID', nature: 'patrol', content: typed.length >= 6 ? typed : t('reportedAs', { name, more: typed }),
      lat: spot.lat, lon: spot.lon, happened_at: now(), ...(item ? { item_hint: item.value } : {}),
    },
  });
  form.reset();
  showShots();
  showVoices();
}

function rowOf(register, values, title, placed = true) {
  const [grid] = grids();
  if (!grid) return flash('warning', t('noGrid'));
  const where = spot && placed ? { lat: spot.lat, lon: spot.lon } : {};
  return act({ title, url: `/api/v1/registers/${register}/rows`, json: { unit: grid.code, values: { ...values, ...where, worker: person() } } });
}

async function visit(form) {
  await findSpot();
  const { household, purpose, finding, note } = form.elements;
  const values = { household: household.value.trim(), purpose: purpose.value, finding: finding.value, note: note.value.trim(), came_at: now() };
  await rowOf('visits', values, `${t('visit')} · ${values.household}`);
  form.reset();
}

async function patrol(form) {
  await findSpot();
  const found = [...form.querySelectorAll('[name=problem]:checked')];
  const fine = [...form.querySelectorAll('[name=problem]:not(:checked)')].map((box) => Number(box.value));
  const values = { fine, problems: found.map((box) => Number(box.value)), note: form.elements.note.value.trim(), ended_at: now() };
  await rowOf('patrols', values, t('patrolDone', { n: found.length }));
  form.reset();
  if (!found.length) return;
  // a problem is reported as one, at once
  const chip = [...document.querySelectorAll('#report [name=item]')].find((one) => one.dataset.name === found[0].dataset.name);
  if (chip) chip.checked = true;
  window.location.hash = 'report';
}

const keptTasks = async () => (await entries()).map((one) => one.task).filter(Boolean);
const arrivals = beginArrivals({ root, act, grids, findSpot, keptTasks });
const ACTS = { report, visit, patrol, arrive: arrivals.needed };
let busy = false;
root.addEventListener('submit', async (event) => {
  event.preventDefault();
  if (busy) return;
  busy = true;
  try {
    await ACTS[event.target.dataset.sheet]?.(event.target);
  } finally {
    busy = false;
  }
});
root.querySelector('[name=photos]').addEventListener('change', async ({ target }) => {
  for (const file of [...target.files].slice(0, 9 - shots.length)) shots.push(await smaller(file));
  target.value = '';
  showShots();
  if (!spot) findSpot();
});

root.querySelector('[data-record]').addEventListener('click', async () => {
  if (voices.length >= MOST_VOICES) { flash('warning', t('voicesMost', { n: MOST_VOICES })); return; }
  const file = await askVoice();
  if (!file) return;
  voices.push(file);
  showVoices();
  if (!spot) findSpot();
});

// --- to do ---------------------------------------------------------------------------------------

async function todo() {
  const list = root.querySelector('[data-cards]');
  const answer = await send('/api/v1/tasks?box=todo&limit=20').catch(() => null);
  if (!answer) return list.replaceChildren(element('li', {}, t('offline')));
  root.querySelector('[data-cards-none]').hidden = answer.tasks.length > 0;
  return list.replaceChildren(...answer.tasks.map((task) => element('li', {},
    element('h3', {}, isChinese ? task.name : task.name_en || task.name),
    element('div', {}, task.summary || ''), element('div', { class: 'mute small' }, task.event_no || ''),
    element('button', { type: 'button', class: 'btn btn-primary', onclick: () => take(task) }, t(task.holder ? 'workOn' : 'claimAndOpen')))));
}

async function take(task) {
  try {
    if (!task.holder) await send(`/api/v1/tasks/${task.id}/claim`, { json: {}, key: newKey() });
    follow(`/tasks/${task.id}`);
  } catch (problem) {
    flash('danger', problem.message);
    todo();
  }
}

// --- tabs ----------------------------------------------------------------------------------------

function open() {
  const wanted = window.location.hash.slice(1);
  const sheets = [...root.querySelectorAll('.sheet')];
  const chosen = sheets.find((one) => one.id === wanted) ?? sheets[0];
  for (const one of sheets) one.hidden = one !== chosen;
  for (const link of root.querySelectorAll('.tabs a')) {
    if (link.hash === `#${chosen.id}`) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  window.scrollTo(0, 0);
  if (chosen.id === 'todo') todo();
  if (chosen.id === 'arrive') arrivals.show();
}

window.addEventListener('hashchange', open);
window.addEventListener('online', () => { away(); deliver(); });
window.addEventListener('offline', away);
root.querySelector('[data-send-kept]').addEventListener('click', deliver);
setInterval(async () => { if (!document.hidden && (!reached || (await entries()).some((one) => !one.problem))) deliver(); }, AGAIN);

async function begin() {
  beginTrack({ root, act, grids, rowOf });
  away();
  open();
  grids();
  await sweepActs();
  document.dispatchEvent(new CustomEvent('kept', { detail: await entries() }));
  deliver();
  if (window.isSecureContext && 'serviceWorker' in navigator && !('shell' in root.dataset)) {
    await navigator.serviceWorker.register('/sw.js');
    // the texts and the language of the shell follow those of the page
    (await navigator.serviceWorker.ready).active?.postMessage('fill');
  }
  root.dataset.ready = 'true';
}

begin();
