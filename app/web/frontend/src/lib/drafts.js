// What was typed and not yet sent, kept on this device for the person who typed it.
// A draft never outlives a week, never shows to another person and goes away at sign-out.
import { meta } from './page.js';

const PREFIX = 'yongzhi:draft:';
const WEEK = 7 * 24 * 3600 * 1000;

function entries() {
  const found = [];
  for (let index = 0; index < localStorage.length; index += 1) {
    const name = localStorage.key(index);
    if (name?.startsWith(PREFIX)) found.push(name);
  }
  return found;
}

function read(name) {
  try {
    return JSON.parse(localStorage.getItem(name));
  } catch {
    return null;
  }
}

// Storage may be full or switched off: a draft is a comfort, never a reason to fail.
function quietly(action) {
  try {
    return action();
  } catch {
    return null;
  }
}

/** Keep `values` under `name`; false when the browser cannot. */
export function keep(name, values) {
  return quietly(() => {
    localStorage.setItem(PREFIX + name, JSON.stringify({ actor: meta('actor'), at: Date.now(), values }));
    return true;
  }) ?? false;
}

/** The values kept under `name` by the same person, or null. */
export function recall(name) {
  const draft = quietly(() => read(PREFIX + name));
  return draft && draft.actor === meta('actor') ? draft.values : null;
}

export function forget(name) {
  quietly(() => localStorage.removeItem(PREFIX + name));
}

/** Are there unsent drafts of this person? */
export function anyKept() {
  return quietly(() => entries().some((name) => read(name)?.actor === meta('actor'))) ?? false;
}

export function forgetAll() {
  quietly(() => entries().forEach((name) => localStorage.removeItem(name)));
}

/** Drop what is old or belongs to somebody else who used this device. */
export function sweep() {
  const actor = meta('actor');
  quietly(() => entries().forEach((name) => {
    const draft = read(name);
    const foreign = actor && draft?.actor && draft.actor !== actor;
    if (!draft || foreign || Date.now() - draft.at > WEEK) localStorage.removeItem(name);
  }));
}
