// A form-js form inside [data-form]: shows it, keeps drafts, sends the answers, shows objections.
import { Form } from '@bpmn-io/form-js-viewer';
import '@bpmn-io/form-js-viewer/dist/assets/form-js.css';
import './form.css';
import { Attachments } from './form/attachments.js';
import { offerFiles } from './form/beside.js';
import { localised, localisedOptions } from './form/bilingual.js';
import { speakChinese } from './form/chinese.js';
import { Draft } from './form/draft.js';
import { countErrors, focusFirstError, showServerErrors } from './form/errors.js';
import { geoPair, HereButton } from './form/here.js';
import { clearNotice, notice } from './form/notice.js';
import { offerPhrases } from './form/phrases.js';
import { turn } from './form/turning.js';
import { recall } from './lib/drafts.js';
import { follow, newKey, send } from './lib/net.js';
import { element, isChinese, readBlock } from './lib/page.js';
import { locate } from './lib/position.js';
import { t } from './lib/texts.js';
import { pending } from './lib/upload.js';

function OurFields(formFields) {
  formFields.register('filepicker', Attachments);
  formFields.register('herebutton', HereButton);
}
OurFields.$inject = ['formFields'];
const ourFields = { __init__: ['ourFields'], ourFields: ['type', OurFields] };

/** Where a file was taken: the form's own position, or the device's when the field asks for it. */
async function readGeo(form, field) {
  const { lat, lon } = geoPair(form);
  if (lat?.value != null && lon?.value != null) return { lat: lat.value, lon: lon.value };
  if (String(field.properties?.geotag) !== 'true') return {};
  return locate(6000).then((found) => ({ lat: found.lat, lon: found.lon }), () => ({}));
}

function frame(root) {
  root.append(
    element('div', { class: 'form-notice' }),
    element('div', { class: 'form-mount' }),
    element('div', { class: 'form-notice form-next' }),
    element('div', { class: 'form-foot buttons' }, element('span', { class: 'form-said mute small', role: 'status' })),
  );
  return (text) => { root.querySelector('.form-said').textContent = text; };
}

function submitButtons(root, form) {
  const given = [...document.querySelectorAll('[data-form-submit]')].filter(
    (one) => !one.dataset.formSubmit || root.id === one.dataset.formSubmit);
  const inside = JSON.stringify(form._getState().schema.components).includes('"type":"button"');
  if (!given.length && !inside) {
    const made = element('button', { type: 'button', class: 'btn btn-primary' }, root.dataset.submitLabel || t('submit'));
    root.querySelector('.form-foot').prepend(made);
    given.push(made);
  }
  // A number becomes an answer when its field is drawn, which is at the end of the running act.
  for (const button of given) button.addEventListener('click', () => Promise.resolve().then(() => form.submit()));
  return given;
}

/** The button that tells who would be next. */
function foreseeButton(root, form, body) {
  const button = element('button', { type: 'button', class: 'btn btn-outline-secondary' }, t('nextPreview'));
  button.addEventListener('click', async () => {
    button.disabled = true;
    // what was chosen a moment ago may have drawn fields that still fill themselves
    await new Promise((done) => { setTimeout(done, 60); });
    try {
      const { opened, closed } = await send(root.dataset.nextUrl, { json: body() });
      const lines = opened.map((one) => t('nextTask', one));
      notice(root, 'info', closed ? t('nextClosed') : lines.shift() ?? t('nextNothing'), { lines, below: true });
    } catch (problem) {
      const left = problem.status === 422 ? showServerErrors(form, problem.errors) : {};
      const lines = Object.values(left).flat();
      notice(root, 'warning', problem.message, { lines });
      if (problem.status === 422 && !lines.length) setTimeout(() => focusFirstError(root));
    }
    button.disabled = false;
  });
  root.querySelector('.form-foot .form-said').before(button);
}

/** Texts come and go with the form's conditions. */
function watchTexts(root) {
  const mount = root.querySelector('.form-mount');
  offerPhrases(mount);
  new MutationObserver(() => offerPhrases(mount)).observe(mount, { childList: true, subtree: true });
}

async function start(root) {
  const block = (part, otherwise) => readBlock(`${root.dataset.blocks || 'form'}-${part}`, otherwise);
  const { submitUrl, draftUrl, uploadUrl, taskId, caseId, revision, formVersion } = root.dataset;
  const readOnly = root.dataset.readOnly === 'true' || !(submitUrl || draftUrl);
  const draftName = root.dataset.draftKey || `form:${submitUrl}`;
  const kept = readOnly ? null : recall(draftName);
  const files = { ...kept?.attachments, ...block('attachments', {}) };
  const say = frame(root);

  const form = new Form({
    container: root.querySelector('.form-mount'),
    additionalModules: [ourFields],
    // form-js would hold typed text back for 300 ms: the draft, the button and each redrawing of a field
    // (which writes the known value into it) would not know what was typed last.
    debounce: false,
    yongzhi: {
      uploadUrl, belongsTo: { task_id: taskId, case_id: caseId }, maxBytes: Number(root.dataset.maxBytes || 0), attachments: files,
      readGeo: (field) => readGeo(form, field),
    },
  });
  await form.importSchema(localised(block('schema')), { ...block('context', {}), ...block('values', {}), ...localisedOptions(block('options', {})), ...kept?.answers });
  if (readOnly) {
    form.setProperty('readOnly', true);
    root.dataset.ready = 'true';
    return;
  }

  const whole = (number) => (number === undefined || number === '' ? undefined : Number.isNaN(Number(number)) ? number : Number(number));
  const body = () => ({ answers: form._getSubmitData(), revision: whole(revision), form_version: whole(formVersion) });
  const draft = new Draft({
    url: draftUrl, name: draftName, body, say, files, known: kept?.known ?? root.dataset.draftAt ?? '',
    overtaken: (problem) => notice(root, 'warning', problem.message, { acts: [
      [t('takeOther'), () => { draft.forget(); window.location.reload(); }],
      [t('keepMine'), () => { clearNotice(root); draft.insist(); }],
    ] }),
  });
  // Who works on a task for somebody else fills in its draft; the owner sends it.
  const buttons = submitUrl ? submitButtons(root, form) : [];
  if (root.dataset.nextUrl && submitUrl) foreseeButton(root, form, body);
  if (root.dataset.phrases) watchTexts(root);
  watch({ root, form, draft, body, buttons, say, submitUrl });
  if (kept) {
    notice(root, 'info', t('restored'), { acts: [[t('discard'), () => { draft.stop(); draft.forget(); window.location.reload(); }]] });
  }
  // The fields register themselves while they are drawn; only then is there anything to compare with.
  setTimeout(() => { draft.baseline(); if (kept) draft.unsent(); root.dataset.ready = 'true'; }, 60);
}

/** A form that is shown now; the page of the next task has another. */
let shown = new AbortController();

function watch({ root, form, draft, body, buttons, say, submitUrl }) {
  let lastBody = '';
  let key = newKey();
  let sending = false;
  const busy = (is) => { sending = is; buttons.forEach((button) => { button.disabled = is; }); if (is) say(t('submitting')); };

  let faulty = false;
  form.on('changed', ({ errors }) => {
    draft.touch();
    if (faulty && !countErrors(errors)) { faulty = false; clearNotice(root); }
  });
  const { signal } = shown;
  document.addEventListener('visibilitychange', () => { if (document.hidden) draft.hurry(); }, { signal });
  window.addEventListener('online', () => draft.again(), { signal });
  signal.addEventListener('abort', () => form.destroy());
  form.on('submit', async ({ errors }) => {
    if (sending || !submitUrl) return;
    faulty = Boolean(countErrors(errors));
    if (faulty) {
      notice(root, 'warning', t('fixFields', { n: countErrors(errors) }).replace(/[：:]$/, isChinese ? '。' : '.'));
      setTimeout(() => focusFirstError(root));
      return;
    }
    if (pending.size) { notice(root, 'warning', t('uploadsPending')); return; }
    const text = JSON.stringify(body());
    if (text !== lastBody) { key = newKey(); lastBody = text; } // the same answers again are the same act
    clearNotice(root);
    busy(true);
    draft.stop();
    try {
      const answer = await send(submitUrl, { json: JSON.parse(text), key });
      draft.forget();
      root.dispatchEvent(new CustomEvent('form:sent', { bubbles: true, detail: answer }));
      if (!answer?.location) window.location.reload();
      else if (!(await turn(answer.location))) follow(answer.location);
    } catch (problem) {
      busy(false);
      say('');
      refused({ root, form, draft, problem });
    }
  });
}

function refused({ root, form, draft, problem }) {
  if (problem.status === 422) {
    const left = showServerErrors(form, problem.errors);
    const lines = Object.entries(left).flatMap(([name, texts]) => texts.map((text) => (name.startsWith('_') ? text : `${name}: ${text}`)));
    notice(root, 'warning', problem.message, { lines });
    draft.resume();
    if (!lines.length) setTimeout(() => focusFirstError(root));
    return;
  }
  draft.keep();
  if (problem.status === 409) {
    draft.localOnly();
    notice(root, 'danger', t('stale'), { lines: [problem.message], acts: [[t('reload'), () => window.location.reload()]] });
    return;
  }
  draft.resume();
  const text = problem.status === 401 ? t('signedOut') : problem.message;
  notice(root, 'danger', text, problem.status === 401 ? { acts: [[t('signInAgain'), () => window.location.reload()]] } : {});
}

/** Draw the forms of the page. */
function begin() {
  offerFiles();
  for (const root of document.querySelectorAll('[data-form]')) {
    start(root).catch((reason) => {
      if (!root.querySelector('.form-notice')) frame(root);
      notice(root, 'danger', t('formBroken', { reason: reason.message }));
      throw reason;
    });
  }
}

if (isChinese) speakChinese();
begin();
document.addEventListener('page:turned', () => {
  shown.abort();
  shown = new AbortController();
  begin();
});
