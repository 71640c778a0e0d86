// The report page, made for one hand on the street. It is a plain form that also works without this script:
// <form data-report method="post" enctype="multipart/form-data" action=…>.
import './report.css';
import { forget, keep, recall } from './lib/drafts.js';
import { flash } from './lib/flash.js';
import { flatErrors, follow, newKey, send } from './lib/net.js';
import { settled } from './lib/page.js';
import { t } from './lib/texts.js';
import { Photos } from './report/photos.js';
import { Suggestions } from './report/suggestions.js';

const NOT_KEPT = new Set(['csrf_token']);

function typed(form) {
  const values = {};
  for (const field of form.elements) {
    if (!field.name || NOT_KEPT.has(field.name) || ['file', 'submit', 'button', 'password'].includes(field.type)) continue;
    if (field.type === 'checkbox' || field.type === 'radio') {
      if (field.checked) values[field.name] = field.type === 'checkbox' ? true : field.value;
    } else if (field.value) values[field.name] = field.value;
  }
  return values;
}

function refill(form, values) {
  for (const field of form.elements) {
    if (!(field.name in values) || ['file', 'submit', 'button'].includes(field.type)) continue;
    if (field.type === 'checkbox') field.checked = Boolean(values[field.name]);
    else if (field.type === 'radio') field.checked = field.value === values[field.name];
    else field.value = values[field.name];
    field.dispatchEvent(new Event('change', { bubbles: true }));
  }
}

function showErrors(form, errors) {
  form.querySelectorAll('[data-errors-for]').forEach((list) => list.replaceChildren());
  form.querySelectorAll('[aria-invalid]').forEach((field) => field.removeAttribute('aria-invalid'));
  const homeless = [];
  for (const [name, texts] of Object.entries(flatErrors(errors))) {
    const top = name.split('.')[0];
    const list = form.querySelector(`[data-errors-for="${CSS.escape(top)}"]`);
    const field = form.elements[top] ?? list?.closest('.field')?.querySelector('input, textarea, select');
    field?.setAttribute?.('aria-invalid', 'true');
    if (!list) homeless.push(...texts.map((text) => (name.startsWith('_') ? text : `${name}: ${text}`)));
    else for (const text of texts) list.append(Object.assign(document.createElement('li'), { textContent: text }));
  }
  return homeless;
}

/** Move to the first field with an objection, clear of the bar at the bottom of a phone. */
function showFirst(form) {
  const place = form.querySelector('.field-errors li')?.closest('.field, .panel');
  place?.scrollIntoView({ block: 'center' });
  place?.querySelector('input:not([type=file]), textarea, select')?.focus({ preventScroll: true });
}

class Report {
  constructor(form) {
    this.form = form;
    this.name = form.dataset.draftKey || `report:${form.action}`;
    this.key = newKey();
    this.sending = false;
    this.photos = [...form.querySelectorAll('input[type=file][data-photos]')].map((input) => new Photos(input));
    const kept = recall(this.name);
    if (kept) {
      refill(form, kept.values);
      this.key = kept.key ?? this.key;
      flash('info', t('restored'));
    }
    this.suggestions = form.dataset.suggestUrl ? new Suggestions(form) : null;
    const keepSoon = settled(() => keep(this.name, { values: typed(form), key: this.key }), 500);
    this.keepSoon = keepSoon;
    for (const kind of ['input', 'change']) form.addEventListener(kind, keepSoon);
    document.addEventListener('visibilitychange', () => { if (document.hidden) keepSoon.hurry(); });
    form.addEventListener('submit', (event) => { event.preventDefault(); this.send(); });
    form.dataset.ready = 'true';
  }

  body() {
    const body = new FormData(this.form);
    for (const photos of this.photos) photos.into(body);
    return body;
  }

  async send() {
    if (this.sending) return;
    document.getElementById('flash')?.replaceChildren();
    this.busy(true);
    try {
      const answer = await send(this.form.action, { form: this.body(), key: this.key });
      this.keepSoon.cancel();
      forget(this.name);
      follow(answer?.location ?? window.location.href);
    } catch (problem) {
      this.busy(false);
      // The same report sent again after a lost answer is the same act; a corrected one is another.
      if (problem.status) this.key = newKey();
      const homeless = problem.status === 422 ? showErrors(this.form, problem.errors) : [];
      keep(this.name, { values: typed(this.form), key: this.key });
      flash(problem.status ? 'danger' : 'warning', [problem.message, ...homeless].join(' '));
      // the message has moved everything down
      showFirst(this.form);
    }
  }

  busy(is) {
    this.sending = is;
    for (const button of this.form.querySelectorAll('[type=submit]')) {
      button.dataset.label ??= button.textContent;
      button.disabled = is;
      button.textContent = is ? t('submitting') : button.dataset.label;
    }
  }
}

document.querySelectorAll('form[data-report]').forEach((form) => new Report(form));

// a form that the browser sends by itself: what was chosen goes with it
document.querySelectorAll('form[data-with-photos]').forEach((form) => {
  const photos = [...form.querySelectorAll('input[type=file][data-photos]')].map((input) => new Photos(input));
  form.addEventListener('formdata', (event) => { for (const one of photos) one.into(event.formData); });
  form.dataset.ready = 'true';
});
