// Records a voice: asks for the microphone, counts, plays it back, and gives the file only when it is agreed to.
import { element, meta } from './page.js';
import { t } from './texts.js';

const TYPES = [['audio/webm;codecs=opus', 'webm'], ['audio/mp4', 'm4a'], ['audio/ogg;codecs=opus', 'ogg']];
/** Speech is well understood at that; three minutes take less than a photo. */
const BITS = 32_000;
const REASONS = { NotAllowedError: 'micRefused', SecurityError: 'micRefused', NotFoundError: 'micMissing', NotReadableError: 'micBusy' };

/** How long a voice may be, in seconds. */
export const longestVoice = () => Number(meta('voice-seconds')) || 180;

const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;
const stamp = () => new Date().toTimeString().slice(0, 8).replaceAll(':', '');

class Refused extends Error {}

async function microphone() {
  if (!window.isSecureContext) throw new Refused(t('micInsecure'));
  if (!navigator.mediaDevices?.getUserMedia || !window.MediaRecorder) throw new Refused(t('micUnsupported'));
  try {
    return await navigator.mediaDevices.getUserMedia({ audio: { echoCancellation: true, noiseSuppression: true } });
  } catch (reason) {
    throw new Refused(t(REASONS[reason.name] ?? 'micMissing'));
  }
}

/** One recording; `.over` resolves to its file when it was stopped or has reached its end. */
class Take {
  constructor(stream, most, tell) {
    const [type, ending] = TYPES.find(([one]) => MediaRecorder.isTypeSupported(one)) ?? ['', 'webm'];
    const parts = [];
    this.stream = stream;
    this.recorder = new MediaRecorder(stream, { ...(type ? { mimeType: type } : {}), audioBitsPerSecond: BITS });
    this.recorder.ondataavailable = ({ data }) => { if (data.size) parts.push(data); };
    const began = performance.now();
    this.timer = setInterval(() => {
      const past = (performance.now() - began) / 1000;
      tell(Math.min(past, most));
      if (past >= most) this.stop();
    }, 200);
    this.over = new Promise((resolve) => {
      this.recorder.onstop = () => {
        this.close();
        const plain = this.recorder.mimeType.split(';')[0] || 'audio/webm';
        resolve(parts.length ? new File(parts, `voice-${stamp()}.${ending}`, { type: plain, lastModified: Date.now() }) : null);
      };
    });
    this.recorder.start(1000);
  }

  stop() { if (this.recorder.state !== 'inactive') this.recorder.stop(); }

  /** The light of the microphone goes out. */
  close() { clearInterval(this.timer); for (const track of this.stream.getTracks()) track.stop(); }
}

class Booth {
  constructor(done) {
    this.most = longestVoice();
    this.done = done;
    this.take = null;
    this.file = null;
    this.url = '';
    this.said = element('p', { class: 'voice-said', role: 'status' });
    this.time = element('p', { class: 'voice-time', role: 'timer', 'aria-live': 'off' });
    this.player = element('audio', { controls: true, hidden: true, 'aria-label': t('voice') });
    const button = (name, kind, onclick) => element('button', { type: 'button', class: `btn btn-${kind}`, onclick }, t(name));
    this.buttons = {
      stop: button('voiceStop', 'danger', () => this.take?.stop()),
      again: button('voiceAgain', 'outline-secondary', () => this.record()),
      use: button('voiceUse', 'primary', () => { this.agreed = true; this.dialog.close(); }),
      cancel: button('cancel', 'outline-secondary', () => this.dialog.close()),
    };
    this.dialog = element('dialog', { class: 'ask voice', 'aria-label': t('recordVoice') }, this.said, this.time, this.player,
      element('div', { class: 'ask-buttons' }, ...Object.values(this.buttons)));
    this.dialog.addEventListener('close', () => this.leave());
    document.body.append(this.dialog);
    this.dialog.showModal();
    this.record();
  }

  show(state) {
    this.dialog.dataset.state = state;
    const shown = { asking: ['cancel'], recording: ['stop', 'cancel'], ready: ['again', 'use', 'cancel'], refused: ['again', 'cancel'] }[state];
    for (const [name, button] of Object.entries(this.buttons)) button.hidden = !shown.includes(name);
    this.player.hidden = state !== 'ready';
    this.time.hidden = state !== 'recording';
    this.said.textContent = { asking: t('micAsking'), recording: t('voiceOn'), ready: t('voiceListen') }[state] ?? this.said.textContent;
    this.buttons[shown[0]].focus();
  }

  async record() {
    this.forget();
    this.show('asking');
    try {
      const stream = await microphone();
      if (!this.dialog.open) { stream.getTracks().forEach((track) => track.stop()); return; }
      this.take = new Take(stream, this.most, (past) => this.count(past));
      this.count(0);
      this.show('recording');
      const file = await this.take.over;
      if (!this.dialog.open) return;
      if (!file) throw new Refused(t('voiceEmpty'));
      this.file = file;
      this.url = URL.createObjectURL(file);
      this.player.src = this.url;
      this.show('ready');
    } catch (reason) {
      this.take?.close();
      this.said.textContent = reason instanceof Refused ? reason.message : t('micUnsupported');
      this.show('refused');
    }
  }

  count(past) { this.time.textContent = t('voiceTime', { now: clock(past), most: clock(this.most) }); }

  forget() {
    this.player.pause();
    this.player.removeAttribute('src');
    if (this.url) URL.revokeObjectURL(this.url);
    this.file = null;
    this.url = '';
  }

  leave() {
    const given = this.agreed ? this.file : null;
    this.take?.stop();
    this.take?.close();
    this.forget();
    this.dialog.remove();
    this.done(given);
  }
}

/** Record a voice; resolves to a file, or to null when it was given up. */
export function askVoice() {
  return new Promise((resolve) => { new Booth(resolve); });
}
