// Requests to our own server: token, idempotency key, problem documents (RFC 9457).
import { meta } from './page.js';
import { listHeader } from './tab-list.js';
import { t } from './texts.js';

/** Why a request did not succeed. `status` 0: the server was not reached. */
export class Problem extends Error {
  constructor(status, document = {}) {
    super(document.detail || document.title || (status ? t('refused', { status }) : t('offline')));
    this.status = status;
    this.document = document;
    this.errors = document.errors ?? {};
  }
}

/** A random key; `crypto.randomUUID` is missing on plain HTTP. */
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * Send a request and give its JSON answer (null when there is none).
 * `json` or `form` (FormData) is the body; throws Problem.
 */
export async function send(url, { method, json, form, key, keepalive = false, signal } = {}) {
  const body = form ?? (json === undefined ? undefined : JSON.stringify(json));
  const verb = method ?? (body === undefined ? 'GET' : 'POST');
  const headers = { Accept: 'application/json' };
  if (json !== undefined) headers['Content-Type'] = 'application/json';
  if (verb !== 'GET') {
    headers['X-CSRFToken'] = meta('csrf-token');
    headers['Idempotency-Key'] = key ?? newKey();
    Object.assign(headers, listHeader(url));
  }
  let answer;
  try {
    answer = await fetch(url, { method: verb, body, headers, keepalive, signal, credentials: 'same-origin' });
  } catch (reason) {
    if (reason.name === 'AbortError') throw reason;
    throw new Problem(0);
  }
  const isJson = (answer.headers.get('Content-Type') ?? '').includes('json');
  const document = isJson ? await answer.json().catch(() => ({})) : null;
  if (!answer.ok) throw new Problem(answer.status, document ?? {});
  // An expired session answers with the sign-in page instead of JSON.
  if (answer.redirected && !isJson) throw new Problem(401, { detail: t('signedOut') });
  return document;
}

/** Fetch text (a diagram). */
export async function readText(url) {
  const answer = await fetch(url, { credentials: 'same-origin' }).catch(() => { throw new Problem(0); });
  if (!answer.ok) throw new Problem(answer.status);
  return answer.text();
}

/** Go to a place that the server named, if it is one of ours. */
export function follow(location) {
  const target = new URL(location, document.baseURI);
  if (target.origin !== window.location.origin) throw new Problem(0, { detail: target.origin });
  window.location.assign(target);
}

/** `{a: {0: {b: [text]}}}` or `{"a[0].b": [text]}` becomes `{"a.0.b": [text]}`. */
export function flatErrors(errors, prefix = '') {
  const flat = {};
  for (const [name, value] of Object.entries(errors ?? {})) {
    const path = prefix + name.replace(/\[(\w+)\]/g, '.$1');
    if (Array.isArray(value)) flat[path] = value.map(String);
    else if (value && typeof value === 'object') Object.assign(flat, flatErrors(value, `${path}.`));
    else flat[path] = [String(value)];
  }
  return flat;
}
