// Every page: look, htmx, and the small behaviours that pages ask for with data- attributes.
import htmx from 'htmx.org/dist/htmx.esm.js';
import 'bootstrap/dist/css/bootstrap.css';
import './app.css';
import { ask, showPicture } from './lib/dialog.js';
import { anyKept, forgetAll, sweep } from './lib/drafts.js';
import { fade, flash } from './lib/flash.js';
import { listenToKeys } from './lib/keyboard.js';
import { beginLive } from './lib/live.js';
import { lookUp } from './lib/lookup.js';
import { newKey } from './lib/net.js';
import { element, meta } from './lib/page.js';
import { forgetList, rememberList } from './lib/tab-list.js';
import { t } from './lib/texts.js';

htmx.config.allowEval = false;
htmx.config.includeIndicatorStyles = false;
htmx.config.selfRequestsOnly = true;
htmx.config.historyCacheSize = 0; // pages hold personal data: nothing of them stays in localStorage
htmx.config.responseHandling = [
  { code: '204', swap: false },
  { code: '[23]..', swap: true },
  { code: '422', swap: true },
  { code: '...', swap: false, error: true },
];

document.addEventListener('htmx:configRequest', ({ detail }) => {
  if (detail.verb === 'get') return;
  detail.headers['X-CSRFToken'] = meta('csrf-token');
  detail.headers['Idempotency-Key'] ??= newKey();
});
document.addEventListener('htmx:responseError', ({ detail }) => flash('danger', reasonOf(detail.xhr)));
document.addEventListener('htmx:sendError', () => flash('danger', t('offline')));
document.addEventListener('htmx:confirm', async (event) => {
  if (!event.detail.question) return;
  event.preventDefault();
  if (await ask(event.detail.question)) event.detail.issueRequest(true);
});
// A fragment may say something with the header HX-Trigger: {"flash": {"kind": …, "text": …}}.
document.addEventListener('flash', ({ detail }) => detail?.text && flash(detail.kind ?? 'info', detail.text));

function reasonOf(xhr) {
  try {
    const document = JSON.parse(xhr.responseText);
    return document.detail || document.title;
  } catch {
    return xhr.status === 401 ? t('signedOut') : t('refused', { status: xhr.status });
  }
}

// Forms and buttons with data-confirm ask first; sign-out asks when something unsent would be lost.
const agreed = new WeakSet();
document.addEventListener('submit', async (event) => {
  const form = event.target;
  const leaving = form.matches('[data-sign-out]');
  const question = event.submitter?.dataset.confirm ?? form.dataset.confirm ?? (leaving && anyKept() ? t('leaveDrafts') : null);
  if (question && !agreed.has(form)) {
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!(await ask(question, { danger: 'danger' in (event.submitter?.dataset ?? {}) }))) return;
    agreed.add(form);
    form.requestSubmit(event.submitter);
    return;
  }
  agreed.delete(form);
  if (leaving) { forgetAll(); forgetList(); }
}, true);

// A second click while the first is on its way must not post twice.
document.addEventListener('submit', (event) => {
  const { target: form, submitter } = event;
  if (event.defaultPrevented || form.method !== 'post' || !submitter) return;
  setTimeout(() => { submitter.disabled = true; });
  window.addEventListener('pageshow', () => { submitter.disabled = false; }, { once: true });
});

// On plain HTTP there is no clipboard object; the old command still works there.
function copyOldWay(text) {
  const field = element('textarea', { class: 'off-screen', readonly: true });
  field.value = text;
  document.body.append(field);
  field.select();
  const done = document.execCommand('copy');
  field.remove();
  return done;
}

async function copy(text) {
  const done = await (navigator.clipboard?.writeText(text).then(() => true, () => false) ?? false);
  if (done || copyOldWay(text)) flash('success', t('copied', { text }));
  else flash('warning', t('copyFailed'));
}

document.addEventListener('click', (event) => {
  const target = event.target.closest('[data-dismiss], [data-copy], [data-picture]');
  if (target?.matches('[data-dismiss]')) target.closest('[data-flash]')?.remove();
  else if (target?.matches('[data-copy]')) copy(target.dataset.copy);
  else if (target) {
    event.preventDefault();
    showPicture(target.href ?? target.dataset.picture, target.dataset.name ?? target.textContent.trim());
  }
  for (const drawer of document.querySelectorAll('details[data-drawer][open]')) {
    if (!drawer.contains(event.target)) drawer.open = false;
  }
});

// Filters that apply themselves, without a button.
document.addEventListener('change', ({ target }) => {
  if (target.closest?.('form[data-autosubmit]') && !target.matches('[type=search], [type=text]')) target.form.requestSubmit();
});

/** Bring to life what stands in the page. */
function enliven() {
  document.querySelectorAll('[data-autodismiss]').forEach(fade);
  lookUp();
}

enliven();
document.addEventListener('page:turned', () => { htmx.process(document.body); enliven(); });
sweep();
rememberList();
listenToKeys();
beginLive();
