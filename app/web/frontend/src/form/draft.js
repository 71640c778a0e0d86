// Saves what is being typed: to the server when it can be reached, on the device when it cannot.
import { forget, keep } from '../lib/drafts.js';
import { send } from '../lib/net.js';
import { settled } from '../lib/page.js';
import { t } from '../lib/texts.js';

const QUIET = 800;
const clock = () => new Date().toTimeString().slice(0, 5);

export class Draft {
  /** `known`: when the server's draft was saved that this page shows, '' for none. `overtaken` is told of a newer one. */
  constructor({ url, name, body, say, files, known = '', overtaken = () => {} }) {
    Object.assign(this, { url, name, body, say, files, known, overtaken });
    this.saved = null;
    this.stopped = false;
    this.underWay = null; // ends what is being saved
    this.due = false; // something changed meanwhile
    this.save = settled(() => this.#save(), QUIET);
  }

  /** What is in the form now counts as saved. */
  baseline() { this.saved = JSON.stringify(this.body()); }

  /** What is in the form was never sent: send it as soon as may be. */
  unsent() { if (this.url && !this.stopped) { this.saved = ''; this.save(); } }

  /** The line is back. */
  again() { if (!this.stopped && this.saved !== null && JSON.stringify(this.body()) !== this.saved) this.save.now(); }

  /** Save over the other window's draft. */
  insist() { this.known = null; this.saved = ''; this.stopped = false; this.save.now(); }

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

  /** No more saving: the answers are being sent, or somebody was first. What is still on its way would come too late. */
  stop() { this.stopped = true; this.save.cancel(); this.underWay?.abort(); }

  resume() { this.stopped = false; this.again(); }

  /** The server's copy belongs to an older state: save on this device alone. */
  localOnly() { this.url = ''; this.stopped = false; }

  forget() { forget(this.name); }

  /** Keep the answers (and the names of their files) on this device, whatever the server says. */
  keep() { keep(this.name, { ...this.body(), attachments: this.files, known: this.known ?? '' }); }

  async #save() {
    // one after the other: the second must know when the first was saved, or it is taken for another window's
    if (this.underWay) { this.due = true; return; }
    const body = this.body();
    const text = JSON.stringify(body);
    if (!this.url) { this.say(t('draftLocal', { time: clock() })); this.saved = text; return; }
    this.say(t('draftSaving'));
    this.underWay = new AbortController();
    try {
      await this.#send(body, text);
    } finally {
      this.underWay = null;
      const due = this.due && !this.stopped;
      this.due = false;
      if (due) this.again();
    }
  }

  async #send(body, text) {
    try {
      // keepalive bodies may not exceed 64 KiB
      const answer = await send(this.url, {
        method: 'PUT', json: { ...body, known: this.known }, keepalive: text.length < 60000, signal: this.underWay.signal,
      });
      this.known = answer?.saved_at ?? this.known;
      this.saved = text;
      if (JSON.stringify(this.body()) === text) this.forget();
      this.say(t('draftSaved', { time: clock() }));
    } catch (problem) {
      if (problem.name === 'AbortError') return;
      this.say(t('draftLocal', { time: clock() }));
      if (problem.status === 409 && problem.document?.type?.endsWith(':draft-overtaken')) {
        this.stopped = true;
        this.overtaken(problem);
      }
    }
  }
}
