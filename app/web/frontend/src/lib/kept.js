// What was done without network: kept on this device for the person who did it, and sent later, once.
//
// Each entry has one key, and each of its photos another; the server does what bears a key once, however often it
// arrives. So an entry whose answer was lost is sent again without harm, and goes away when the server has answered.
import { Problem, newKey, send } from './net.js';
import { meta } from './page.js';
import { upload } from './upload.js';

const NAME = 'yongzhi-kept';
const STORE = 'entries';
const MONTH = 31 * 24 * 3600 * 1000;
/** These answers say that the same request will never succeed: a person must look at it. */
const FINAL = new Set([400, 403, 404, 409, 410, 413, 415, 422]);

function opened() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: 'key' });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

async function within(mode, work) {
  const base = await opened();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = base.transaction(STORE, mode, { durability: 'strict' });
      const asked = work(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(asked?.result);
      transaction.onabort = transaction.onerror = () => reject(transaction.error);
    });
  } finally {
    base.close();
  }
}

async function counted() {
  const mine = await entries();
  document.dispatchEvent(new CustomEvent('kept', { detail: mine }));
  return mine;
}

/** The entries of the person at this device, the oldest first. */
export async function entries() {
  const all = await within('readonly', (store) => store.getAll());
  return all.filter((one) => one.actor === person()).sort((a, b) => a.at - b.at);
}

/** Who is at this device: the one who is signed in, or without network who was last. */
export function person() {
  const here = meta('actor');
  try {
    if (here) localStorage.setItem('yongzhi-person', here);
    return here || localStorage.getItem('yongzhi-person') || '';
  } catch {
    return here;
  }
}

/**
 * Keep an act. `first`: an address that is asked before; that it was done already is no hindrance. `photos` and `voices`: files; their ids go into `json` under these names when they have arrived.
 * Gives the entry's key.
 */
export async function keepAct({ title, url, json, photos = [], voices = [], first = '', task = '' }) {
  const kept = (into) => (file) => ({ file, name: file.name, key: newKey(), id: null, into });
  const entry = {
    key: newKey(), actor: person(), at: Date.now(), title, url, json, first, task, problem: '',
    photos: [...photos.map(kept('photos')), ...voices.map(kept('voices'))],
  };
  await within('readwrite', (store) => store.put(entry));
  await counted();
  return entry.key;
}

export async function forgetAct(key) {
  await within('readwrite', (store) => store.delete(key));
  await counted();
}

/** Drop what is older than a month; then nobody would know what it was about. */
export async function sweepActs() {
  const all = await within('readonly', (store) => store.getAll());
  const old = all.filter((one) => Date.now() - one.at > MONTH);
  for (const one of old) await within('readwrite', (store) => store.delete(one.key));
}

let sending = null;

/** Send what is kept, one after the other; {sent, left, signedOut, answered}. Two calls at once are one. */
export function sendKept() {
  sending ??= (navigator.locks ? navigator.locks.request(NAME, flush) : flush()).finally(() => { sending = null; });
  return sending;
}

async function flush() {
  const outcome = { sent: [], left: 0, signedOut: false, answered: false };
  const waiting = await entries();
  try {
    const me = await send('/phone/me');
    outcome.answered = true;
    if (!waiting.length) return outcome;
    if (!me.actor || me.actor !== person()) return { ...outcome, left: waiting.length, signedOut: true };
    // a page from the device's own store has no token, and one from before a new sign-in an old one
    document.querySelector('meta[name="csrf-token"]').content = me.csrf;
    for (const entry of await entries()) {
      if (!(await sendOne(entry, outcome))) break;
    }
  } catch (problem) {
    if (problem.status === 401 || problem.status === 403) outcome.signedOut = true;
  }
  outcome.left = (await counted()).length;
  return outcome;
}

/** Send one entry; false when there is no use in trying the next one now. */
async function sendOne(entry, outcome) {
  try {
    for (const photo of entry.photos) {
      if (photo.id) continue;
      const extra = { phase: 'before', lat: entry.json.lat, lon: entry.json.lon };
      photo.id = (await upload('/attachments', named(photo), { extra, key: photo.key })).id;
      await within('readwrite', (store) => store.put(entry));
    }
    if (entry.first) await send(entry.first, { json: {}, key: `${entry.key}-1` }).catch((problem) => { if (problem.status !== 409) throw problem; });
    const json = { ...entry.json };
    for (const { id, into = 'photos' } of entry.photos) json[into] = [...(json[into] ?? []), id];
    const answer = await send(entry.url, { json, key: entry.key });
    await within('readwrite', (store) => store.delete(entry.key));
    outcome.sent.push({ title: entry.title, answer });
    return true;
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    if (problem.status === 401) throw problem;
    if (!FINAL.has(problem.status)) return false;
    entry.problem = [problem.message, ...Object.values(problem.errors).flat()].join(' ');
    await within('readwrite', (store) => store.put(entry));
    return true;
  }
}

function named(photo) {
  return photo.file instanceof File ? photo.file : new File([photo.file], photo.name, { type: photo.file.type });
}
