// Saves what is being typed: to the server when it can be reached, on the device when it cannot.
import { forget, keep } from '../lib/drafts.js';
import { send } from '../lib/net.js';
import { settled } from '../lib/page.js';
import { t } from '../lib/texts.js';

const QUIET = 800;
const clock = () => new Date().toTimeString().slice(0, 5);

export class Draft {
  constructor({ url, name, body, say, files }) {
    Object.assign(this, { url, name, body, say, files });
    this.saved = null;
    this.stopped = false;
    this.save = settled(() => this.#save(), QUIET);
  }

  /** What is in the form now counts as saved. */
  baseline() { this.saved = JSON.stringify(this.body()); }

  /** Something changed in the form. */
  touch() {
    if (this.stopped || this.saved === null || JSON.stringify(this.body()) === this.saved) return;
    this.keep();
    this.save();
  }

  /** The page may be going away. */
  hurry() {
    if (!this.stopped && this.saved !== null && JSON.stringify(this.body()) !== this.saved) this.save.now();
  }

  /** No more saving: the answers are being sent, or somebody was first. */
  stop() { this.stopped = true; this.save.cancel(); }

  resume() { this.stopped = false; }

  /** The server's copy belongs to an older state: save on this device alone. */
  localOnly() { this.url = ''; this.stopped = false; }

  forget() { forget(this.name); }

  /** Keep the answers (and the names of their files) on this device, whatever the server says. */
  keep() { keep(this.name, { ...this.body(), attachments: this.files }); }

  async #save() {
    const body = this.body();
    const text = JSON.stringify(body);
    if (!this.url) { this.say(t('draftLocal', { time: clock() })); this.saved = text; return; }
    this.say(t('draftSaving'));
    try {
      // keepalive bodies may not exceed 64 KiB
      await send(this.url, { method: 'PUT', json: body, keepalive: text.length < 60000 });
      this.saved = text;
      if (JSON.stringify(this.body()) === text) this.forget();
      this.say(t('draftSaved', { time: clock() }));
    } catch {
      this.say(t('draftLocal', { time: clock() }));
    }
  }
}
