// <input type="file" data-photos>, for voices with data-voice: shows what was chosen, lets people add and take away.
// With data-upload-url the files are sent at once and the form carries their ids under data-ids-name.
import { newKey } from '../lib/net.js';
import { element } from '../lib/page.js';
import { askVoice } from '../lib/recorder.js';
import { t } from '../lib/texts.js';
import { drawThumbnail } from '../lib/thumbnail.js';
import { sizeText, upload } from '../lib/upload.js';
import { flash } from '../lib/flash.js';

export class Photos {
  constructor(input) {
    this.input = input;
    this.items = [];
    this.most = Number(input.dataset.most || 9);
    this.limit = Number(input.dataset.maxBytes || 0);
    this.grid = element('ul', { class: 'photos' });
    this.add = element('button', { type: 'button', class: 'photo-add', onclick: () => input.click() },
      element('span', { 'aria-hidden': true }, '＋'), t('addPhoto'));
    if ('voice' in input.dataset) {
      // a voice is recorded here; without this script the browser's own chooser takes a file
      this.add = element('button', { type: 'button', class: 'photo-add', 'data-record': true, onclick: () => this.record() },
        element('span', { 'aria-hidden': true }, '●'), t('recordVoice'));
    }
    input.classList.add('photos-input');
    input.tabIndex = -1;
    input.after(this.grid);
    this.grid.append(element('li', {}, this.add));
    input.addEventListener('change', () => this.take());
  }

  async record() {
    const file = await askVoice();
    if (file) this.show(file);
  }

  take() {
    for (const file of this.input.files) {
      if (this.items.length >= this.most) break;
      if (this.limit && file.size > this.limit) {
        flash('warning', `${file.name}: ${t('tooLarge', { limit: sizeText(this.limit) })}`);
        continue;
      }
      this.show(file);
    }
    this.input.value = ''; // what is chosen lives in `items`; the same file may be chosen again
  }

  show(file) {
    const canvas = element('canvas', { class: 'photo-picture' });
    const said = element('span', { class: 'photo-said' });
    const item = { file, id: null, key: newKey(), said };
    item.row = element('li', { class: 'photo' }, canvas, said, element(
      'button', { type: 'button', class: 'photo-remove', 'aria-label': `${t('remove')} ${file.name}`, onclick: () => this.remove(item) }, '×'));
    this.items.push(item);
    this.add.parentElement.before(item.row);
    this.add.parentElement.hidden = this.items.length >= this.most;
    if (file.type.startsWith('audio/')) {
      canvas.replaceWith(element('audio', { controls: true, src: URL.createObjectURL(file), 'aria-label': t('voice') }));
      item.row.classList.add('voice-row');
    } else drawThumbnail(file, canvas).then((drawn) => { if (!drawn) { canvas.remove(); said.textContent = file.name; } });
    if (this.input.dataset.uploadUrl) this.send(item);
  }

  async send(item) {
    item.said.textContent = t('uploading');
    try {
      const form = this.input.form;
      const extra = { phase: this.input.dataset.phase, lat: form.elements.lat?.value, lon: form.elements.lon?.value };
      item.id = (await upload(this.input.dataset.uploadUrl, item.file, { extra, limit: this.limit, key: item.key })).id;
      item.said.textContent = '';
    } catch (problem) {
      item.said.textContent = problem.message;
      item.said.append(element('button', { type: 'button', class: 'btn btn-sm btn-outline-secondary', onclick: () => this.send(item) }, t('retry')));
    }
  }

  remove(item) {
    this.items = this.items.filter((one) => one !== item);
    item.row.remove();
    this.add.parentElement.hidden = false;
  }

  /** Put the photos into the body of a request: ids of those sent before, files of the others. */
  into(body) {
    body.delete(this.input.name);
    for (const item of this.items) {
      if (item.id) body.append(this.input.dataset.idsName || `${this.input.name}_ids`, item.id);
      else body.append(this.input.name, item.file, item.file.name);
    }
  }
}
