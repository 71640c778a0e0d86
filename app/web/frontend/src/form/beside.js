// Files beside the form: <div data-attach data-upload-url data-task-id data-max-bytes>. Photos, voices, films and
// documents go to the case at once, whatever the form asks for.
import { newKey } from '../lib/net.js';
import { element } from '../lib/page.js';
import { locate } from '../lib/position.js';
import { askVoice } from '../lib/recorder.js';
import { t } from '../lib/texts.js';
import { drawThumbnail } from '../lib/thumbnail.js';
import { sizeText, upload } from '../lib/upload.js';

const TAKEN = 'image/*,audio/*,video/*,.pdf,.doc,.docx,.xls,.xlsx,.ppt,.pptx';
const when = (file) => (file.lastModified ? new Date(file.lastModified).toISOString() : '');
/** What is older was taken somewhere else. */
const FRESH = 2 * 60_000;

/** Where something was taken just now, if the device may say so without asking again. */
async function where(file) {
  if (!/^(image|audio|video)\//.test(file.type) || Date.now() - file.lastModified > FRESH) return {};
  const allowed = await navigator.permissions?.query({ name: 'geolocation' }).catch(() => null);
  if (allowed?.state !== 'granted') return {};
  return locate(6000).then(({ lat, lon }) => ({ lat, lon }), () => ({}));
}

function picture(file) {
  const kind = file.type.split('/')[0];
  if (kind === 'audio' || kind === 'video') return element(kind, { controls: true, preload: 'metadata', src: URL.createObjectURL(file) });
  const canvas = element('canvas', { class: 'file-picture', 'aria-hidden': true });
  drawThumbnail(file, canvas).then((drawn) => { if (!drawn) canvas.replaceWith(element('span', { class: 'file-picture file-icon', 'aria-hidden': true }, '🗎')); });
  return canvas;
}

class Beside {
  constructor(root) {
    this.root = root;
    this.list = element('ul', { class: 'files' });
    const input = element('input', { type: 'file', hidden: true, multiple: true, accept: TAKEN, 'aria-label': t('addFile') });
    input.addEventListener('change', () => { [...input.files].forEach((file) => this.take(file)); input.value = ''; });
    root.append(this.list, element('div', { class: 'buttons' }, input,
      element('button', { type: 'button', class: 'btn btn-sm btn-outline-primary', onclick: () => input.click() }, t('addFile')),
      element('button', { type: 'button', class: 'btn btn-sm btn-outline-primary', 'data-record': true, onclick: async () => { const file = await askVoice(); if (file) this.take(file); } }, t('recordVoice'))));
    root.dataset.ready = 'true';
  }

  take(file) {
    const said = element('small', { class: 'mute', role: 'status' });
    const row = element('li', { class: 'file' }, picture(file), element('div', { class: 'file-name' }, file.name, said));
    this.list.append(row);
    this.send(file, newKey(), row, said);
  }

  async send(file, key, row, said) {
    const { uploadUrl, taskId, maxBytes } = this.root.dataset;
    said.textContent = t('uploading');
    try {
      const extra = { task_id: taskId, taken_at: when(file), ...(await where(file)) };
      const known = await upload(uploadUrl, file, { extra, limit: Number(maxBytes || 0), key });
      said.textContent = `${sizeText(known.size ?? file.size)} · SHA-256 ${String(known.sha256 ?? '').slice(0, 12)}…`;
      row.dataset.id = known.id;
    } catch (problem) {
      said.textContent = problem.message;
      said.append(' ', element('button', { type: 'button', class: 'btn btn-sm btn-outline-secondary', onclick: () => this.send(file, key, row, said) }, t('retry')));
    }
  }
}

/** Let people add files outside the form. */
export function offerFiles() {
  for (const root of document.querySelectorAll('[data-attach]')) new Beside(root);
}
